"""The living checklist of a ticket: what is done and how that is known, what runs, who is waited for, what is stuck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any, Final, Literal
from zlib import crc32

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import User
from tickets import evidence, kinds, procedures, steps
from tickets.evidence import Evidence
from tickets.kinds import Words
from tickets.models import Step, Ticket
from tickets.steps.forms import may_say, prepared_or_why
from tickets.steps.going_back import may_go_back
from tickets.steps.undoing import after, may_undo
from web.rows import Given, Prepared

Mark = Literal["done", "undone", "skipped", "running", "trying", "waiting", "decide", "stuck", "later"]
State, Type = Step.State, Step.Type
OVER: Final = frozenset({"done", "undone", "skipped"})
OPEN: Final = frozenset({"trying", "waiting", "decide", "stuck"})  # a person may do something about it
_TRIES_AGAIN: Final = frozenset({"trying", "waiting", "stuck"})


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a person sees before they decide a step, and the form they decide it with."""

    form: forms.Form | None
    evidence: Evidence
    note: Words
    button: Words
    template: str = ""  # of the step's app, drawing `part`
    part: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A step as the card draws it; `acts` are the verbs the reader may use now."""

    step: Step
    mark: Mark
    evidence: Evidence
    current: bool = False
    acts: frozenset[str] = frozenset()
    with_it: Sequence[str] = ()  # what is taken back before it, when it is
    decided_by: str = ""  # who has confirmed the step that it follows from
    decision: Decision | None = None

    @property
    def state(self) -> str:
        """For those who do not see the disc."""
        return str(_STATES[self.mark])

    @property
    def unneeded(self) -> bool:
        """Left out by the procedure itself, not by a person."""
        return self.mark == "skipped" and self.step.by_id is None

    @property
    def late(self) -> bool:
        return self.mark == "waiting" and bool(self.step.due and self.step.due < timezone.now())

    @property
    def whom(self) -> str:
        return str(self.step.get_waits_for_display()) if self.step.waits_for else _("an answer")

    @property
    def undo(self) -> Mapping[str, Any]:
        """What became of taking it back: who asked, what it waits for, why it was refused."""
        found: Mapping[str, Any] = self.step.data.get("undo", {})
        return found

    @property
    def being_undone(self) -> bool:
        return self.step.undo_asked is not None and self.step.undone is None

    @property
    def asks_agreement(self) -> bool:
        return "agree" in self.acts and self.step.agreed is None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A line of its own, or neighbours that were not needed, folded into one."""

    lines: Sequence[Line]

    @property
    def folds(self) -> bool:
        return len(self.lines) > 1


@dataclass(frozen=True, kw_only=True)
class Past:
    """A procedure the ticket had before it became another kind."""

    title: Words
    words: str
    steps: Sequence[Step]


@dataclass(frozen=True, kw_only=True)
class Checklist:
    kind: str
    title: Words
    run: int
    lines: Sequence[Line]
    past: Sequence[Past]

    @property
    def parts(self) -> list[Part]:
        found: list[Part] = []
        for unneeded, lines in groupby(self.lines, key=lambda line: line.unneeded):
            rows = list(lines)
            found += [Part(lines=rows)] if unneeded else [Part(lines=[line]) for line in rows]
        return found

    @cached_property
    def words(self) -> str:
        """“6 of 7 done”; what was skipped is not counted."""
        return _("%(count)s done") % {"count": self.count}

    @cached_property
    def count(self) -> str:
        return _count([line.step for line in self.lines])

    @property
    def current(self) -> Line | None:
        return next((line for line in self.lines if line.current), None)

    @property
    def stuck(self) -> bool:
        return any(line.mark == "stuck" for line in self.lines)

    @property
    def live(self) -> bool:
        """Something is being done just now: the page looks more often."""
        return any(line.mark == "running" or line.being_undone for line in self.lines)

    @property
    def stamp(self) -> int:
        """Another number when anything of it looks different."""
        return crc32("|".join(_stamp(line) for line in self.lines).encode())

    @property
    def says(self) -> str:
        """What a screen reader is told when it changes."""
        line = self.current
        return f"{self.words}. {line.step.title}: {line.state}." if line else self.words


def read(ticket: Ticket, *, by: User | None = None) -> Checklist | None:
    """With what `by` may do about it. One statement; what a decision needs is asked for that step only."""
    found = _STEPS.all(ticket=ticket.pk)
    runs = [list(rows) for _run, rows in groupby(found, key=lambda step: step.run)]
    if not runs or procedures.kind_of(runs[-1][0].procedure) != ticket.kind:
        return None
    *earlier, present = runs
    return Checklist(
        kind=present[0].procedure,
        title=title_of(present[0].procedure),
        run=present[0].run,
        lines=_lines(ticket, present, by=by),
        past=[_past(rows) for rows in reversed(earlier)],
    )


_STEPS: Final = Prepared(
    lambda: Step.objects.filter(ticket=Given("ticket")).select_related("by", "holder").order_by("run", "position"),
    many=True,
)


def title_of(procedure: str) -> Words:
    declared = procedures.procedure_of(procedure)
    return declared.title if declared else kinds.kind_of(procedures.kind_of(procedure)).title


def mark_of(step: Step, *, now: datetime | None = None) -> Mark:
    if step.state in _PLAIN:
        return "undone" if step.undone and step.state in {State.DONE, State.SKIPPED} else _PLAIN[step.state]
    if step.type == Type.CONFIRMED and step.waits_for in {"", Step.WaitsFor.DESK}:
        return "decide"
    if step.state == State.WAITING:
        return "waiting"
    waits = step.state == State.READY and step.problem and step.next_try > (now or timezone.now())
    return "trying" if waits else "running"


def _lines(ticket: Ticket, rows: Sequence[Step], *, by: User | None) -> list[Line]:
    now = timezone.now()
    marks = [mark_of(step, now=now) for step in rows]
    current = next((at for at, mark in enumerate(marks) if mark not in OVER and mark != "later"), -1)
    return [
        Line(
            step=step,
            mark=mark,
            evidence=evidence.of(step, taken_back=mark == "undone"),
            current=at == current,
            acts=_acts(ticket, step, mark, rows) if by else frozenset(),
            with_it=[one.title for one in after(step, rows)] if mark == "done" else (),
            decided_by=_decided_by(rows[:at]),
            decision=_decision(step, by=by) if by and (mark == "decide" or may_say(step)) else None,
        )
        for at, (step, mark) in enumerate(zip(rows, marks, strict=True))
    ]


def _decided_by(before: Sequence[Step]) -> str:
    confirmed = [step for step in before if step.type == Type.CONFIRMED and step.state == State.DONE]
    return str(confirmed[-1].by or "") if confirmed else ""


def _acts(ticket: Ticket, step: Step, mark: Mark, rows: Sequence[Step]) -> frozenset[str]:
    found = {"skip", "done-by-hand", "hand-over"} if mark in OPEN else set()
    if mark in _TRIES_AGAIN:
        found.add("retry")
    if mark == "done" and may_undo(step) and (step.undo_asked is None or _undo_failed(step)):
        found.add("undo")
    if mark == "done" and step.shadow:
        found.add("agree")
    if may_go_back(ticket, step, rows):
        found.add("go-back")
    return frozenset(found)


def _undo_failed(step: Step) -> bool:
    return bool(step.data.get("undo", {}).get("problem"))


def _stamp(line: Line) -> str:
    step = line.step
    return f"{step.slug} {line.mark} {step.attempts} {step.problem} {step.note} {line.undo}"


def _decision(step: Step, *, by: User) -> Decision:
    prepared, problem = prepared_or_why(step, by=by)
    shape = steps.form_of(step)
    shown = evidence.given(prepared.facts, prepared.changes, link=prepared.link, picture=prepared.picture)
    plan, elsewhere = steps.plan_of(step), bool(shown.link or problem or prepared.nothing_to_choose)
    return Decision(
        form=None if elsewhere else shape(initial=dict(prepared.initial), auto_id=f"step-{step.slug}-%s"),
        evidence=shown,
        note=prepared.note,
        button=_button(shape, shown),
        template=plan.part if plan and not problem else "",
        part=prepared.part,
    )


def _button(shape: type[forms.Form], shown: Evidence) -> Words:
    """A form may name its button; a verb with an object."""
    named: Words = getattr(shape, "button", "")
    if named or shown.link:
        return named or _("Open and decide")
    return _("Apply in Salesforce") if shown.tables else _("Confirm this step")


def _past(rows: Sequence[Step]) -> Past:
    """What was skipped because the ticket became something else counts as not done."""
    done = sum(step.state == State.DONE for step in rows)
    words = _("%(done)d of %(all)d done") % {"done": done, "all": len(rows)}
    return Past(title=title_of(rows[0].procedure), words=words, steps=rows)


def _count(rows: Sequence[Step]) -> str:
    taken = [step for step in rows if step.state != State.SKIPPED]
    done = sum(step.state == State.DONE and step.undone is None for step in taken)
    return _("%(done)d of %(all)d") % {"done": done, "all": len(taken)}


_PLAIN: Final[Mapping[str, Mark]] = {
    State.DONE: "done",
    State.SKIPPED: "skipped",
    State.STUCK: "stuck",
    State.LATER: "later",
}
_STATES: Final[Mapping[Mark, Words]] = {
    "done": gettext_lazy("done"),
    "undone": gettext_lazy("taken back"),
    "skipped": gettext_lazy("skipped"),
    "running": gettext_lazy("running"),
    "trying": gettext_lazy("is tried again"),
    "waiting": gettext_lazy("waiting"),
    "decide": gettext_lazy("waits for a person"),
    "stuck": gettext_lazy("stuck"),
    "later": gettext_lazy("later"),
}
