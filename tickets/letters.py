"""What stands below an answer in its mail: who signs, and the message that is answered.

Only what the partner's side wrote is ever quoted. By default it goes along when everybody the answer goes to had that
message already (docs/decisions/0013).
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from mail import mailboxes, markdown, quotes
from mail.models import Mailbox
from people.models import User
from tickets.models import Draft, Message, Ticket
from tickets.models.message import Visibility

MAX_QUOTED: Final = 20_000
MAX_QUOTED_HTML: Final = 60_000
History = Draft.History


@dataclass(frozen=True, kw_only=True)
class Quoted:
    """A message below the answer: who wrote it when, its own words, and who had it."""

    message: Message
    intro: str
    html: str
    had_by: Collection[str]

    @property
    def text(self) -> str:
        return _own_text(self.message)

    def new_to(self, addresses: Iterable[str]) -> list[str]:
        """Those who did not have this message."""
        return [address for address in addresses if address.lower() not in self.had_by]


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Everything below the text of an answer."""

    signature: str
    quoted: Quoted | None = None

    def for_these(self, addresses: Iterable[str], *, history: str) -> Ending:
        """What goes to these people: without the earlier message when one of them did not have it, or nobody should."""
        if self.quoted is None or history == History.ALL:
            return self
        if history == History.NONE or self.quoted.new_to(addresses):
            return Ending(signature=self.signature)
        return self

    def text(self, body: str) -> str:
        """The plain text of the mail."""
        parts = [body.rstrip(), f"-- \n{self.signature}"]
        if self.quoted:
            lines = (f"> {line}" if line and line[0] != ">" else f">{line}" for line in self.quoted.text.split("\n"))
            parts.append(f"{self.quoted.intro}\n" + "\n".join(lines))
        return "\n\n".join(parts) + "\n"

    def html(self, body: str) -> str:
        """The HTML of the mail; `body` is Markdown."""
        values = {"body": markdown.render(body), "signature": self.signature, "quoted": self.quoted}
        return render_to_string("tickets/mail/reply.html", values)


def ending(ticket: Ticket, *, by: User, answers: Message | None) -> Ending:
    """Signature and quoted message of an answer that `by` writes."""
    quoted = quote(answers, ticket=ticket, by=by) if answers is not None else None
    return Ending(signature=signature_of(by, mailbox_of(ticket)), quoted=quoted)


def answered(ticket: Ticket) -> Message | None:
    """The message an answer is to: the partner's newest that a person wrote, else the newest at all."""
    return answerable(ticket).select_related("author_contact").first()


def answerable(ticket: Ticket | OuterRef) -> QuerySet[Message]:
    """What an answer may be to, the first one first."""
    theirs = Message.objects.filter(ticket=ticket, visibility=Visibility.IN, unknown_sender=False, unverified=False)
    return theirs.order_by("automatic", "-id")


def mailbox_of(ticket: Ticket) -> Mailbox:
    """Where mail about a ticket leaves from: the mailbox it came to while that is ours, else the default one."""
    return mailboxes.to_send_from(ticket.mailbox_id)


def signature_of(user: User, mailbox: Mailbox) -> str:
    """The person's own lines, else their name; then those of the mailbox."""
    own = user.signature.strip() or str(user)
    return f"{own}\n{mailbox.signature.strip() or _('Partner Help Desk')}".replace("\r\n", "\n")


def quote(message: Message, *, ticket: Ticket, by: User) -> Quoted:
    """The message's own words, bounded; without what it quoted itself and without pictures."""
    html = markdown.safe(message.html) if len(message.html) <= MAX_QUOTED_HTML else ""
    shown = html if strip_tags(html).strip() else markdown.plain(_own_text(message))
    return Quoted(message=message, intro=_intro(message, by=by), html=shown, had_by=_had_by(message, ticket))


def _own_text(message: Message) -> str:
    """What the sender wrote themselves; no more than an answer should carry, ended at a line."""
    text = quotes.split(message.body).own.strip()
    if len(text) <= MAX_QUOTED:
        return text
    end = text.rfind("\n", MAX_QUOTED // 2, MAX_QUOTED)
    return f"{text[: end if end > 0 else MAX_QUOTED]}\n[…]"


def _had_by(message: Message, ticket: Ticket) -> frozenset[str]:
    """Who wrote or got this message, and who sees the whole ticket anyway."""
    people = [message.author_address, ticket.requester.email, *(one["address"] for one in (*message.to, *message.cc))]
    manager = ticket.channel_manager
    if manager is not None and manager.user is not None:
        people.append(manager.user.email)
    return frozenset(address.lower() for address in people)


def _intro(message: Message, *, by: User) -> str:
    """“On Tue, 22 Nov 2022 at 14:10 CET, Katrin Vogel <katrin@…> wrote:”"""
    local = timezone.localtime(message.created, zoneinfo.ZoneInfo(by.time_zone))
    name, address = message.author_name, message.author_address
    who = f"<{address}>" if not name or name == address else f"{name} <{address}>" if address else name
    words = {"day": date_format(local, "D, j M Y"), "time": date_format(local, "H:i T"), "who": who}
    return _("On %(day)s at %(time)s, %(who)s wrote:") % words
