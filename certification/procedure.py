"""The certification report: what it is called, how it is recognised, what the form asks, what we promise."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from people.calendar import Target
from tickets.kinds import Card, Field, Kind
from tickets.recognising import by_signs, sign

_LEARNT = r"(certifi\w+|accredit\w+|trainings?|badges?|courses?)"


def _subject(given: Mapping[str, str]) -> str:
    return _now("Certification report for %(company)s") % {"company": given.get("company", "").strip()}


CERTIFICATION_REPORT = Kind(
    slug="certification_report",
    title=_("Certification report"),
    short=_("Certs"),
    icon="graduation-cap",
    handbook="#pulling-a-certification-report-from-the-partner-portal-impartner-prm",
    first_reply=Target(days=3),
    resolution=Target(days=3),
    recognise=by_signs(
        sign(
            rf"""
            \b{_LEARNT} (report|list|overview|summary|matrix|table|export|spreadsheet)s?\b
            \b(reports?|list|overview|summary|export|spreadsheet|table)\b.{{0,50}}\b{_LEARNT}\b(?!.{{0,20}}\bmaterial)
            \bwho (in|of|on|at|from) (our|my|the) (team|company|staff)\b.{{0,50}}\b(certified|accredited|trained|passed)
            \bwhich of (our|my) (people|colleagues|employees|staff|team)\b.{{0,50}}\b(certified|accredited|passed)
            \bzertifizierungs(bericht|ubersicht|liste|report)
            \b(ubersicht|liste) (der|unserer|aller) zertifizierungen
            \brapport (de|des|sur les|sur nos) (nos )?certifications
            \b(informe|listado|lista) de (nuestras |las )?certificaciones
            認定(資格)?(レポート|一覧|リスト)
            資格一覧
        """,
            subject=88,
            text=60,
            unless=r"\b(ssl|tls|x\.?509|https) cert|\bbug report|\berror report",
        ),
    ),
    fields=(
        Field(
            name="company",
            label=_("Partner company"),
            hint=_("As it stands in your partner agreement"),
            autocomplete="organization",
        ),
        Field(
            name="admin",
            label=_("Portal administrator"),
            hint=_("The report goes to this person: an administrator of your company in the partner portal"),
            kind="email",
            max_length=254,
            autocomplete="email",
        ),
    ),
    subject=_subject,
    cards=(
        Card(
            slug="certification-report",
            title=_("Certification report"),
            summary=_("Your team, as a table"),
            icon="graduation-cap",
            order=50,
        ),
    ),
)
