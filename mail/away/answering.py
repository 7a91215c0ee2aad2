"""Who reads what while a window is on: the desk nothing, colleagues one text, everybody else the other; once a day.

Never a program, never an address of ours, never a sender whose address is forged or unproven (M-16 to M-18, S-11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from mail import hooks, loops, mailboxes, outbox
from mail.away import texts
from mail.away.windows import current
from mail.hooks import Handled
from mail.models import AutoReply, AwayWindow, IncomingMail, Mailbox, OutgoingMail, Undeliverable
from people.models import User
from people.roles import DESK_ROLES

ANSWERED: Final = frozenset({IncomingMail.Outcome.CREATED, IncomingMail.Outcome.APPENDED})


@dataclass(frozen=True, kw_only=True)
class Note:
    """The text for one person, and the window it is of."""

    window: AwayWindow
    address: str
    text: str

    @property
    def html(self) -> str:
        return texts.as_html(self.text)

    @property
    def plain(self) -> str:
        return texts.as_text(self.text)

    def count(self) -> None:
        """It went along with another answer: counted for the person, not once more for the domain."""
        AutoReply.objects.create(address=self.address.lower()[:254], domain="", key=key_of(self.window))


def answer(mail: IncomingMail, handled: Handled) -> OutgoingMail | None:
    """One out-of-office mail to the sender of a message that became or joined a ticket; in the caller's transaction."""
    if handled.outcome not in ANSWERED or handled.quiet or why_silent(mail):
        return None
    note = note_for(mail.from_address, mailbox=mail.mailbox)
    if note is None:
        return None
    loops.record_answer(note.address, key=key_of(note.window))
    return outbox.queue(
        to=[note.address],
        subject=texts.subject(handled.ref),
        body_text=note.plain,
        body_html=note.html,
        in_reply_to=mail.message_id,
        references=[mail.message_id] if mail.message_id else [],
        automatic=True,
        token_key=handled.ref,
        mailbox=mailboxes.to_send_from(mail.mailbox_id),
        purpose="away",
    )


def note_for(address: str, *, mailbox: Mailbox | None = None) -> Note | None:
    """What this person reads now; None when no window is on, they read it today, or nobody may be answered there."""
    window = current(mailbox or mailboxes.default(), timezone.now())
    text = text_for(address, window) if window else ""
    if window is None or not text:
        return None
    _one_at_a_time(address, window)
    if is_undeliverable(address) or loops.why_no_answer(address, key=key_of(window)):
        return None
    return Note(window=window, address=address, text=text)


def text_for(address: str, window: AwayWindow) -> str:
    """Nothing for the desk itself, one text inside the organisation, one outside."""
    person = User.objects.filter(email__lower=address.lower(), is_active=True).first()
    if person is not None and person.role in DESK_ROLES:
        return ""
    inside = (person is not None and person.is_colleague) or _domain(address) in _own_domains()
    return window.text_inside if inside else window.text_outside


def why_silent(mail: IncomingMail) -> str:
    """Why the sender of this message gets no answer, whatever it says; empty when they may."""
    if mail.auto_submitted:
        return _("It is automatic mail.")
    if mail.silent:
        return _("It lay in the mailbox when we first came.")
    known = bool(mail.mailbox.authserv_id) and hooks.knows(mail.from_address)
    return loops.why_not_believed(mail.verdict, mailbox=mail.mailbox, known=known)


def is_undeliverable(address: str) -> bool:
    """Its server said that nobody is there (M-19)."""
    return Undeliverable.objects.filter(address__lower=address.lower()).exists()


def key_of(window: AwayWindow) -> str:
    return f"away:{window.pk}"


def _one_at_a_time(address: str, window: AwayWindow) -> None:
    """Two messages of one person taken in at the same moment: the second waits and sees the first one's answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [window.pk % 2**31, address.lower()])


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _own_domains() -> frozenset[str]:
    return frozenset(map(_domain, mailboxes.own_addresses()))
