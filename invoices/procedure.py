"""The copy of an invoice: how it is recognised, what the form asks, what we promise, and the steps it takes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from invoices import choosing, forms, sending_steps, steps
from people.calendar import Target
from tickets import general_steps, prepared
from tickets.kinds import Card, Field, Kind
from tickets.procedures import Procedure, automatic, awaited, confirmed
from tickets.recognising import by_signs, sign


def _subject(given: Mapping[str, str]) -> str:
    parts = [given.get(name, "").strip() for name in ("invoice_no", "opportunity", "company")]
    return _now("Invoice: %(about)s") % {"about": ", ".join(part for part in parts if part)}


INVOICE = Kind(
    slug="invoice",
    title=_("Invoice"),
    short=_("Invoice"),
    icon="file-text",
    handbook="#partner-invoices",
    first_reply=Target(days=1),
    resolution=Target(days=1),
    recognise=by_signs(
        sign(
            r"""
            \b(copy|copies|pdf|duplicate) of (the |our |an |this |your |that )?(\w+ ){0,2}invoices?\b
            \binvoice cop(y|ies)\b
            \b(re-?send|send|share|provide|find|missing|need|get|receive[d]?)\b.{0,40}\binvoices?\b
            \brechnungskopie\b
            \bcopie de (la |notre )?facture\b
            \bcopia de (la |nuestra )?factura\b
            請求書の(コピー|再発行|写し)
        """,
            subject=87,
            text=58,
        ),
        sign(
            r"""
            \binvoice[\s#:\-]*(no\.?|number)?[\s#:\-]*(inv)?[\s\-]?\d{4,}
            \binv[\-\s#]?\d{5,}
        """,
            subject=84,
            text=55,
            file=50,
        ),
        sign(
            r"""
            \binvoic(e|es)\b
            \brechnung(en)?\b
            \bfactur(e|es|a|as)\b
            \bfattur(a|e)\b
            \bfatura\b
            請求書
            インボイス
        """,
            subject=76,
            text=44,
            unless=r"\bself-?managed instance\b",
        ),
    ),
    fields=(
        Field(
            name="company",
            label=_("Company the invoice is made out to"),
            hint=_("Bought through a distributor? Then they have it"),
            autocomplete="organization",
        ),
        Field(
            name="invoice_no",
            label=_("Number of the invoice or of our quote"),
            hint=_("One of these four is enough"),
            max_length=60,
            required=False,
            mono=True,
        ),
        Field(name="opportunity", label=_("Opportunity or customer"), required=False),
        Field(name="transaction_date", label=_("Date of the transaction"), kind="date", required=False),
        Field(name="closed_won_date", label=_("Day the deal was won"), kind="date", required=False),
    ),
    subject=_subject,
    cards=(
        Card(
            slug="invoice",
            title=_("Invoice or rebate"),
            summary=_("Copies, payment timing"),
            icon="file-text",
            order=70,
        ),
    ),
)

COPY = Procedure(
    kind="invoice",
    title=_("Invoice"),
    handbook="#partner-invoices",
    steps=(
        automatic("read", _("Read which invoice is asked for"), steps.read),
        awaited(
            "company",
            _("Know which company asks"),
            steps.company,
            hears=("partner", "status"),
            only_if=steps.not_a_copy,
        ),
        automatic("find", _("Find it in Salesforce"), steps.find, only_if=steps.not_a_copy),
        confirmed(
            "choose",
            _("Say which invoice, and whose it is"),
            forms.Choice,
            choosing.choose,
            prepare=choosing.choose_prepared,
            look=choosing.chosen,
            hears=choosing.HEARS,
            only_if=choosing.certain,
            anew=True,
        ),
        automatic("fetch", _("Fetch the PDF from Salesforce"), sending_steps.fetch, only_if=sending_steps.not_sent),
        automatic("answer", _("Prepare the reply"), sending_steps.answer),
        awaited("send", _("Read and send the reply"), prepared.look_sent("answer"), hears=prepared.HEARS),
        awaited("resolve", _("Resolve the ticket"), general_steps.resolve, hears=general_steps.HEARS),
    ),
)
