"""How the procedures go on all tickets: what is under way, who is waited for, what is stuck, how long steps take."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db.models import Aggregate, Case, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets import kinds, procedures
from tickets.kinds import Words
from tickets.models import Step, StepSetting
from tickets.procedures import Plan, Procedure
from web.memory import Memory

State, WaitsFor = Step.State, Step.WaitsFor
LOOKED_BACK: Final = timedelta(days=30)
MOST_SHOWN: Final = 100
DESK: Final = WaitsFor.DESK
_WORKED: Final = (State.READY, State.RUNNING)
_AT_TURN: Final = (*_WORKED, State.WAITING, State.STUCK)
_TRYING: Final = Q(state=State.READY) & ~Q(problem="")
_past = Memory(seconds=60)  # a month of steps is not read again for every look


class Percentile(Aggregate):
    """The value below which that share lies."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, *, share: float) -> None:
        super().__init__(expression, share=share, output_field=DurationField())


@dataclass(kw_only=True)
class Now:
    """Where the tickets stand: each has the turn at one step."""

    running: int = 0
    trying: int = 0  # a worker's, while the outside does not answer
    stuck: int = 0
    waiting: Counter[str] = field(default_factory=Counter)

    @property
    def under_way(self) -> int:
        return self.running + self.trying + self.stuck + self.waiting.total()

    @property
    def waits(self) -> list[tuple[str, str, int]]:
        """For whom, in words, how many; most first."""
        return [(whom, str(WaitsFor(whom).label), n) for whom, n in self.waiting.most_common()]

    def add(self, state: str, whom: str, n: int, *, trying: int = 0) -> None:
        if state in _WORKED:
            self.running += n - trying
            self.trying += trying
        elif state == State.STUCK:
            self.stuck += n
        else:
            self.waiting[whom or DESK] += n


@dataclass(frozen=True, kw_only=True)
class Past:
    """What became of a step in the last month."""

    done: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None
    again: int = 0
    by_hand: int = 0
    skipped: int = 0
    undone: int = 0
    agreed: int = 0
    differed: int = 0

    @property
    def judged(self) -> int:
        return self.agreed + self.differed


@dataclass(frozen=True, kw_only=True)
class Row:
    """A step of a procedure; `setting` is what a lead has set for it."""

    plan: Plan
    now: Now
    past: Past
    setting: StepSetting | None

    @property
    def icon(self) -> str:
        return _ICONS[self.plan.how]

    @property
    def shadow(self) -> bool:
        return bool(self.setting and self.setting.shadow)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A procedure among the others."""

    kind: str
    title: Words
    icon: str
    steps: int
    now: Now
    shadows: int = 0

    @property
    def url(self) -> str:
        return reverse("tickets:procedure", args=[self.kind])


@dataclass(frozen=True, kw_only=True)
class Held:
    """A step that waits, is stuck or is tried again, with its ticket."""

    step: Step
    whom: str

    @property
    def trying(self) -> bool:
        return self.step.state == State.READY

    @property
    def late(self) -> bool:
        return bool(self.step.due and self.step.due < timezone.now())


def overview() -> list[Overview]:
    """Every declared procedure, the busiest first. Two statements."""
    now: defaultdict[str, Now] = defaultdict(Now)
    for row in _standing():
        now[row["procedure"]].add(row["state"], row["waits_for"], row["n"], trying=row["trying"])
    shadows = Counter(StepSetting.objects.filter(shadow=True).values_list("procedure", flat=True))
    found = [_overview(one, now[one.slug], shadows[one.slug]) for one in procedures.all_procedures()]
    return sorted(found, key=lambda one: (-one.now.stuck, -one.now.under_way, str(one.title)))


def total(found: Iterable[Overview]) -> Now:
    """All of them together."""
    whole = Now()
    for one in found:
        whole.running += one.now.running
        whole.trying += one.now.trying
        whole.stuck += one.now.stuck
        whole.waiting += one.now.waiting
    return whole


def rows(procedure: Procedure) -> list[Row]:
    """Three statements, the one of the past remembered for a minute."""
    now: defaultdict[str, Now] = defaultdict(Now)
    for row in _standing(procedure.slug):
        now[row["slug"]].add(row["state"], row["waits_for"], row["n"], trying=row["trying"])
    past = _past.get(procedure.slug, lambda: _past_of(procedure.slug))
    settings = {one.slug: one for one in StepSetting.objects.filter(procedure=procedure.slug).select_related("by")}
    return [
        Row(plan=plan, now=now[plan.slug], past=past.get(plan.slug, Past()), setting=settings.get(plan.slug))
        for plan in procedure.steps
    ]


def held(asked: Mapping[str, str], *, kind: str = "") -> list[Held]:
    """What is stuck, waits or is tried again, oldest first: of one procedure, one step, one it waits for, as asked."""
    found = _at_turn(kind).filter(_TRYING | Q(state__in=[State.STUCK, State.WAITING]))
    if "stuck" in asked:
        found = found.filter(state=State.STUCK)
    if "trying" in asked:
        found = found.filter(_TRYING)
    if "step" in asked:
        found = found.filter(slug=asked["step"][:40])
    if "for" in asked:
        found = found.filter(_waits_for(asked["for"][:20]), state=State.WAITING)
    stuck_first = (Case(When(state=State.STUCK, then=0), default=1), F("ready").asc(nulls_first=True), "pk")
    listed = found.select_related("ticket__assignee", "ticket__partner", "holder").order_by(*stuck_first)
    return [Held(step=step, whom=_whom(step)) for step in listed[: MOST_SHOWN + 1]]


def words_of(asked: Mapping[str, str], procedure: Procedure | None = None) -> str:
    """What that list is called."""
    plan = procedure.plan(asked["step"]) if procedure and "step" in asked else None
    if plan:
        return _("At “%(title)s”") % {"title": plan.title}
    if "stuck" in asked:
        return _("Stuck")
    if "trying" in asked:
        return _("Tried again by themselves")
    if asked.get("for") in WaitsFor.values:
        return _("Waiting for %(whom)s") % {"whom": WaitsFor(asked["for"]).label}
    return _("Waiting or stuck")


def _at_turn(kind: str) -> QuerySet[Step]:
    found = Step.objects.filter(state__in=_AT_TURN)
    return found.filter(procedure=kind) if kind else found


def _standing(kind: str = "") -> Sequence[Mapping[str, Any]]:
    by_place = _at_turn(kind).order_by().values("procedure", "slug", "state", "waits_for")
    return list(by_place.annotate(n=Count("pk"), trying=Count("pk", filter=_TRYING)))


def _past_of(kind: str) -> dict[str, Past]:
    """By step. How long it took is from its turn to its end, by the clock, where it was not done by hand."""
    took = ExpressionWrapper(F("finished") - F("ready"), output_field=DurationField())
    done = Q(state=State.DONE)
    pressed = Q(type=Step.Type.AUTOMATIC, by_hand=False, by__isnull=False, undone=None)  # a person had it tried again
    lately = Step.objects.filter(procedure=kind, finished__gte=timezone.now() - LOOKED_BACK).order_by()
    counted = lately.values("slug").annotate(
        n_done=Count("pk", filter=done),
        n_again=Count("pk", filter=done & (Q(attempts__gt=1) | pressed)),
        n_by_hand=Count("pk", filter=done & Q(by_hand=True)),
        n_skipped=Count("pk", filter=Q(state=State.SKIPPED, by__isnull=False)),
        n_undone=Count("pk", filter=Q(undone__isnull=False)),
        n_agreed=Count("pk", filter=Q(agreed=True)),
        n_differed=Count("pk", filter=Q(agreed=False)),
    )
    measured = lately.filter(done, by_hand=False).values("slug")
    spans = {
        row["slug"]: row
        for row in measured.annotate(median=Percentile(took, share=0.5), p90=Percentile(took, share=0.9))
    }
    return {row["slug"]: _past_row(row, spans.get(row["slug"], {})) for row in counted}


def _past_row(row: Mapping[str, Any], spans: Mapping[str, Any]) -> Past:
    counts = {name.removeprefix("n_"): value for name, value in row.items() if name != "slug"}
    return Past(**counts, median=spans.get("median"), p90=spans.get("p90"))


def _overview(one: Procedure, now: Now, shadows: int) -> Overview:
    icon = kinds.kind_of(one.kind).icon
    return Overview(kind=one.slug, title=one.title, icon=icon, steps=len(one.steps), now=now, shadows=shadows)


def _waits_for(whom: str) -> Q:
    return Q(waits_for__in=["", DESK]) if whom == DESK else Q(waits_for=whom)


def _whom(step: Step) -> str:
    return str(WaitsFor(step.waits_for or DESK).label)


_ICONS: Final = {Step.Type.AUTOMATIC: "bot", Step.Type.CONFIRMED: "user", Step.Type.AWAITED: "hourglass"}
