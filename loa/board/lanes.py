"""The board: its lanes, the letters in force below them, the figures above, each read in one statement or two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loa.board import asking, cards, clocks
from loa.board.asking import Asked
from loa.board.cards import Card
from loa.models import Letter, LetterRequest, StageSpan
from people import calendar
from people.models import User
from people.quarters import quarter_began
from web import times
from web.memory import Memory

Stage = LetterRequest.Stage
DECLINED: Final = (Stage.DECLINED, Stage.LEGAL_DECLINED, Stage.VOIDED)
MOST_WAITING: Final = 40
MOST_ENDED: Final = 4
MOST_IN_FORCE: Final = 8
MEASURED: Final = 200
SOON: Final = timedelta(days=30)
_measured: Final = Memory(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Lane:
    slug: str
    title: str
    tone: str
    total: int
    cards: list[Card]
    empty: str
    more: str = ""
    more_words: str = ""
    note: str = ""
    aside: str = ""
    aside_words: str = ""


@dataclass(frozen=True, kw_only=True)
class InForce:
    """A line of the table of letters."""

    letter: Letter
    company: str
    track: str | None
    took: str
    soon: bool


@dataclass(frozen=True)
class Board:
    """Nothing is read before the template asks."""

    asked: Asked
    user: User
    now: datetime = field(default_factory=timezone.now)

    @cached_property
    def columns(self) -> list[list[Lane]]:
        """Four columns; the last one holds two lanes."""
        return [[self._with_phd()], [self._with_legal()], [self._completed()], [self._expiring(), self._declined()]]

    @property
    def lanes(self) -> Iterator[Lane]:
        return (lane for column in self.columns for lane in column)

    @property
    def order(self) -> list[int]:
        """The requests in the order the keys walk them."""
        return list(dict.fromkeys(card.request for lane in self.lanes for card in lane.cards if card.request))

    @cached_property
    def in_force(self) -> list[InForce]:
        rows = in_force(asking.letters(self.asked, self.user), self.today).select_related("account", "request")
        rows = rows.prefetch_related("request__spans")
        return [line(letter, self.today) for letter in rows.order_by("-dated", "-id")[:MOST_IN_FORCE]]

    @property
    def all_in_force(self) -> str:
        return self._list("in_force")

    @cached_property
    def in_force_total(self) -> int:
        return int(self._letter_counts["in_force"])

    @property
    def figures(self) -> str:
        """Says "20 this quarter, 91 % inside 2 business days"."""
        asked, judged, inside = (int(self._counts[name]) for name in ("asked", "judged", "inside"))
        if not asked:
            return _("No request this quarter yet")
        said = ngettext("%(n)d this quarter", "%(n)d this quarter", asked) % {"n": asked}
        if not judged:
            return said
        share = round(100 * inside / judged)
        return _("%(said)s, %(share)d\N{NO-BREAK SPACE}%% inside 2 business days") % {"said": said, "share": share}

    @cached_property
    def today(self) -> date:
        return timezone.localtime(self.now).date()

    @cached_property
    def began(self) -> datetime:
        return quarter_began(self.now)

    @cached_property
    def _requests(self) -> QuerySet[LetterRequest]:
        return asking.requests(self.asked, self.user)

    @cached_property
    def _counts(self) -> dict[str, Any]:
        lately = Q(ended__gte=self.began)
        judged = Q(due__isnull=False) & ~Q(stage__in=[Stage.VOIDED, Stage.WITHDRAWN])
        late = Q(ended=None, due__lt=self.now) | Q(ended__gt=F("due"), ended__gte=self.began)
        in_time = Q(ended__lte=F("due"), ended__gte=self.began)
        return self._requests.aggregate(
            unsigned=Count("pk", filter=Q(stage=Stage.REQUESTED)),
            phd=Count("pk", filter=Q(stage=Stage.PHD_REVIEW)),
            legal=Count("pk", filter=Q(stage=Stage.LEGAL_REVIEW)),
            completed=Count("pk", filter=Q(stage=Stage.COMPLETED) & lately),
            declined=Count("pk", filter=Q(stage__in=DECLINED) & lately),
            asked=Count("pk", filter=Q(requested__gte=self.began) & ~Q(stage=Stage.WITHDRAWN)),
            judged=Count("pk", filter=judged & (late | in_time)),
            inside=Count("pk", filter=judged & in_time),
        )

    @cached_property
    def _letter_counts(self) -> dict[str, Any]:
        rows = in_force(asking.letters(self.asked, self.user), self.today)
        return rows.aggregate(in_force=Count("pk"), expiring=Count("pk", filter=Q(valid_until__lte=self.today + SOON)))

    def _with_phd(self) -> Lane:
        rows, total = self._waiting(Stage.PHD_REVIEW), self._counts["phd"]
        unsigned = int(self._counts["unsigned"])
        return Lane(
            slug="phd",
            title=_("With PHD"),
            tone="accent",
            total=total,
            cards=rows,
            empty=_("No letter is with PHD."),
            aside=self._list(Stage.REQUESTED) if unsigned else "",
            aside_words=ngettext("%(n)d not signed by the partner yet", "%(n)d not signed by the partner yet", unsigned)
            % {"n": unsigned},
            **self._rest(Stage.PHD_REVIEW, total - len(rows)),
        )

    def _with_legal(self) -> Lane:
        rows, total = self._waiting(Stage.LEGAL_REVIEW), self._counts["legal"]
        typical = legal_median(self.began)
        says = _("The partner sees “Legal adds date and stamp”.")
        return Lane(
            slug="legal",
            title=_("With Legal"),
            tone="violet",
            total=total,
            cards=rows,
            empty=_("No letter is with Legal."),
            note=f"{_('Legal median this quarter: %(span)s.') % {'span': typical}} {says}" if typical else says,
            **self._rest(Stage.LEGAL_REVIEW, total - len(rows)),
        )

    def _completed(self) -> Lane:
        rows = self._ended([Stage.COMPLETED]).select_related("account", "letter").prefetch_related("spans")[:MOST_ENDED]
        shown, total = [cards.completed(one, asked=self.asked) for one in rows], self._counts["completed"]
        return Lane(
            slug="completed",
            title=_("Completed"),
            tone="green",
            total=total,
            cards=shown,
            empty=_("No letter was completed this quarter."),
            **self._rest(Stage.COMPLETED, total - len(shown), lately=True),
        )

    def _expiring(self) -> Lane:
        rows = in_force(asking.letters(self.asked, self.user), self.today).filter(valid_until__lte=self.today + SOON)
        shown = rows.select_related("account").order_by("valid_until", "id")[:MOST_ENDED]
        found = [cards.expiring(one, asked=self.asked, today=self.today) for one in shown]
        total = self._letter_counts["expiring"]
        return Lane(
            slug="expiring",
            title=_("Expiring in 30 days"),
            tone="amber",
            total=total,
            cards=found,
            empty=_("No letter ends in the next 30 days."),
            **self._rest("expiring", total - len(found)),
        )

    def _declined(self) -> Lane:
        rows = self._ended(DECLINED).select_related("account")[:MOST_ENDED]
        shown, total = [cards.declined(one, asked=self.asked) for one in rows], self._counts["declined"]
        return Lane(
            slug="declined",
            title=_("Declined"),
            tone="red",
            total=total,
            cards=shown,
            empty=_("No letter was declined this quarter."),
            **self._rest(Stage.DECLINED, total - len(shown), lately=True),
        )

    def _waiting(self, stage: str) -> list[Card]:
        rows = self._requests.filter(stage=stage).select_related("account", "ticket")
        first = rows.order_by(F("due").asc(nulls_last=True), "id")[:MOST_WAITING]
        return [cards.waiting(one, asked=self.asked, now=self.now) for one in first]

    def _ended(self, stages: Any) -> QuerySet[LetterRequest]:
        """Those that ended this quarter, newest first."""
        return self._requests.filter(stage__in=stages, ended__gte=self.began).order_by("-ended", "-id")

    def _rest(self, show: str, rest: int, *, lately: bool = False) -> dict[str, str]:
        """Where the others of a lane stand."""
        if rest <= 0:
            return {}
        said = _("%(n)d more this quarter") if lately else _("%(n)d more")
        return {"more": self._list(show), "more_words": said % {"n": rest}}

    def _list(self, show: str) -> str:
        return self.asked.href({"view": "list", "show": show})


def in_force(rows: QuerySet[Letter], today: date) -> QuerySet[Letter]:
    """As `letters.live`, of the rows a reader may see."""
    return rows.filter(state=Letter.State.IN_FORCE, dated__lte=today, valid_until__gte=today)


def line(letter: Letter, today: date) -> InForce:
    return InForce(
        letter=letter,
        company=letter.account.name if letter.account else letter.company,
        track=letter.account.track if letter.account else None,
        took=clocks.took(letter.request) if letter.request else "",
        soon=letter.state == Letter.State.IN_FORCE and today <= letter.valid_until <= today + SOON,
    )


def legal_median(since: datetime) -> str:
    """Half of the letters of this quarter were longer with Legal; empty while there is none."""
    return _measured.get(f"legal {since.isoformat()}", lambda: _legal_median(since))


def _legal_median(since: datetime) -> str:
    rows = StageSpan.objects.filter(stage=Stage.LEGAL_REVIEW, left__gte=since).order_by("-left")[:MEASURED]
    lengths = [
        calendar.between(entered, left, calendar.hours_of(region))
        for entered, left, region in rows.values_list("entered", "left", "request__region")
        if left is not None
    ]
    typical = timedelta(seconds=median(one.total_seconds() for one in lengths)) if lengths else timedelta()
    day = int(calendar.hours_of("").day.total_seconds())
    return times.span(typical, working_day=day) if typical >= timedelta(minutes=1) else ""
