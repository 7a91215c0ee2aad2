"""A letter with wording of its own: a case “Legal Request” on the partner's account, linked and followed.

Handbook, “LoAs for Partners with Specific Needs”: the channel manager opens the case from the account. The desk
prepares it for them, or opens it for them here; whoever opens it, there is one (its key), and the desk looks after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from integrations import ledger
from integrations.models import ExternalAction
from integrations.salesforce import ids, links
from journal.record import DESK, Actor, actor_of, record
from loa.models import LegalRequest, LetterRequest
from loa.tailored import telling
from people.models import User
from tickets.actions import Refused, reopen
from tickets.models import Status, Ticket

OPERATION: Final = "salesforce.open_case"
TYPE: Final = "Legal Request"
State = LegalRequest.State
OPEN: Final = (State.DRAFT, State.OPENING, State.OPEN, State.REFUSED)


def may_open(user: User, request: LegalRequest) -> bool:
    """The desk, and the channel manager whose account it is."""
    manager = request.ticket.channel_manager or request.account.channel_manager
    return user.on_desk or (manager is not None and manager.user_id == user.pk)


def prepare(ticket: Ticket, *, customer: str, wording: str, needed_by: date | None, by: User) -> LegalRequest:
    """The draft of the case; a ticket has one that is not over, and preparing again changes it."""
    account = ticket.partner
    if account is None:
        raise Refused(_("Set the partner of the ticket first: the case stands on the partner's account."))
    with transaction.atomic():
        Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
        row = ticket.legal_requests.filter(state__in=OPEN).first()
        if row is not None and row.state not in {State.DRAFT, State.REFUSED}:
            raise Refused(_("A case was opened for this ticket already. Add what is new to it in Salesforce."))
        new = row is None
        row = row or LegalRequest(ticket=ticket, by=by)
        row.account, row.customer, row.wording, row.needed_by = account, customer, wording, needed_by
        row.request = LetterRequest.objects.filter(ticket=ticket).first()
        row.state, row.problem = State.DRAFT, ""
        row.subject, row.body = _subject(row), _body(row)
        row.save()
        after = {"customer": customer, "needed_by": needed_by.isoformat() if needed_by else ""}
        record(row, "prepared" if new else "prepared anew", by=actor_of(by), after=after)
    return row


def open_case(request: LegalRequest, *, by: User) -> LegalRequest:
    """Asks a worker to open it in Salesforce: one case, however often this is pressed."""
    with _locked(request) as row:
        if row.state in {State.OPENING, State.OPEN, State.CLOSED}:
            return row
        _only(row, State.DRAFT, State.REFUSED)
        if not row.account.salesforce_id:
            raise Refused(_("The partner has no account in Salesforce. Link the ticket to one that has."))
        payload = {"subject": row.subject, "body": row.body, "account": row.account.salesforce_id, "type": TYPE}
        key = f"{row.ticket.reference}.legal.{row.pk}.{_tries(row) + 1}"
        row.action = ledger.queue(key=key, operation=OPERATION, payload=payload, about=row.ticket.reference, by=by)
        _to(row, State.OPENING, "asked to open", by=actor_of(by))
    return row


def ask_manager(request: LegalRequest, *, by: User) -> LegalRequest:
    """Mails the prepared case to the channel manager, who opens it from the account."""
    with _locked(request) as row:
        _only(row, State.DRAFT, State.REFUSED)
        told = telling.ask_manager(row, by=by)
        record(row, "sent to the channel manager", by=actor_of(by), after={"manager": told})
    return row


def link(request: LegalRequest, *, case: str, by: User) -> LegalRequest:
    """Somebody opened the case in Salesforce: its id, or the address of its page."""
    found = next((part for part in case.replace("?", "/").split("/") if ids.may_be_id(part, prefix="500")), "")
    if not found:
        raise Refused(_("That is no case of Salesforce. Paste the address of the case's page."))
    with _locked(request) as row:
        _only(row, State.DRAFT, State.REFUSED)
        row.case_id = ids.full_id(found)
        _to(row, State.OPEN, "linked", by=actor_of(by), after={"case": row.case_id})
    return row


def drop(request: LegalRequest, *, why: str, by: User) -> LegalRequest:
    """Not needed here any more; a case that is open stays in Salesforce."""
    if not why.strip():
        raise Refused(_("Say why it is not needed."))
    with _locked(request) as row:
        if row.state == State.OPENING:
            raise Refused(_("It is being opened in Salesforce at this moment. Look again in a minute."))
        if row.state not in {State.CLOSED, State.DROPPED}:
            _to(row, State.DROPPED, "dropped", by=actor_of(by), why=why.strip())
    return row


def written(action: ExternalAction) -> None:
    """What became of the case at Salesforce; in the transaction that settles the write."""
    if action.operation != OPERATION:
        return
    row = LegalRequest.objects.select_for_update(of=("self",)).filter(action=action, state=State.OPENING).first()
    if row is None:
        return
    if action.state == ExternalAction.State.DONE:
        row.case_id = ids.full_id(action.vendor_ref)
        _to(row, State.OPEN, "opened", by=DESK, after={"case": row.case_id})
    else:
        row.problem = action.last_error or _("It was cancelled.")
        _to(row, State.REFUSED, "refused", by=DESK, why=row.problem)


def seen(row: LegalRequest, *, number: str, status: str, closed: bool) -> bool:
    """What Salesforce says of the case now; a closed one puts the ticket into the queue again. True for news."""
    with _locked(row) as kept:
        before = {"status": kept.case_status}
        kept.case_number, kept.followed = number[:40], timezone.now()
        if kept.state != State.OPEN or (kept.case_status == status and not closed):
            kept.save(update_fields=["case_number", "followed"])
            return False
        kept.case_status = status[:80]
        if closed:
            _to(kept, State.CLOSED, "closed by Legal", by=DESK, before=before, after={"status": status})
            _back_in_the_queue(kept)
        else:
            kept.save()
            record(kept, "moved", by=DESK, before=before, after={"status": status})
        return True


def page_of(row: LegalRequest) -> str:
    """The case in Salesforce, or the account it is to be opened from."""
    if row.case_id:
        return links.record_url("Case", row.case_id)
    return links.record_url("Account", row.account.salesforce_id)


def _tries(row: LegalRequest) -> int:
    """Refused ones: opening it again is another write."""
    return ExternalAction.objects.filter(key__startswith=f"{row.ticket.reference}.legal.{row.pk}.").count()


def _back_in_the_queue(row: LegalRequest) -> None:
    ticket = row.ticket
    words = _("Legal has closed the request for a letter with its own wording.")
    if ticket.status in {Status.PENDING_INTERNAL, Status.ON_HOLD}:
        reopen(ticket, by=Actor(_("Salesforce")), why=words)
    telling.closed(row)


def _subject(row: LegalRequest) -> str:
    of_whom = f"{row.account.name}, {row.customer}" if row.customer else row.account.name
    return _("Letter of Authorization with its own wording: %(whom)s") % {"whom": of_whom[:180]}


def _body(row: LegalRequest) -> str:
    ticket = row.ticket
    lines = [
        (_("Partner"), row.account.name),
        (_("Asked by"), f"{ticket.requester} {ticket.requester.email}".strip()),
        (_("Customer or tender"), row.customer),
        (_("Needed by"), date_format(row.needed_by, "j F Y") if row.needed_by else ""),
        (_("Request at the help desk"), f"{ticket.reference} {settings.PUBLIC_URL}/tickets/{ticket.reference}/"),
    ]
    head = "\n".join(f"{name}: {value}" for name, value in lines if value)
    return f"{head}\n\n{_('Wording that is needed:')}\n{row.wording}"


@contextmanager
def _locked(request: LegalRequest) -> Iterator[LegalRequest]:
    beside = ("ticket__requester", "ticket__channel_manager__user", "account__channel_manager__user")
    with transaction.atomic():
        yield LegalRequest.objects.select_for_update(of=("self",)).select_related(*beside).get(pk=request.pk)


def _only(row: LegalRequest, *states: str) -> None:
    if row.state not in states:
        raise Refused(
            _("The request is %(state)s: that is not possible any more.") % {"state": row.get_state_display()}
        )


def _to(
    row: LegalRequest,
    state: str,
    verb: str,
    *,
    by: Actor,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
) -> None:
    was = row.state
    row.state = state
    row.save()
    record(row, verb, by=by, before={"state": was, **(before or {})}, after={"state": state, **(after or {})}, why=why)
