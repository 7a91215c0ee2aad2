"""The certification report: how it is recognised, what the form asks, what we promise, and the steps it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from certification import forms, steps
from people.calendar import Target
from tickets import general_steps, prepared
from tickets.kinds import Card, Field, Kind
from tickets.procedures import Procedure, automatic, awaited, confirmed
from tickets.recognising import by_signs, sign

HANDBOOK: Final = "#pulling-a-certification-report-from-the-partner-portal-impartner-prm"
_LEARNT = r"(certifi\w+|accredit\w+|trainings?|badges?|courses?)"


def _subject(given: Mapping[str, str]) -> str:
    return _now("Certification report for %(company)s") % {"company": given.get("company", "").strip()}


CERTIFICATION_REPORT = Kind(
    slug="certification_report",
    title=_("Certification report"),
    short=_("Certs"),
    icon="graduation-cap",
    handbook=HANDBOOK,
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

REPORT = Procedure(
    kind="certification_report",
    title=_("Certification report"),
    handbook=HANDBOOK,
    steps=(
        automatic("read", _("Read who asks for which company"), steps.read),
        awaited("company", _("Know which partner it is"), steps.company, hears=("partner", "status")),
        confirmed(
            "belongs",
            _("Check that the asker belongs to the partner"),
            forms.Belongs,
            steps.belongs,
            prepare=steps.belongs_prepared,
            look=steps.belongs_looked,
            hears=steps.HEARS,
            anew=True,
        ),
        confirmed(
            "pull",
            _("Pull the team from the partner portal"),
            forms.Export,
            steps.pull,
            prepare=steps.pull_prepared,
            look=steps.pulled,
            hears=steps.HEARS_EXPORT,
            only_if=steps.refused,
            anew=True,
            part="certification/pull.html",
            handbook=HANDBOOK,
        ),
        confirmed(
            "flagged",
            _("Check the rows of another company"),
            forms.Foreign,
            steps.flagged,
            prepare=steps.flagged_prepared,
            look=steps.flagged_looked,
            hears=("report", "status"),
            only_if=steps.refused,
            anew=True,
        ),
        confirmed(
            "recipient",
            _("Say who gets the table"),
            forms.Recipient,
            steps.recipient,
            prepare=steps.recipient_prepared,
            look=steps.recipient_looked,
            hears=steps.HEARS,
            only_if=steps.refused,
            anew=True,
        ),
        automatic("answer", _("Prepare the reply"), steps.answer),
        awaited("send", _("Read and send the reply"), prepared.look_sent("answer"), hears=prepared.HEARS),
        awaited("resolve", _("Resolve the ticket"), general_steps.resolve, hears=general_steps.HEARS),
    ),
)
