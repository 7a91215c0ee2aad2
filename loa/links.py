"""The answer to a request without an envelope: a mail with the address of the form, sent once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from journal.record import DESK
from loa import arriving, pairing, powerforms
from loa.models import LetterRequest
from mail import loops, outbox
from mail.models import OutgoingMail
from partners.models import Contact
from tickets import actions, letters, senders
from tickets.actions.core import changed, locked
from tickets.models import Status, Ticket
from tickets.models.ticket import MOVES
from tickets.procedures import Stuck
from web import failpoints

HEADER: Final = "X-PHD-About"
VALUE: Final = "loa-link"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Where it went and what it holds."""

    to: str
    url: str


def url_for(request: LetterRequest) -> str:
    """The form with what we know filled in; empty where no PowerForm has an address."""
    form = powerforms.offered(request.region)
    return powerforms.link_for(request, form) if form else ""


def form_still_to_sign(ticket: Ticket) -> str:
    """The form that the requester has to fill in, for whoever may read their request; empty where nothing is to do."""
    if ticket.kind != pairing.KIND or not ticket.is_active:
        return ""
    request = arriving.of_ticket(ticket)
    waits = request is not None and request.envelope_id is None and request.stage == LetterRequest.Stage.REQUESTED
    return url_for(request) if request is not None and waits and not pairing.is_announced(ticket) else ""


def blank_form(contact: Contact | None) -> str:
    """The form for somebody who has asked for nothing yet, with what their sign-in says."""
    account = contact.account if contact is not None else None
    form = powerforms.offered(account.region if account is not None else "")
    if form is None:
        return ""
    known = LetterRequest(
        company=account.name if account is not None else "",
        requester_name=contact.name if contact is not None else "",
        requester_email=contact.email if contact is not None else "",
    )
    return powerforms.link_for(known, form)


def why_not_by_itself(ticket: Ticket) -> str:
    """Why a person should look before the form is sent: who asks is not certain, or it is not a form they need."""
    incoming = arriving.first_mail_of(ticket)
    if incoming is not None:
        if incoming.auto_submitted:
            return _("A program has written this. Look who asks; try again to send the form to them.")
        sender = senders.sender_of(incoming)
        if sender.colleague is not None:
            return _("A colleague has written this. Say who asks for the letter: answer with the form by hand.")
        known = not incoming.mailbox.authserv_id or sender.is_known()
        if why := loops.why_not_believed(incoming.verdict, mailbox=incoming.mailbox, known=known):
            return _("%(why)s Look who asks; try again to send the form to them.") % {"why": why}
    if str(ticket.fields.get("tender") or "").strip():
        return _("They ask for wording of their own: prepare a Legal Request, or try again to send the usual form.")
    return ""


def send(request: LetterRequest) -> Sent:
    """Queues the mail unless it was queued before; then it is the partner's turn. Raises `Stuck`."""
    url, ticket = url_for(request), request.ticket
    assert ticket is not None, "a request that waits has a ticket"
    if not url:
        raise Stuck(_("No PowerForm has an address yet. A lead enters it under Letters, PowerForms; then try again."))
    with locked(ticket) as row:
        address = row.requester.email
        if not was_sent(row):
            _queue(request, row, url)
            failpoints.reach("loa.link-queued")
            if row.status != Status.PENDING_PARTNER and Status.PENDING_PARTNER in MOVES[row.status]:
                why = _("The form in DocuSign was sent to them.")
                actions.set_status(row, to=Status.PENDING_PARTNER, by=DESK, why=why)
            else:
                changed(row, "form sent", by=DESK, before={}, after={"form": address})
    return Sent(to=address, url=url)


def was_sent(ticket: Ticket) -> bool:
    mails = OutgoingMail.objects.filter(token_key=ticket.reference, headers__contains={HEADER: VALUE})
    return mails.exclude(state=OutgoingMail.State.CANCELLED).exists()


def _queue(request: LetterRequest, ticket: Ticket, url: str) -> None:
    address = ticket.requester.email
    why = loops.why_no_answer(address, key=f"{VALUE} {ticket.reference}")
    if why:
        raise Stuck(_("%(why)s Answer by hand with the link to the form.") % {"why": why})
    loops.record_answer(address, key=f"{VALUE} {ticket.reference}")
    incoming = arriving.first_mail_of(ticket)
    in_reply_to = incoming.message_id if incoming else ""
    # What somebody only typed may be an advertisement (S-11): the text repeats it to whom we know.
    known = bool(ticket.requester.user_id or ticket.requester.salesforce_id)
    name, company = (ticket.requester.name, request.company) if known else ("", "")
    values = {"ticket": ticket, "company": company, "url": url, "first_name": name.split(" ")[0]}
    outbox.queue(
        to=[(name, address)],
        subject=_("Your Letter of Authorization: fill in the form [%(reference)s]") % {"reference": ticket.reference},
        body_text=render_to_string("loa/mail/link.txt", values),
        body_html=render_to_string("loa/mail/link.html", values),
        in_reply_to=in_reply_to,
        references=[in_reply_to] if in_reply_to else [],
        automatic=True,
        token_key=ticket.reference,
        headers={HEADER: VALUE},
        mailbox=letters.mailbox_of(ticket),
        purpose="notice",
    )
