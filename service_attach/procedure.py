"""The proof of execution: what it is called, how it is recognised, what the form asks, what we promise."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from people.calendar import Target
from tickets.kinds import Card, Field, Kind
from tickets.recognising import by_signs, sign

# The format of a Deal ID is published nowhere, so anything short is taken; only an opportunity's id is surely wrong.
DEAL_ID = r"\s*(?!006[A-Za-z0-9]{12}([A-Za-z0-9]{3})?\s*$)[A-Za-z0-9][A-Za-z0-9 ./_\-]{2,38}"


def _subject(given: Mapping[str, str]) -> str:
    parts = [given.get(name, "").strip() for name in ("customer", "deal_id")]
    return _now("Proof of execution: %(about)s") % {"about": ", ".join(part for part in parts if part)}


PROOF_OF_EXECUTION = Kind(
    slug="service_attach",
    title=_("Proof of execution"),
    short=_("PoE"),
    icon="file-check",
    handbook="#service-attach-poe",
    first_reply=Target(hours=6),
    resolution=Target(days=3),
    tag="PoE",
    recognise=by_signs(
        sign(
            r"""
            \bproofs? of (execution|performance|service delivery)\b
            \bleistungsnachweis(e)?\b
            \bnachweis der leistung
            \bpreuves? d'execution\b
            \bprueba de ejecucion\b
            実行証明
            履行証明
        """,
            subject=91,
            text=66,
            file=60,
            document=92,
        ),
        sign(r"\bservices?[- ]attach(ed|ment)?\b", subject=87, text=62, file=56, document=90),
        sign(
            r"""
            \bstatements? of work\b
            作業範囲記述書
            作業明細書
        """,
            subject=74,
            text=52,
            file=58,
            document=88,
        ),
        sign(r"\bpoes?\b", subject=78, text=52, file=56, unless=r"\bethernet\b|\bswitch(es)?\b|\bpoe\+"),
        sign(r"\bsows?\b", subject=70, text=49, file=56),
    ),
    fields=(
        Field(
            name="documents",
            label=_("Signed document"),
            hint=_("Statement of work or another proof that the customer has signed"),
            kind="files",
        ),
        Field(name="company", label=_("Partner"), hint=_("As written on the document"), autocomplete="organization"),
        Field(name="customer", label=_("Customer"), hint=_("As written on the document")),
        Field(
            name="deal_id",
            label=_("Service Attach Deal ID"),
            hint=_("On the Service Attach registration in the portal, under Deals"),
            max_length=40,
            pattern=DEAL_ID,
            pattern_says=_(
                "Write the Deal ID of the Service Attach registration, such as GL-0048213. "
                "The id of an opportunity, 15 or 18 characters from 006 on, is another number."
            ),
            mono=True,
        ),
        Field(
            name="services_end",
            label=_("Services end on"),
            hint=_("Within six months of the licence order"),
            kind="date",
        ),
    ),
    subject=_subject,
    cards=(
        Card(
            slug="proof-of-execution",
            title=_("Proof of execution"),
            summary=_("Statement of work for Service Attach"),
            icon="file-check",
            order=10,
        ),
    ),
)
