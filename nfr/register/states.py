"""Where a licence stands on a day: as a filter of the database, and as words with their colour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nfr import policy
from nfr.models import Licence
from web.times import months_from

AHEAD: Final = 60  # days
Span = tuple[date | None, date | None]
_ALLOWED: Final = Coalesce(F("seats"), F("seats_allowed"))


@dataclass(frozen=True, kw_only=True)
class State:
    slug: str
    words: str
    tone: str = ""


def of(licence: Licence, *, on: date) -> State:
    """Pure where `renewal` was read with the row."""
    if licence.ended is not None and licence.ended <= on:
        return State(slug="ended", words=_("Ended early on %(day)s") % {"day": _day(licence.ended, on)})
    if licence.ends is not None and licence.ends < on:
        return State(slug="ended", words=_("Ended on %(day)s") % {"day": _day(licence.ends, on)})
    if licence.starts is not None and licence.starts > on:
        return State(slug="coming", words=_("Begins on %(day)s") % {"day": _day(licence.starts, on)}, tone="accent")
    if licence.ends is None:
        return State(slug="in_force", words=_("In force, end not known"), tone="amber")
    return _in_force(licence, licence.ends, on)


def is_over_seat(licence: Licence) -> bool:
    allowed = allowed_of(licence)
    return licence.seats_used is not None and allowed is not None and licence.seats_used > allowed


def allowed_of(licence: Licence) -> int | None:
    """The seats it was granted; where nobody wrote them down, what the program gives."""
    return licence.seats if licence.seats is not None else licence.seats_allowed


def renewal_of(licence: Licence) -> Licence | None:
    return getattr(licence, "renewal", None)


def overlap(one: Span, other: Span) -> bool:
    """Whether two licences run at the same time. An end or a start nobody knows is a year away from the other one.

    Two that touch follow each other: lists write the old end as the new start.
    """
    (start, end), (begin, until) = _span(*one), _span(*other)
    return (start < until and begin < end) or (start, end) == (begin, until)


def expiring(on: date) -> Q:
    """In force, over within sixty days, and nothing goes on from it."""
    return policy.in_force(on) & Q(ends__lte=on + timedelta(days=AHEAD), renewal=None)


def over_seat() -> Q:
    return Q(seats_used__gt=_ALLOWED)


def coming(on: date) -> Q:
    return policy.not_over(on) & Q(starts__gt=on)


def _span(starts: date | None, ends: date | None) -> tuple[date, date]:
    if starts is None and ends is None:
        return date.min, date.max
    first = starts or months_from(ends or date.max, -12)
    return first, ends or months_from(first, 12)


def _in_force(licence: Licence, ends: date, on: date) -> State:
    following = renewal_of(licence)
    if following is not None:
        until = _day(following.ends, on) if following.ends else "…"
        return State(slug="in_force", words=_("Renewed until %(day)s") % {"day": until}, tone="green")
    left = (ends - on).days
    if left == 0:
        return State(slug="expiring", words=_("Ends today"), tone="amber")
    if left <= AHEAD:
        words = ngettext("Ends in %(left)d day", "Ends in %(left)d days", left) % {"left": left}
        return State(slug="expiring", words=words, tone="amber")
    return State(slug="in_force", words=_("In force"), tone="green")


def _day(day: date, on: date) -> str:
    return date_format(day, "j M" if day.year == on.year else "j M y")
