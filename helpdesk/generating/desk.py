"""One generated ticket after the other: its messages, mails, events, search words and clocks, all consistent."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from helpdesk.generating.copying import Table
from helpdesk.generating.people import People
from helpdesk.generating.words import KINDS, TOPICS, Writer, as_html
from journal.models import Event
from mail import mailboxes
from mail.models import IncomingMail, OutgoingMail
from partners.models import Contact
from people import calendar
from people.calendar import Hours
from people.models import User
from tickets import kinds, search
from tickets.models import Message, Status, Tag, Ticket, TicketText
from tickets.models.message import Visibility
from tickets.models.ticket import ACTIVE, Channel
from tickets.sla import PAUSING

SPAN = timedelta(days=730)
RECENT = timedelta(days=60)
SHOWN = 160
_RECENT_STATES = (
    [Status.NEW] * 8 + [Status.OPEN] * 12 + [Status.PENDING_PARTNER] * 10 + [Status.PENDING_INTERNAL] * 5
    + [Status.ON_HOLD] * 2 + [Status.SOLVED] * 40 + [Status.CLOSED] * 23
)  # fmt: skip
_OLD_STATES = [Status.CLOSED] * 94 + [Status.SOLVED] * 4 + [Status.SPAM, Status.PENDING_PARTNER]
_PRIORITIES = ("normal",) * 16 + ("high", "high", "low", "urgent")


@dataclass(kw_only=True)
class Told:
    """A ticket while it is being told."""

    number: int
    who: Contact
    by: User
    status: str
    row: dict[str, Any]
    words: list[str] = field(default_factory=list)
    newest: int = 0
    moment: datetime


class Desk:
    """Where generated tickets go; call `write` after each batch, inside a transaction."""

    def __init__(self, people: People, writer: Writer, *, now: datetime, raw: Any) -> None:
        self.people, self.writer, self.now, self.raw = people, writer, now, raw
        self.chance: random.Random = writer.chance
        self.mailbox = mailboxes.default().pk
        self.tags = [Tag.objects.get_or_create(name=name)[0].pk for name in ("LOA", "NFR", "PoE", "EOQ", "misdirected")]
        self.hours: dict[str, Hours] = {}
        self.tickets, self.messages, self.events = Table(Ticket), Table(Message), Table(Event)
        self.incoming, self.outgoing = Table(IncomingMail), Table(OutgoingMail)
        self.texts, self.tagged = Table(TicketText), Table(Ticket.tags.through)

    def tables(self) -> list[Table]:
        """In the order in which their rows depend on each other."""
        return [self.tickets, self.incoming, self.outgoing, self.events, self.messages, self.texts, self.tagged]

    def write(self) -> None:
        for table in self.tables():
            table.write()

    def add(self, index: int, of: int, *, messages: int) -> None:
        """The `index`-th of `of` tickets; older ones first, with `messages` messages on average."""
        told = self._opening(self.now - SPAN * (1 - (index + self.chance.random()) / of))
        count = 1 if told.status == Status.NEW else self.chance.randrange(1, 2 * messages)
        for position in range(count):
            self._say(told, position)
        self._ending(told)
        self.tickets.add(told.row)
        words = " ".join(f"'{word}'" for word in dict.fromkeys(self._words(told)))
        self.texts.add({"ticket_id": told.number, "vector": words})
        if index % 3 == 0:
            chosen = self.chance.choice(self.tags)
            self.tagged.add({"id": self.tagged.number(), "ticket_id": told.number, "tag_id": chosen})

    def _opening(self, created: datetime) -> Told:
        which = self.chance.randrange(len(KINDS))
        who = self.people.contacts[int(len(self.people.contacts) * self.chance.random() ** 2)]
        number = self.tickets.number()
        recent = self.now - created < RECENT
        told = Told(
            number=number,
            who=who,
            by=self.chance.choice(self.people.specialists),
            status=self.chance.choice(_RECENT_STATES if recent else _OLD_STATES),
            row={},
            moment=created,
        )
        told.row = self._columns(told, which, created)
        return told

    def _columns(self, told: Told, which: int, created: datetime) -> dict[str, Any]:
        account = told.who.account
        assert account is not None
        kind = kinds.kind_of(KINDS[which])
        hours = self._hours(account.region)
        return {
            "id": told.number,
            "kind": kind.slug,
            "topic": TOPICS[which],
            "status": told.status,
            "priority": self.chance.choice(_PRIORITIES),
            "subject": self.writer.subject(which, told.number),
            "requester_id": told.who.pk,
            "partner_id": account.pk,
            "assignee_id": None if told.status == Status.NEW else told.by.pk,
            "channel_manager_id": account.channel_manager_id,
            "region": account.region,
            "channel": Channel.MAIL,
            "created": created,
            "first_reply_due": calendar.add(created, kind.first_reply, hours),
            "resolution_due": calendar.add(created, kind.resolution, hours),
        }

    def _say(self, told: Told, position: int) -> None:
        """The next message: the partner's, ours, sometimes a note."""
        if position:
            told.moment = min(told.moment + timedelta(hours=self.chance.expovariate(1 / 7)), self.now)
        if position % 2 == 0:
            self._received(told, position)
        elif self.chance.random() < 0.2:
            self._noted(told)
        else:
            self._replied(told)

    def _received(self, told: Told, position: int) -> None:
        body = self.writer.message(told.number + position)
        verb = "received" if position else "opened"
        after = {"status": Status.OPEN} if position else {"kind": told.row["kind"], "status": Status.NEW}
        event = self._event(told, verb, told.who.name, None, after)
        mail = self._came(told, body, first=not position)
        self._message(told, Visibility.IN, body, event, author_contact_id=told.who.pk, incoming_id=mail)
        told.row |= {"preview": body[:SHOWN].replace("\n", " "), "last_from_us": False, "last_partner_event": event}

    def _replied(self, told: Told) -> None:
        body = self.writer.message(told.number + 1)
        event = self._event(told, "replied", told.by.name, told.by.pk, {"status": Status.PENDING_PARTNER})
        mail = self._went(told, body)
        to = [{"name": told.who.name, "address": told.who.email}]
        self._message(told, Visibility.REPLY, body, event, author_user_id=told.by.pk, outgoing_id=mail, to=to)
        told.row |= {"preview": body[:SHOWN].replace("\n", " "), "last_from_us": True}
        told.row.setdefault("first_replied", told.moment)

    def _noted(self, told: Told) -> None:
        event = self._event(told, "noted", told.by.name, told.by.pk, {})
        self._message(told, Visibility.NOTE, self.writer.message(2), event, author_user_id=told.by.pk)

    def _message(self, told: Told, visibility: str, body: str, event: int, **more: Any) -> None:
        ours = visibility != Visibility.IN
        self.messages.add(
            {
                "id": self.messages.number(),
                "ticket_id": told.number,
                "visibility": visibility,
                "author_name": told.by.name if ours else told.who.name,
                "author_address": settings.SUPPORT_ADDRESS if ours else told.who.email,
                "subject": told.row["subject"],
                "body": body,
                "html": as_html(body),
                "event_id": event,
                "created": told.moment,
                **more,
            }
        )
        told.words.append(body)

    def _event(self, told: Told, verb: str, name: str, user: int | None, after: dict[str, Any]) -> int:
        told.newest = self.events.number()
        self.events.add(
            {
                "id": told.newest,
                "created": told.moment,
                "actor_id": user,
                "actor_name": name,
                "verb": verb,
                "subject_type": "tickets.ticket",
                "subject_id": told.number,
                "after": after,
            }
        )
        return told.newest

    def _came(self, told: Told, body: str, *, first: bool) -> int:
        number = self.incoming.number()
        self.incoming.add(
            {
                "id": number,
                "mailbox_id": self.mailbox,
                "raw_id": self.raw.pk,
                "raw_sha256": self.raw.sha256,
                "size": self.raw.size,
                "via": IncomingMail.Via.SMTP,
                "received": told.moment,
                "state": IncomingMail.State.DONE,
                "outcome": IncomingMail.Outcome.CREATED if first else IncomingMail.Outcome.APPENDED,
                "handled": told.moment,
                "handled_ref": f"PHD-{told.number}",
                "handled_kind": told.row["kind"],
                "subject": told.row["subject"],
                "from_address": told.who.email,
                "from_name": told.who.name,
                "to": [settings.SUPPORT_ADDRESS],
                "message_id": f"<{number}.{told.number}@load.example>",
                "body_text": body,
                "dedupe_key": f"{self.chance.getrandbits(256):064x}",
            }
        )
        return number

    def _went(self, told: Told, body: str) -> uuid.UUID:
        number = uuid.UUID(int=self.chance.getrandbits(128), version=4)
        self.outgoing.add(
            {
                "id": number,
                "message_id": f"<{number}@{settings.MAIL_DOMAIN}>",
                "purpose": OutgoingMail.Purpose.REPLY,
                "token_key": f"PHD-{told.number}",
                "envelope_from": settings.SUPPORT_ADDRESS,
                "from_address": settings.SUPPORT_ADDRESS,
                "to": [{"name": told.who.name, "address": told.who.email}],
                "subject": f"Re: {told.row['subject']}",
                "body_text": body,
                "state": OutgoingMail.State.SENT,
                "attempts": 1,
                "created": told.moment,
                "next_try": told.moment,
                "give_up": told.moment,
                "sent_at": told.moment,
            }
        )
        return number

    def _ending(self, told: Told) -> None:
        """The last move, and what the queue reads."""
        row = told.row
        if told.status in {Status.SOLVED, Status.CLOSED, Status.SPAM, Status.ON_HOLD}:
            verb = {Status.SOLVED: "solved", Status.CLOSED: "closed", Status.ON_HOLD: "put on hold"}
            self._event(
                told, verb.get(Status(told.status), "marked as spam"), told.by.name, told.by.pk, {"status": told.status}
            )
        if told.status in {Status.SOLVED, Status.CLOSED}:
            row |= {"solved": told.moment, "solved_reason": "answered"}
        if told.status == Status.CLOSED:
            row["closed"] = told.moment
        if told.status in PAUSING:
            row["paused_since"] = told.moment
        if told.status in ACTIVE:
            row["due"] = row["resolution_due"] if "first_replied" in row else row["first_reply_due"]
        row |= {"updated": told.moment, "last_event": told.newest}

    def _words(self, told: Told) -> Iterator[str]:
        account = told.who.account
        texts = (str(told.number), told.row["subject"], told.who.name, told.who.email, account.name if account else "")
        for text in (*texts, *told.words):
            yield from search.words(text)

    def _hours(self, region: str) -> Hours:
        if region not in self.hours:
            self.hours[region] = calendar.hours_of(region)
        return self.hours[region]
