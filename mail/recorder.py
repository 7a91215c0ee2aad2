"""The flight recorder: what became of every mail, in and out (R-05). “Did you get my mail?” takes one look.

A page of messages is two keyset queries, one for each direction; what they need besides is asked once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy

from mail import health, hooks
from mail.flight import asking, trips
from mail.flight.asking import Asked
from mail.flight.steps import Trip
from mail.health import Reading
from mail.models import IncomingMail, OutgoingMail

Row = TypeVar("Row", IncomingMail, OutgoingMail)

PAGE: Final = 25
OUTGOING_STATES: Final = {
    "sent": Q(state="sent", bounced={}),
    "waiting": Q(state__in=["queued", "sending"]),
    "failed": Q(state="failed"),
    "bounced": ~Q(bounced={}),
    "cancelled": Q(state="cancelled"),
}
INCOMING_STATES: Final = {
    "created": Q(outcome="created"),
    "appended": Q(outcome="appended"),
    "duplicate": Q(outcome="duplicate"),
    "ignored": Q(outcome="ignored"),
    "quarantined": Q(outcome="quarantined", decision=""),
    "discarded": Q(outcome="quarantined", decision="discarded"),
    "unread": Q(state="received"),
}
OUTCOME_WORDS: Final = {
    "created": gettext_lazy("Became a ticket"),
    "appended": gettext_lazy("Added to a ticket"),
    "quarantined": gettext_lazy("Put aside"),
    "discarded": gettext_lazy("Discarded"),
    "ignored": gettext_lazy("Ignored"),
    "duplicate": gettext_lazy("Duplicate"),
    "unread": gettext_lazy("Waits to be read"),
    "sent": gettext_lazy("Sent"),
    "bounced": gettext_lazy("Came back"),
    "failed": gettext_lazy("Not sent"),
    "waiting": gettext_lazy("Waits to leave"),
    "cancelled": gettext_lazy("Taken back"),
}
OUTCOMES: Final = tuple(OUTCOME_WORDS)


@dataclass(frozen=True, kw_only=True)
class Group:
    """What belongs together: one ticket, or one message that belongs to none."""

    ref: str
    url: str
    trips: list[Trip] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Absence:
    """The important “no”: nothing from there has reached us, and how we know."""

    address: str
    domain: str
    last: IncomingMail | None


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One page of answers; `older` continues it. `absence` only where somebody asked for a sender we never heard."""

    asked: Asked
    groups: list[Group]
    older: str
    absence: Absence | None
    readings: list[Reading]

    @property
    def troubles(self) -> list[str]:
        """Why a mail may be on its way to us and not here yet."""
        found = [words for one in self.readings for words in (one.problem, health.missing_words(one)) if words]
        return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Place:
    """Where a page ends: the time, the side (0 in, 1 out) and the key of its last message."""

    at: datetime
    side: int
    pk: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.side}~{self.pk}"


def trace(query: str, *, outcome: str = "", day: date | None = None, before: str = "") -> Trace:
    """Everything about an address, a domain, a Message-ID, a reference or words of a subject, newest first."""
    asked = asking.read(query)
    place = place_of(before)
    came = _page(_filtered_in(asking.incoming(asked), outcome), "received", day=day, place=place, side=0)
    went = _page(_filtered_out(asking.outgoing(asked), outcome), "created", day=day, place=place, side=1)
    rows: list[tuple[Place, IncomingMail | OutgoingMail]] = [*_placed(came, 0), *_placed(went, 1)]
    rows.sort(key=lambda one: (-one[0].at.timestamp(), one[0].side))
    shown = rows[:PAGE]
    narrowed = bool(outcome or day or place)
    return Trace(
        asked=asked,
        groups=_grouped(trips.of([row for _place, row in shown])),
        older=str(shown[-1][0]) if len(rows) > PAGE else "",
        absence=None if narrowed else _absence(asked, heard=bool(came)),
        readings=health.readings(),
    )


def outcome_words() -> list[tuple[str, str]]:
    """The filters by outcome, what came before what went."""
    return [(value, str(words)) for value, words in OUTCOME_WORDS.items()]


def place_of(text: str) -> Place | None:
    """Where an older page begins; None for the first page and for nonsense."""
    at, _first, rest = text.partition("~")
    side, _second, pk = rest.partition("~")
    try:
        moment = parse_datetime(at)
        known = side == "0" and pk.isascii() and pk.isdigit() and len(pk) < 19
        if side == "1":
            known = bool(UUID(pk))
    except ValueError:
        return None
    return Place(moment, int(side), pk) if moment and timezone.is_aware(moment) and known else None


def _page(rows: QuerySet[Row], when: str, *, day: date | None, place: Place | None, side: int) -> list[Row]:
    if day is not None:
        start, end = (timezone.make_aware(datetime.combine(one, time.min)) for one in (day, day + timedelta(days=1)))
        rows = rows.filter(**{f"{when}__gte": start, f"{when}__lt": end})
    if place is not None:
        rows = rows.filter(**{f"{when}__lte": place.at})
        if side == place.side:
            rows = rows.exclude(**{when: place.at, "pk__gte": place.pk})
        elif side < place.side:
            rows = rows.exclude(**{when: place.at})
    return list(rows.order_by(f"-{when}", "-pk")[: PAGE + 1])


def _filtered_in(rows: QuerySet[IncomingMail], outcome: str) -> QuerySet[IncomingMail]:
    rows = rows.select_related("mailbox", "duplicate_of", "bounce_of", "decided_by").defer("body_text", "error")
    if outcome in INCOMING_STATES:
        return rows.filter(INCOMING_STATES[outcome])
    return rows.none() if outcome in OUTGOING_STATES else rows


def _filtered_out(rows: QuerySet[OutgoingMail], outcome: str) -> QuerySet[OutgoingMail]:
    rows = rows.defer("body_text", "body_html", "headers")
    if outcome in OUTGOING_STATES:
        return rows.filter(OUTGOING_STATES[outcome])
    return rows.none() if outcome in INCOMING_STATES else rows


def _placed(rows: Iterable[Row], side: int) -> Iterator[tuple[Place, Row]]:
    for row in rows:
        at = row.received if isinstance(row, IncomingMail) else row.created
        yield Place(at, side, str(row.pk)), row


def _grouped(found: list[Trip]) -> list[Group]:
    """The group of the newest message first; within one, as it happened."""
    groups: dict[str, Group] = {}
    for trip in found:
        key = trip.ref or trip.key
        groups.setdefault(key, Group(ref=trip.ref, url=hooks.address_of(trip.ref))).trips.append(trip)
    for group in groups.values():
        group.trips.sort(key=lambda trip: (trip.at, trip.outgoing is not None))
    return list(groups.values())


def _absence(asked: Asked, *, heard: bool) -> Absence | None:
    if heard or not asked.domain:
        return None
    everybody = Asked(text=asked.domain, kind="domain", value=asked.domain)
    last = asking.incoming(everybody).order_by("-received").first() if asked.kind == "address" else None
    address = asked.value if asked.kind == "address" else ""
    return Absence(address=address, domain=asked.domain, last=last)
