"""The list beside the board: every request of a stage, or every letter of a state, newest first, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import F, Func, IntegerField, Q, QuerySet, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.board import asking, cards, clocks, lanes
from loa.board.asking import Asked
from loa.board.clocks import Left
from loa.board.lanes import InForce
from loa.models import Letter, LetterRequest
from people.models import User
from web.keyset import Key, Order, Page, Way, page_of

Stage = LetterRequest.Stage
SIZE: Final = 50
STAGES: Final[Mapping[str, tuple[str | Promise, tuple[str, ...]]]] = {
    "": (_("All requests"), ()),
    Stage.REQUESTED: (_("Not signed yet"), (Stage.REQUESTED,)),
    Stage.PHD_REVIEW: (_("With PHD"), (Stage.PHD_REVIEW,)),
    Stage.LEGAL_REVIEW: (_("With Legal"), (Stage.LEGAL_REVIEW,)),
    Stage.COMPLETED: (_("Completed"), (Stage.COMPLETED,)),
    Stage.DECLINED: (_("Declined"), lanes.DECLINED),
    Stage.WITHDRAWN: (_("Not followed up"), (Stage.WITHDRAWN,)),
}
LETTERS: Final[Mapping[str, str | Promise]] = {
    "in_force": _("In force"),
    "expiring": _("Expiring in 30 days"),
    "expired": _("Expired"),
    "superseded": _("Superseded"),
    "recalled": _("Recalled"),
}
_asked_at: Key[Any] = Key(expression=F("requested"), of=lambda row: row.requested, type="time")
_number: Key[Any] = Key(expression=F("id"), of=lambda row: row.pk, type="number")
_dated: Key[Any] = Key(
    expression=Func(
        F("dated"), Value(date(1970, 1, 1)), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField()
    ),
    of=lambda row: (row.dated - date(1970, 1, 1)).days,
    type="number",
)
NEWEST: Final[Order[Any]] = Order(keys=(_asked_at, _number), descending=True)
LATEST: Final[Order[Any]] = Order(keys=(_dated, _number), descending=True)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the table of requests."""

    request: LetterRequest
    href: str
    company: str
    requester: str
    track: str | None
    left: Left | None
    took: str
    why: str


@dataclass(frozen=True)
class Listing:
    """Nothing is read before the template asks."""

    asked: Asked
    user: User
    now: datetime = field(default_factory=timezone.now)

    @property
    def of_letters(self) -> bool:
        return self.asked.show in LETTERS

    @property
    def show(self) -> str:
        return self.asked.show if self.asked.show in STAGES or self.of_letters else ""

    @property
    def tabs(self) -> list[tuple[str, str | Promise, str]]:
        """Address, words and slug of everything that can be shown."""
        words = {slug: said for slug, (said, _stages) in STAGES.items()} | dict(LETTERS)
        return [(self.asked.href({"show": slug}), said, slug) for slug, said in words.items()]

    @cached_property
    def rows(self) -> list[Row]:
        return [] if self.of_letters else [self._row(one) for one in self._page.rows]

    @cached_property
    def letters(self) -> list[InForce]:
        return [lanes.line(one, self.today) for one in self._page.rows] if self.of_letters else []

    @property
    def order(self) -> list[int]:
        return [one.pk for one in self._page.rows] if not self.of_letters else self._of_requests

    @property
    def next(self) -> str:
        return self._turned("after", self._page.next)

    @property
    def previous(self) -> str:
        return self._turned("before", self._page.previous)

    @cached_property
    def today(self) -> date:
        return timezone.localtime(self.now).date()

    @property
    def _of_requests(self) -> list[int]:
        return [one.request_id for one in self._page.rows if one.request_id]

    @cached_property
    def _page(self) -> Page[Any]:
        order = LATEST if self.of_letters else NEWEST
        rows: QuerySet[Any] = self._letters() if self.of_letters else self._requests()
        start = order.read(self.asked.cursor)
        way: Way = self.asked.way if start is not None else "after"
        rows = rows.order_by(*order.by(backwards=way == "before"))
        if start is not None:
            rows = rows.filter(order.beyond(start, way=way))
        return page_of(order, list(rows[: SIZE + 1]), size=SIZE, way=way, started=start is not None)

    def _requests(self) -> QuerySet[LetterRequest]:
        _said, stages = STAGES.get(self.show, STAGES[""])
        rows = asking.requests(self.asked, self.user).select_related("account", "ticket").prefetch_related("spans")
        return rows.filter(stage__in=stages) if stages else rows

    def _letters(self) -> QuerySet[Letter]:
        rows = asking.letters(self.asked, self.user).select_related("account", "request")
        rows = rows.prefetch_related("request__spans")
        return rows.filter(state_of(self.show, self.today))

    def _row(self, request: LetterRequest) -> Row:
        ended = request.stage in {*lanes.DECLINED, Stage.WITHDRAWN}
        return Row(
            request=request,
            href=self.asked.href({"request": request.pk}),
            company=cards.company_of(request),
            requester=cards.requester_of(request),
            track=cards.track_of(request),
            left=clocks.left_of(request, self.now),
            took=clocks.took(request),
            why=cards.ending(request) if ended else "",
        )

    def _turned(self, way: Way, cursor: str) -> str:
        return self.asked.href({way: cursor}) if cursor else ""


def state_of(show: str, today: date) -> Q:
    """The letters a word of `LETTERS` means on that day."""
    valid = Q(state=Letter.State.IN_FORCE, dated__lte=today, valid_until__gte=today)
    return {
        "in_force": valid,
        "expiring": valid & Q(valid_until__lte=today + lanes.SOON),
        "expired": Q(state=Letter.State.IN_FORCE, valid_until__lt=today),
        "superseded": Q(state=Letter.State.SUPERSEDED),
        "recalled": Q(state=Letter.State.RECALLED),
    }[show]
