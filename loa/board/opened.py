"""One request before a reader's eyes: how far it is, what was checked, its papers. For the panel and for its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.docusign.shapes import parse_time
from loa import access
from loa.board import cards, clocks
from loa.board.clocks import Left
from loa.models import LetterDecision, LetterRequest, StageSpan
from people.models import User

Stage = LetterRequest.Stage
POINTS: Final[Sequence[tuple[str, str | Promise]]] = (
    (Stage.REQUESTED, gettext_lazy("Requested")),
    (Stage.PHD_REVIEW, gettext_lazy("PHD check")),
    (Stage.LEGAL_REVIEW, gettext_lazy("Legal")),
    (Stage.COMPLETED, gettext_lazy("Completed")),
)
ENDED_BADLY: Final = frozenset({Stage.DECLINED, Stage.LEGAL_DECLINED, Stage.VOIDED, Stage.WITHDRAWN})
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
    def track(self) -> str:
        return cards.track_of(self.request)

    @property
    def may_decide(self) -> bool:
        return access.may_decide(self.user)

    @property
    def stage_words(self) -> str:
        return str(self.request.get_stage_display())

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
    def proposal(self) -> str:
        """What the rule says, in the words above the decision."""
        missing = [one.title for one in self.checks if one.known == "missing"]
        unknown = [one.title for one in self.checks if one.known == "unknown"]
        if self.request.proposal == LetterRequest.Proposal.DECLINE:
            return (
                _("Rule: decline, %(what)s not met") % {"what": ", ".join(missing)} if missing else _("Rule: decline")
            )
        if self.request.proposal == LetterRequest.Proposal.HOLD:
            return _("Rule: hold, %(what)s not known") % {"what": ", ".join(unknown)} if unknown else _("Rule: hold")
        return _("Rule: approve, all is met") if self.request.proposal else _("Not checked yet")

    @cached_property
    def decisions(self) -> list[LetterDecision]:
        return list(self.request.decisions.select_related("by").order_by("-id"))

    @property
    def is_open(self) -> bool:
        return self.request.ended is None and self.request.stage not in ENDED_BADLY | {Stage.COMPLETED}

    @cached_property
    def _spans(self) -> list[StageSpan]:
        return list(self.request.spans.order_by("entered", "id"))

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
        if not left or left[-1].left is None:
            return ""
        return clocks.in_business_time(left[0].entered, left[-1].left, self.request.region)


def _checked(said: Mapping[str, Any]) -> Checked:
    text = {name: str(said.get(name) or "") for name in ("slug", "title", "words", "how", "value", "source", "link")}
    at = parse_time(str(said.get("at") or ""))
    return Checked(verdict=str(said.get("verdict") or "unknown"), at=at, **text)
