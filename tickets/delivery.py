"""What became of our mails, written on their tickets: a mail that nobody got must not stay silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.record import DESK, actor_of
from mail import markdown, returned
from mail.models import OutgoingMail
from partners.models import Contact
from people.models import User
from tickets import hooks, notices
from tickets.actions.core import changed, locked, set_status_of
from tickets.matches import numbered
from tickets.models import Message, Status, Ticket

Purpose, State = OutgoingMail.Purpose, OutgoingMail.State
MOST_CONTACTS = 3
FROM_A_PERSON = frozenset({Purpose.REPLY, Purpose.ACKNOWLEDGEMENT})


def outgoing_changed(mail: OutgoingMail) -> None:
    """Called by the outbox when a mail was sent or has failed for good; a refused address is a mail that came back."""
    lost = returned.refused(mail)
    if lost:
        _lost(mail, lost)
    waited = [one for one in mail.recipients if one not in mail.accepted and one not in mail.refused]
    if mail.state == State.FAILED and waited:
        _failed(mail, waited)


def tried_again(mail: OutgoingMail, by: User) -> bool:
    """Called when somebody sends a failed mail again: the ticket it belongs to says who."""
    message = Message.objects.select_related("ticket").filter(outgoing=mail).first()
    ticket = message.ticket if message else numbered(mail.token_key) if mail.token_key else None
    if ticket is None:
        return False
    with locked(ticket) as row:
        after = {"mail": "queued", "addresses": mail.recipients}
        changed(row, "mail tried again", by=actor_of(by), before={"mail": "failed"}, after=after)
    return True


def came_back(mail: OutgoingMail, lost: Mapping[str, bool]) -> None:
    """A report says who did not get a mail of ours: what to do stands above what the server wrote."""
    words = _lost(mail, lost)
    report = Message.objects.filter(incoming__bounce_of=mail).order_by("-id").first()
    if words and report is not None:
        Message.objects.filter(pk=report.pk).update(html=markdown.plain(words))


def _lost(mail: OutgoingMail, lost: Mapping[str, bool]) -> str:
    """The ticket says who did not get a mail of ours and what to do, and its colleague hears it; the words."""
    ticket = numbered(mail.token_key) if mail.token_key else None
    if ticket is None:
        return ""
    with locked(ticket) as row:
        addresses = list(lost)
        words = " ".join([*_what_happened(mail, lost), *_what_to_do(row, addresses)])
        before = {"status": row.status, "mail": "sent"}
        if _nobody_waits(row, mail):
            set_status_of(row, Status.OPEN)
        after = {"status": row.status, "mail": "came back", "addresses": addresses}
        changed(row, "mail came back", by=DESK, before=before, after=after, why=words)
        hooks.procedure_hears(row, "bounced")
        if mail.purpose in FROM_A_PERSON:
            notices.came_back(row, addresses=addresses, words=words)
    return words


def _failed(mail: OutgoingMail, addresses: Sequence[str]) -> None:
    """They did not get it, and no address is to blame: the ticket says so, and its colleague hears it."""
    message = Message.objects.select_related("ticket").filter(outgoing=mail).first()
    if message is None:
        return
    with locked(message.ticket) as row:
        before = {"status": row.status, "mail": "queued"}
        if _nobody_waits(row, mail):
            set_status_of(row, Status.OPEN)
        after = {"status": row.status, "mail": "failed"}
        changed(row, "mail failed", by=DESK, before=before, after=after, why=mail.last_error)
        hooks.procedure_hears(row, "bounced")
        notices.came_back(row, addresses=addresses[:MOST_CONTACTS], words=mail.last_error)


def _what_happened(mail: OutgoingMail, lost: Mapping[str, bool]) -> list[str]:
    """A sentence for each address, with what their server said."""
    said = []
    for address, for_good in lost.items():
        words = mail.bounced.get(address, {}).get("words") or mail.refused.get(address, "")
        known = {"address": address, "words": str(words)[:300]}
        said.append(
            _("Nobody can be reached at %(address)s. Their server said: “%(words)s”.") % known
            if for_good
            else _("Your mail did not reach %(address)s this time. Their server said: “%(words)s”.") % known
        )
    return said


def _what_to_do(row: Ticket, addresses: Sequence[str]) -> list[str]:
    """Whom else one may ask."""
    if row.partner_id is None:
        return [_("Ask for another address by another way, or send it again later.")]
    bad = {address.lower() for address in addresses}
    rows = Contact.objects.filter(account=row.partner_id).exclude(email="").order_by("-user_id", "id")
    others = [one for one in rows[: MOST_CONTACTS + len(bad)] if one.email.lower() not in bad][:MOST_CONTACTS]
    if not others:
        return [_("Ask %(partner)s for another address; we know nobody else there.") % {"partner": row.partner}]
    names = ", ".join(f"{one.name} <{one.email}>" if one.name else one.email for one in others)
    words = ngettext(
        "Ask %(partner)s for another address; another contact there is %(names)s.",
        "Ask %(partner)s for another address; other contacts there are %(names)s.",
        len(others),
    )
    return [words % {"partner": row.partner, "names": names}]


def _nobody_waits(row: Ticket, mail: OutgoingMail) -> bool:
    """The ticket waits for an answer to a reply that nobody got."""
    if row.status != Status.PENDING_PARTNER or mail.purpose != Purpose.REPLY:
        return False
    missed = {address.lower() for address in (*mail.bounced, *mail.refused)}
    got = mail.accepted if mail.state == State.FAILED else mail.recipients
    reached = {address.lower() for address in got} - missed
    if any(one["address"].lower() in reached for one in mail.to):
        return False
    newest = row.messages.filter(outgoing__isnull=False).order_by("-id").values_list("outgoing_id", flat=True).first()
    return newest == mail.pk
