"""One request before a reader's eyes: how far it is, what was checked, its papers. For the panel and for its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.docusign.shapes import parse_time
from loa import access, clock, finding, powerforms
from loa.board import cards, clocks
from loa.board.clocks import Left
from loa.clock import Parts
from loa.models import LetterRequest, StageSpan
from people.models import User
from tickets import steps
from tickets.models import Step
from web import times

Stage = LetterRequest.Stage
POINTS: Final[Sequence[tuple[str, str | Promise]]] = (
    (Stage.REQUESTED, gettext_lazy("Requested")),
    (Stage.PHD_REVIEW, gettext_lazy("PHD check")),
    (Stage.LEGAL_REVIEW, gettext_lazy("Legal")),
    (Stage.COMPLETED, gettext_lazy("Completed")),
)
ENDED_BADLY: Final = frozenset({Stage.DECLINED, Stage.LEGAL_DECLINED, Stage.VOIDED, Stage.WITHDRAWN})
SHORT: Final = timedelta(minutes=1)
CHECKING: Final = frozenset({"account", "check"})
AT_WORK: Final = frozenset({Step.State.READY, Step.State.RUNNING})
_ORDER: Final = [stage for stage, _title in POINTS]


@dataclass(frozen=True, kw_only=True)
class Point:
    """A disc of the stage line: done, current, over (current and late), failed or later."""

    title: str
    state: str
    at: datetime | None = None
    took: str = ""

    @property
    def is_current(self) -> bool:
        return self.state in {"current", "over", "failed"}


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A line of the compliance check, as it was kept."""

    slug: str
    title: str
    verdict: str
    words: str
    how: str
    value: str
    source: str
    at: datetime | None
    link: str

    @property
    def known(self) -> str:
        return self.verdict if self.verdict in {"met", "missing", "note"} else "unknown"

    @property
    def read_at(self) -> datetime | None:
        """Left out where the name of the source says the day already."""
        says_it = self.at is not None and date_format(timezone.localtime(self.at), "j M Y") in self.source
        return None if says_it else self.at


@dataclass(frozen=True)
class Opened:
    request: LetterRequest
    user: User
    now: datetime = field(default_factory=timezone.now)
    previous: str = ""
    next: str = ""
    close: str = ""

    @property
    def company(self) -> str:
        return cards.company_of(self.request)

    @property
    def requester(self) -> str:
        return cards.requester_of(self.request)

    @property
    def track(self) -> str | None:
        return cards.track_of(self.request)

    @property
    def may_decide(self) -> bool:
        return access.may_decide(self.user)

    @property
    def stage_words(self) -> str:
        return str(self.request.get_stage_display())

    @property
    def where_decided(self) -> str:
        return powerforms.where_decided(self.request)

    @property
    def failed(self) -> bool:
        """It ended without a letter."""
        return self.request.stage in ENDED_BADLY

    @cached_property
    def left(self) -> Left | None:
        return clocks.left_of(self.request, self.now)

    @property
    def took(self) -> str:
        return clocks.took(self.request)

    @cached_property
    def points(self) -> list[Point]:
        """The four stages; where it ended badly, the stage it ended in is the failed one."""
        here = self._here
        return [self._point(place, stage, str(title), here) for place, (stage, title) in enumerate(POINTS)]

    @cached_property
    def checks(self) -> list[Checked]:
        return [_checked(one) for one in self.request.checks if isinstance(one, Mapping)]

    @property
    def may_check(self) -> bool:
        """Another account, or the checks once more."""
        return self.may_decide and self.request.ticket is not None and self.request.stage in finding.OPEN

    @cached_property
    def checking(self) -> bool:
        """A worker is about to look, or is at it."""
        return any(one.slug in CHECKING and one.state in AT_WORK for one in self._steps)

    @property
    def moving(self) -> bool:
        """Something here will change by itself in a moment, and nobody can be typing a decision meanwhile."""
        return any(one.type == Step.Type.AUTOMATIC and one.state in AT_WORK for one in self._steps)

    @cached_property
    def parts(self) -> Parts:
        return clock.parts(self.request, now=self.now)

    @property
    def shares(self) -> list[tuple[str, str]]:
        """Who had it for how long, in words; whoever never had it is left out."""
        said = ((_("PHD"), self.parts.phd), (_("Legal"), self.parts.legal), (_("Partner, before"), self.parts.partner))
        return [(who, times.span(length, working_day=self.parts.working_day)) for who, length in said if length]

    @property
    def proposal(self) -> str:
        """What the rule says, in the words above the decision."""
        missing = [_asked(one) for one in self.checks if one.known == "missing"]
        unknown = [_asked(one) for one in self.checks if one.known == "unknown"]
        if self.request.proposal == LetterRequest.Proposal.DECLINE:
            words = _("Rule: decline, %(what)s not met") if missing else _("Rule: decline")
            return words % {"what": ", ".join(missing)}
        if self.request.proposal == LetterRequest.Proposal.HOLD:
            words = _("Rule: hold, %(what)s not known") if unknown else _("Rule: hold")
            return words % {"what": ", ".join(unknown)}
        return _("Rule: approve, all is met") if self.request.proposal else ""

    @property
    def is_open(self) -> bool:
        return self.request.ended is None and self.request.stage not in ENDED_BADLY | {Stage.COMPLETED}

    @cached_property
    def _steps(self) -> list[Step]:
        return steps.of(self.request.ticket) if self.request.ticket is not None and self.is_open else []

    @property
    def _spans(self) -> list[StageSpan]:
        return sorted(self.request.spans.all(), key=lambda one: (one.entered, one.pk))

    @property
    def _here(self) -> int:
        """Which of the four it is at: of one that ended badly, the last it had been at."""
        if self.request.stage in _ORDER:
            return _ORDER.index(self.request.stage)
        if self.request.stage == Stage.LEGAL_DECLINED:
            return _ORDER.index(Stage.LEGAL_REVIEW)
        been = [_ORDER.index(one.stage) for one in self._spans if one.stage in _ORDER[:3]]
        return max(been, default=_ORDER.index(Stage.PHD_REVIEW))

    def _point(self, place: int, stage: str, title: str, here: int) -> Point:
        spans = [one for one in self._spans if one.stage == stage]
        entered = spans[0].entered if spans else (self.request.requested if not place else None)
        state = "done" if place < here or self.request.stage == Stage.COMPLETED else "later"
        if place == here and self.request.stage in ENDED_BADLY:
            state, title = "failed", self.stage_words
            entered = self.request.ended or entered
        elif place == here and state != "done":
            state = "over" if self.left and self.left.over else "current"
        return Point(title=title, state=state, at=entered, took=self._took(spans))

    def _took(self, spans: Sequence[StageSpan]) -> str:
        left = [one for one in spans if one.left is not None]
        if not left or left[-1].left is None or left[-1].left - left[0].entered < SHORT:
            return ""
        return clocks.in_business_time(left[0].entered, left[-1].left, self.request.region)


def _asked(one: Checked) -> str:
    """A field that asks whether something is met, inside a sentence that answers: “Open Reqs Met?” is “Open Reqs”."""
    return one.title.removesuffix("?").removesuffix(" Met")


def _checked(said: Mapping[str, Any]) -> Checked:
    text = {name: str(said.get(name) or "") for name in ("slug", "title", "words", "how", "value", "source", "link")}
    at = parse_time(str(said.get("at") or ""))
    return Checked(verdict=str(said.get("verdict") or "unknown"), at=at, **text)
