"""The reply that fits: the invoice itself, why it is not sent, which one is meant, or who answers instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from documents.models import StoredFile
from invoices import owners, parties, reading, searching
from invoices.finding import Found
from invoices.models import InvoiceRequest
from people.quarters import FiscalQuarter, quarter_of
from tickets import prepared
from tickets.actions import Recipient
from tickets.models import Message, PreparedReply, Status, Ticket

PAID_WITHIN: Final = timedelta(days=45)  # after the end of the quarter
LISTED: Final = 6
Party = InvoiceRequest.Party


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response with what it says, what hangs on it and what the ticket is afterwards."""

    response: str
    values: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[tuple[StoredFile, str]] = ()
    warnings: Sequence[str] = ()
    then: str = Status.SOLVED


def offer(ticket: Ticket, answer: Answer, *, step: str) -> PreparedReply:
    """To whoever asked and nobody else: who was in copy may be of another company."""
    asked = Recipient(address=ticket.requester.email, name=ticket.requester.name)
    return prepared.offer(
        ticket,
        step=step,
        response=answer.response,
        values=answer.values,
        to=[asked],
        files=answer.files,
        warnings=[*answer.warnings, *_left_out(ticket)],
        then=answer.then,
    )


def ask(ticket: Ticket, answer: Answer, *, step: str) -> PreparedReply:
    """The same for a question: what was asked once may be asked again, with other words."""
    again = _questions(ticket, step).filter(state=PreparedReply.State.SENT).count()
    return offer(ticket, answer, step=f"{step}+{again}" if again else step)


def asked(ticket: Ticket, step: str) -> Message | None:
    """What the partner was last asked."""
    sent = _questions(ticket, step).filter(state=PreparedReply.State.SENT).select_related("message").last()
    return sent.message if sent else None


def is_offered(ticket: Ticket, step: str) -> bool:
    return _questions(ticket, step).filter(state=PreparedReply.State.OFFERED).exists()


def _questions(ticket: Ticket, step: str) -> QuerySet[PreparedReply]:
    return PreparedReply.objects.filter(Q(step=step) | Q(step__startswith=f"{step}+"), ticket=ticket)


def sending(request: InvoiceRequest, *, files: Sequence[int]) -> Answer:
    """With the PDFs that were fetched for it, and no older ones of the same request."""
    chosen = searching.chosen_of(request)
    said = parties.of(chosen, parties.asker_of(request.ticket))
    warnings = [] if said.party == Party.THEIRS else [request.party_says]
    warnings += [_not_out(one) for one in chosen if not one.sent_out]
    if not files:
        warnings.append(_("No PDF is attached: none was fetched. Attach it before you send this."))
    return Answer(
        response="invoice-sent",
        values={"invoices": "\n".join(one.line() for one in chosen), "invoice_no": _numbers(chosen)},
        files=[(one.stored, one.name) for one in request.files.select_related("stored").filter(pk__in=files)],
        warnings=warnings,
    )


def refusing(request: InvoiceRequest) -> Answer:
    """The distributor is named only where the deal is the asker's own; of strangers' invoices nothing is told.

    Whoever may be anybody does not even learn whether there is such an invoice.
    """
    chosen, asker = searching.chosen_of(request), parties.asker_of(request.ticket)
    if not asker.sure:
        return Answer(response="invoice-unknown-address")
    said = parties.of(chosen, asker)
    number = _as_written(request) or _("the invoice you ask for")
    if said.two_tiers:
        values = {"distributor": chosen[0].account_name, "opportunity": chosen[0].opportunity_name}
        return Answer(response="invoice-distributor", values=values)
    return Answer(response="invoice-other-party", values={"invoice_no": number})


def asking(request: InvoiceRequest) -> Answer:
    """Which one: of nothing to look for, of nothing found, or of several that are all theirs."""
    asked, found = reading.asked(request), searching.found_of(request)
    asker = parties.asker_of(request.ticket)
    mine = [one for one in found if asker.sure and asker.account and parties.is_invoiced(one, asker.account)]
    listed = [one.line() for one in mine if one.sent_out][:LISTED]
    values = {"not_enough": " ".join(reading.not_enough(request))}
    if listed:
        if asked and not any(one.score for one in found):
            values["not_found"] = "\n".join(asked.words())
        values["invoices"] = "\n".join(listed)
        return Answer(response="invoice-which-one", values=values, then=Status.PENDING_PARTNER)
    if asked:
        values["asked_for"] = "\n".join(asked.words())
        return Answer(response="invoice-not-found", values=values, then=Status.PENDING_PARTNER)
    return Answer(response="invoice-which", values=values, then=Status.PENDING_PARTNER)


def of_owner(matter: str) -> Answer:
    """Forms and payments: who answers, and what we can say ourselves."""
    owner, values = owners.owner_of(matter), {}
    if matter == "rebate":
        quarter = _ended(quarter_of(timezone.localdate()))
        values = {
            "quarter": _quarter(quarter),
            "pay_by": date_format(quarter.after - timedelta(days=1) + PAID_WITHIN, "j M Y"),
        }
    return Answer(response=owner.response, values=values, then=Status.SOLVED if matter == "rebate" else "")


def _not_out(found: Found) -> str:
    return _("%(number)s is %(status)s.") % {"number": found.number, "status": found.status}


def _as_written(request: InvoiceRequest) -> str:
    """The numbers in the partner's own words: what the desk has found out since is not theirs to know."""
    return reading.numbers_of(request.facts)


def _left_out(ticket: Ticket) -> list[str]:
    """Who was in copy of the newest mail, so that nobody adds them by habit."""
    last = ticket.messages.filter(visibility=Message.Visibility.IN).order_by("pk").last()
    names = [one.get("name") or one["address"] for one in (last.cc if last else [])]
    if not names:
        return []
    return [
        _("Left out of copy: %(names)s. An invoice goes to the invoiced company only.") % {"names": ", ".join(names)}
    ]


def _numbers(found: Sequence[Found]) -> str:
    return ", ".join(one.number for one in found)


def _ended(quarter: FiscalQuarter) -> FiscalQuarter:
    """The quarter before: the one rebates are being paid for."""
    return FiscalQuarter(quarter.year, quarter.number - 1) if quarter.number > 1 else FiscalQuarter(quarter.year - 1, 4)


def _quarter(quarter: FiscalQuarter) -> str:
    """“FY23 Q3, August to October 2022”."""
    last = quarter.after - timedelta(days=1)
    first = date_format(quarter.first, "F" if quarter.first.year == last.year else "F Y")
    return _("%(quarter)s, %(first)s to %(last)s") % {
        "quarter": quarter.label, "first": first, "last": date_format(last, "F Y"),
    }  # fmt: skip
