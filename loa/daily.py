"""Once a day: letters that end soon or have ended, and letters whose partner may not hold one any more.

What was told is in the row and in the journal, so the job may run late and as often as it likes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from journal.models import Event
from journal.record import DESK, events_of, record
from loa import clock, letters, telling
from loa.models import Letter
from tickets.actions import Refused

log = logging.getLogger(__name__)

AHEAD: Final = timedelta(days=30)
A_DAY: Final = timedelta(days=1)
STILL_NEWS: Final = timedelta(days=14)
LOST, REGAINED = "letter_standing_lost", "letter_standing_regained"
State = Letter.State


def look(now: datetime | None = None) -> None:
    moment = now or timezone.now()
    expiring(moment)
    expired(moment)
    standing(moment)


def expiring(now: datetime) -> int:
    """Whoever has a letter that ends within thirty days hears it once, by the region's calendar."""
    latest = timezone.localdate(now) + AHEAD + A_DAY
    rows = Letter.objects.filter(state=State.IN_FORCE, told_expiring=None, valid_until__lte=latest)
    found = [one for one in _in_order(rows) if timedelta() <= one.valid_until - _today(one, now) <= AHEAD]
    return sum(_told(one, telling.EXPIRING, now) for one in found)


def expired(now: datetime) -> int:
    """The day after the last one. What ended long before we knew it is only marked."""
    latest = timezone.localdate(now) + A_DAY
    rows = Letter.objects.filter(state=State.IN_FORCE, told_expired=None, valid_until__lt=latest)
    return sum(_told(one, telling.EXPIRED, now) for one in _in_order(rows) if one.valid_until < _today(one, now))


def standing(now: datetime) -> None:
    """An event when a partner falls below the gate while a letter is in force, and when it is met again."""
    on = timezone.localdate(now)
    lost = {one.letter.pk: [reason.words for reason in one.reasons] for one in letters.to_recall(on)}
    rows = letters.live(on).annotate(said=_said(OuterRef("pk")))
    for letter in rows.filter(Q(pk__in=lost) | Q(said=LOST)):
        _say(letter, LOST if letter.pk in lost else REGAINED, lost.get(letter.pk, []))


def _in_order(rows: QuerySet[Letter]) -> Iterable[Letter]:
    return rows.select_related("account", "request__ticket").order_by("valid_until", "pk")


def _told(letter: Letter, occasion: str, now: datetime) -> bool:
    """Marks and tells in one transaction; a text that cannot be sent leaves it for tomorrow, and the log says so."""
    field = f"told_{occasion}"
    try:
        with transaction.atomic():
            rows = Letter.objects.select_for_update(of=("self",), skip_locked=True)
            row = rows.filter(pk=letter.pk, state=State.IN_FORCE, **{field: None}).first()
            if row is None:
                return False
            setattr(row, field, now)
            row.save(update_fields=[field])
            record(row, f"letter_{occasion}", by=DESK, after={"valid_until": row.valid_until.isoformat()})
            if occasion == telling.EXPIRED and not _is_news(row, now):
                return False
            telling.tell(row, occasion)
    except Refused as refused:
        log.warning("letter %s: nobody was told that it is %s: %s", letter.pk, occasion, refused)
        return False
    return True


def _is_news(letter: Letter, now: datetime) -> bool:
    """What had ended before it came into the product, or long ago, has ended for nobody today."""
    return letter.valid_until >= max(timezone.localdate(now) - STILL_NEWS, timezone.localdate(letter.created))


def _say(letter: Letter, verb: str, reasons: list[str]) -> None:
    """Once, until it turns."""
    with transaction.atomic():
        row = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        if events_of(row).filter(verb__in=[LOST, REGAINED]).values_list("verb", flat=True).last() != verb:
            record(row, verb, by=DESK, after={"reasons": reasons})


def _said(pk: OuterRef) -> Subquery:
    """What the journal said of a letter's standing last."""
    told = Event.objects.filter(subject_type=Letter._meta.label_lower, subject_id=pk, verb__in=[LOST, REGAINED])  # noqa: SLF001 - as the journal writes it
    return Subquery(told.order_by("-pk").values("verb")[:1])


def _today(letter: Letter, now: datetime) -> date:
    """By the calendar of the letter's region."""
    known = clock.region_of(letter.request) if letter.request else ""
    return clock.day_of(now, known or (letter.account.region if letter.account else ""))
