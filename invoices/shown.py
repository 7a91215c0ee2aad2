"""What the steps of an invoice show of its request: what was read, what was found, who asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from invoices import parties, reading, requests
from invoices.finding import Found
from invoices.models import InvoiceRequest
from tickets.models.ticket import ENDED
from tickets.procedures import At, Fact, Finish, Stuck


def request_of(at: At) -> InvoiceRequest:
    found = requests.of(at.ticket)
    if found is None:
        raise Stuck(_("Nobody has read yet what is asked for. Do the first step again."))
    return found


def end_if_resolved(at: At) -> None:
    if at.ticket.status in ENDED:
        raise Finish(_("The ticket is resolved: no invoice is sent."))


def facts_of(request: InvoiceRequest) -> Iterator[Fact]:
    """Those that say something, the surest of each."""
    names = {
        "number": _("Invoice number"),
        "po_no": _("Purchase order"),
        "quote": _("Quote"),
        "transaction_date": _("Date of the transaction"),
        "won_on": _("Deal won on"),
        "opportunity": _("Opportunity or customer"),
    }
    for name, label in names.items():
        for row in request.facts.get(name, [])[: reading.KEPT if name == "number" else 1]:
            unsure = "unsure" if row.get("also") or row["sure"] < 0.6 else ""
            yield Fact(
                name=label, value=row["value"], tone=unsure, source=row["source"], link=row["link"], quote=row["quote"]
            )


def listed(found: Sequence[Found], at: At) -> list[Fact]:
    """With day, amount and state; whose it is where that is not the asker."""
    mine = at.ticket.partner.salesforce_id if at.ticket.partner else ""
    return [
        Fact(
            name=one.number,
            value=" · ".join(filter(None, (one.when, one.money, one.status, one.account_name * (one.account != mine)))),
            tone="good" if one.exact else "unsure" if one.score else "",
            source=" ".join(one.because) or _("Salesforce"),
            link=one.link,
        )
        for one in found
    ]


def asked_by(asker: parties.Asker) -> Fact:
    return Fact(name=_("Asked by"), value=asker.says, tone="good" if asker.sure else "unsure")
