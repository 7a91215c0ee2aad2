"""How many seats are in use, whenever somebody says so: on the request, and as a count in the register."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from journal.record import DESK, Actor, actor_of, record
from nfr import reading, requests, saying, whom
from nfr.models import Licence, LicenceRequest, SeatCount
from nfr.register import writing
from people.models import User
from tickets import own_words
from tickets.models.message import Visibility

Source = SeatCount.Source


def first(request: LicenceRequest) -> SeatCount | None:
    """What the request began with, once; None where the register does not have the licence."""
    with requests.holding(request) as row:
        if row.seats_used is None:
            return None
        if row.counted is None:
            row.counted = _said(row)
            row.save(update_fields=["counted"])
        request.counted = row.counted
        return _in_register(row, source=_first_source(row), by=DESK)


def learn(
    request: LicenceRequest,
    used: int | None,
    *,
    source: str,
    by: User | Actor,
    why: str = "",
    at: datetime | None = None,
) -> None:
    """Another count, `at` the time somebody wrote it; None says nothing, the same number from the same side neither."""
    if used is None:
        return
    with requests.holding(request) as row:
        if row.seats_used == used and row.counted is not None and source != Source.SUPPORT:
            return
        before, row.seats_used, row.counted = row.seats_used, used, at or timezone.now()
        row.save(update_fields=["seats_used", "counted"])
        who = actor_of(by) if isinstance(by, User) else by
        record(row, "seats counted", by=who, before={"used": before}, after={"used": used, "source": source}, why=why)
        _in_register(row, source=source, by=by)
    request.seats_used, request.counted = row.seats_used, row.counted


def by_their_words(request: LicenceRequest) -> None:
    """How many seats a partner names who asks for a renewal: newer than what the register has, it counts."""
    licence: Licence | None = request.licence
    if request.topic != LicenceRequest.Topic.RENEW or licence is None or licence.seats_counted is None:
        return
    written = request.ticket.messages.filter(visibility=Visibility.IN, automatic=False, unknown_sender=False)
    for message in written.filter(created__gt=licence.seats_counted).order_by("-pk")[:5]:
        said = saying.read(own_words.of(message), allowed=licence.seats, used=licence.seats_used)
        if said.count is not None and not whom.is_vendors(message.author_address):
            by = Actor(message.author_name)
            learn(request, said.count, source=Source.PARTNER, by=by, why=said.quote, at=message.created)
            return


def settle(request: LicenceRequest) -> SeatCount | None:
    """The newest number stands in the register too, where the licence came into it only meanwhile."""
    with requests.holding(request) as row:
        if row.licence is None or row.seats_used is None:
            return None
        if SeatCount.objects.filter(request=row, licence=row.licence, used=row.seats_used).exists():
            return None
        return _in_register(row, source=Source.PARTNER, by=DESK)


def is_within(request: LicenceRequest) -> bool:
    """No more are in use than the licence has."""
    used, allowed = request.seats_used, request.seats_allowed
    return used is not None and allowed is not None and used <= allowed


def _in_register(row: LicenceRequest, *, source: str, by: User | Actor) -> SeatCount | None:
    if row.licence is None or row.seats_used is None:
        return None
    picture = row.screenshot if source == Source.SUPPORT else None
    return writing.count_seats(
        row.licence, row.seats_used, source=source, by=by, request=row, screenshot=picture, at=row.counted
    )


def _said(row: LicenceRequest) -> datetime:
    """When the mail came that says it; now, where a person or a paper says it."""
    _page, _mark, number = str((reading.best(row, "seats_used") or {}).get("link", "")).rpartition("#m")
    found = row.ticket.messages.filter(pk=int(number)).first() if number.isdecimal() else None
    return found.created if found is not None else timezone.now()


def _first_source(row: LicenceRequest) -> str:
    """Support's where they wrote, or where their picture shows it; a person's where they typed it."""
    if not whom.partners_own(row) or row.screenshot_id is not None or row.support_ticket:
        return Source.SUPPORT
    return Source.DESK if "seats_used" in row.corrected else Source.PARTNER
