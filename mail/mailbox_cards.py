"""What the page of mailboxes shows: each mailbox with how reading it goes, and what leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from mail import brake, door, health, outage
from mail.door import Door
from mail.health import Reading
from mail.models import IncomingMail, Mailbox, MailServer, OutboundBrake, OutgoingMail, Undeliverable

MOST: Final = 50
WAITING: Final = (OutgoingMail.State.QUEUED, OutgoingMail.State.SENDING)


@dataclass(frozen=True, kw_only=True)
class Card:
    """A mailbox: `backlog` waits to be read here, `reading` says how fetching goes."""

    reading: Reading
    last_mail: datetime | None
    backlog: int
    oldest: datetime | None

    @property
    def mailbox(self) -> Mailbox:
        return self.reading.mailbox


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What leaves: counts, and the oldest that should have left."""

    waiting: int
    oldest: datetime | None
    failed: int
    sent_today: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    cards: list[Card]
    leaving: Leaving
    server: MailServer
    brake: OutboundBrake
    held: int
    dead_addresses: list[Undeliverable]
    dead_count: int
    door: Door


def overview() -> Overview:
    """Everything on the page; the number of statements does not grow with what it shows."""
    gone = Undeliverable.objects.order_by("-last", "-pk")
    return Overview(
        cards=cards(Mailbox.objects.all()),
        leaving=leaving(),
        server=outage.current(),
        brake=brake.current(),
        held=brake.held().count(),
        dead_addresses=list(gone[:MOST]),
        dead_count=gone.count(),
        door=door.state(),
    )


def cards(mailboxes: QuerySet[Mailbox]) -> list[Card]:
    """The default one first, those switched off last."""
    rows = list(mailboxes.select_related("fetching").order_by("-active", "-is_default", "name", "pk"))
    backlog = _backlog()
    newest = dict(IncomingMail.objects.filter(mailbox__in=rows).values_list("mailbox").annotate(Max("received")))
    found = []
    for mailbox, reading in zip(rows, health.readings_of(rows), strict=True):
        count, oldest = backlog.get(mailbox.pk, (0, None))
        found.append(Card(reading=reading, last_mail=newest.get(mailbox.pk), backlog=count, oldest=oldest))
    return found


def leaving() -> Leaving:
    day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    due = OutgoingMail.objects.filter(state__in=WAITING).exclude(not_before__gt=timezone.now())
    waiting = due.aggregate(count=Count("pk"), oldest=Min("created"))
    failed = OutgoingMail.objects.filter(
        state=OutgoingMail.State.FAILED, created__gte=timezone.now() - timedelta(days=7)
    )
    sent = OutgoingMail.objects.filter(state=OutgoingMail.State.SENT, sent_at__gte=day)
    return Leaving(waiting=waiting["count"], oldest=waiting["oldest"], failed=failed.count(), sent_today=sent.count())


def _backlog() -> dict[int, tuple[int, datetime | None]]:
    """By mailbox: what is stored and not taken in yet."""
    waiting = IncomingMail.objects.filter(state=IncomingMail.State.RECEIVED).values("mailbox")
    rows = waiting.annotate(count=Count("pk"), oldest=Min("received"))
    return {row["mailbox"]: (row["count"], row["oldest"]) for row in rows}
