"""The words procedures are written in, and the register of them. A lead can read them; `steps` carries them out.

    LETTER = Procedure(kind="loa", title=_("Letter of Authorization"), handbook="#letters-of-authorization", steps=(
        awaited("envelope", _("The envelope arrives from DocuSign"), arriving.envelope, hears=("envelope",)),
        automatic("read", _("Read who asks for which company"), work.read),
        confirmed("decide", _("Approve or decline"), forms.Decision, deciding.decide, prepare=deciding.proposed),
        automatic("release", _("Let DocuSign go on to Legal"), work.release, writes=True, only_if=deciding.by_gate),
    ))

A step's function gets an `At` and touches neither steps nor events nor Celery. It returns `Done`; it may raise `Finish`
(answered early, the rest is skipped), `Retry` (the outside is down) or `Stuck` (what a person should do). An awaited
step's function may return `Waiting`: it is asked again whenever one of the things it `hears` has happened, and now and
then in between; it only reads our rows. Twice is harmless: each looks before it writes, with `at.key`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django import forms

from integrations.outcomes import Outcome
from people.models import User
from tickets.kinds import Words
from tickets.models import Step, Ticket

WaitsFor = Step.WaitsFor


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field at a vendor, before → after; `link` is the record's page.

    `text` is what others read there, as a post: shown in full, below whom it mentions.
    Where a person has to put it there, `copy` are the words of the button that copies it.
    """

    record: str
    field: str
    before: str
    after: str
    why: str = ""
    link: str = ""
    text: str = ""
    copy: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of evidence. `tone`: good, bad, unsure or empty; `source` says where it stands, `link` its page.

    `quote` are the words around the value as they stand there.
    """

    name: str
    value: str
    tone: str = ""
    source: str = ""
    link: str = ""
    quote: str = ""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came out: one line, what shows it, what was changed at a vendor. `keep` is for later steps, unshown.

    `picture` is the address of the page of a document that shows it, see `tickets.papers`.
    """

    note: Words = ""
    facts: Sequence[Fact] = ()
    changes: Sequence[Change] = ()
    link: str = ""
    picture: str = ""
    keep: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """For whom, and by when it should be there; `remind` is when somebody is reminded, and then again."""

    for_whom: WaitsFor
    note: Words = ""
    due: datetime | None = None
    remind: datetime | None = None
    facts: Sequence[Fact] = ()
    link: str = ""


class Finish(Exception):  # noqa: N818 - an answer, not a fault
    """Answered early: this step is done with `note`, the rest is skipped for that reason."""

    def __init__(self, note: Words, *, facts: Sequence[Fact] = ()) -> None:
        super().__init__(str(note))
        self.facts = facts


class Retry(Exception):  # noqa: N818
    """The outside does not answer; it is tried again by itself, after `seconds` or ever later."""

    def __init__(self, words: Words, *, seconds: float | None = None) -> None:
        super().__init__(str(words))
        self.seconds = seconds


class Stuck(Exception):  # noqa: N818
    """A person has to do something; the sentence says what. `facts` and `changes` show what it met."""

    def __init__(self, words: Words, *, facts: Sequence[Fact] = (), keep: Mapping[str, Any] | None = None) -> None:
        super().__init__(str(words))
        self.facts = facts
        self.keep = dict(keep or {})


@dataclass(frozen=True, kw_only=True)
class At:
    """Where a step's function stands. `by` is who confirmed, tried again or undid; `write` is how it writes."""

    ticket: Ticket
    step: Step
    by: User | None
    kept: Callable[[str], Mapping[str, Any]]  # what the step of that slug kept for later ones; empty where it did not
    write: Callable[..., Outcome]  # write(operation, payload, *, changes=()) by the ledger, under the step's key

    @property
    def key(self) -> str:
        return self.step.key


Work = Callable[[At], Done]
Look = Callable[[At], "Done | Waiting"]
Decide = Callable[[At, Mapping[str, Any]], "Done | Waiting"]
Prepare = Callable[[At], "Prepared"]
OnlyIf = Callable[[At], str]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a person sees before they decide: the form's first values, the evidence, what would be written."""

    initial: Mapping[str, Any] = field(default_factory=dict)
    note: Words = ""
    facts: Sequence[Fact] = ()
    changes: Sequence[Change] = ()
    link: str = ""  # a page of its own where this is decided
    picture: str = ""  # the page of a document it rests on, see `Done`
    part: Mapping[str, Any] = field(default_factory=dict)  # what the plan's own `part` draws
    nothing_to_choose: bool = False  # only that part: the form has nothing to offer yet


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One declared step. `only_if` gives the reason to skip it, or nothing; `undo` takes a write back.

    With `anew` a person may want it though it was skipped: `only_if` and `look` are told who, in `at.by`.
    """

    slug: str
    title: Words
    how: Step.Type
    work: Work | None = None
    look: Look | None = None
    hears: frozenset[str] = frozenset()
    form: type[forms.Form] | None = None
    decide: Decide | None = None
    prepare: Prepare | None = None
    only_if: OnlyIf | None = None
    writes: bool = False  # at a vendor: it may be set to shadow mode
    undo: Work | None = None
    anew: bool = False  # a decision that a person may take once more, as long as nothing came of it
    part: str = ""  # a template of its app, shown above the form
    handbook: str = ""


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """The steps a kind of request takes, in their order; `variant` is another way for some of them, see `choose_by`."""

    kind: str
    title: Words
    handbook: str
    steps: tuple[Plan, ...]
    variant: str = ""

    @property
    def slug(self) -> str:
        """What its steps are kept under: `nfr`, `nfr-seats`."""
        return f"{self.kind}-{self.variant}" if self.variant else self.kind

    def plan(self, slug: str) -> Plan | None:
        return next((one for one in self.steps if one.slug == slug), None)


def automatic(
    slug: str,
    title: Words,
    work: Work,
    *,
    writes: bool = False,
    undo: Work | None = None,
    only_if: OnlyIf | None = None,
    handbook: str = "",
) -> Plan:
    """A worker does it."""
    return Plan(
        slug=slug, title=title, how=Step.Type.AUTOMATIC, work=work, writes=writes, undo=undo, only_if=only_if,
        handbook=handbook,
    )  # fmt: skip


def confirmed(
    slug: str,
    title: Words,
    form: type[forms.Form],
    decide: Decide,
    *,
    prepare: Prepare | None = None,
    look: Look | None = None,
    hears: Sequence[str] = (),
    only_if: OnlyIf | None = None,
    anew: bool = False,
    part: str = "",
    handbook: str = "",
) -> Plan:
    """A person decides, with a prepared form. `decide` runs in the transaction that records the decision.

    With `look` the world may decide it first: it is done when `look` says so. With `anew` one may go back to it.
    `part` draws `Prepared.part` in its place: a check list, a file to drop.
    """
    return Plan(
        slug=slug, title=title, how=Step.Type.CONFIRMED, form=form, decide=decide, prepare=prepare, look=look,
        hears=frozenset(hears), only_if=only_if, anew=anew, part=part, handbook=handbook,
    )  # fmt: skip


def awaited(
    slug: str,
    title: Words,
    look: Look,
    *,
    hears: Sequence[str] = (),
    only_if: OnlyIf | None = None,
    handbook: str = "",
) -> Plan:
    """The world answers; `hears` names what may have brought the answer: replied, received, status, envelope, …"""
    return Plan(
        slug=slug, title=title, how=Step.Type.AWAITED, look=look, hears=frozenset(hears), only_if=only_if,
        handbook=handbook,
    )  # fmt: skip


Which = Callable[[Ticket], str]
_procedures: Final[dict[str, Procedure]] = {}
_choosers: Final[dict[str, Which]] = {}


def register(procedure: Procedure) -> None:
    """Makes a procedure known; called from `ready()` of the app that declares it. Slugs are unique in it."""
    slugs = [one.slug for one in procedure.steps]
    if len(set(slugs)) != len(slugs):
        raise ValueError(procedure.slug)
    _procedures[procedure.slug] = procedure


def choose_by(kind: str, which: Which) -> None:
    """`which(ticket)` names the variant that a request of this kind takes; empty for the kind's own procedure.

    It is asked when a procedure begins: whoever finds out later that it is another one begins again by
    `hooks.procedure_begins`.
    """
    _choosers[kind] = which


def procedure_for(ticket: Ticket) -> Procedure | None:
    """What a request takes when it begins; None where its kind has no procedure."""
    which = _choosers.get(ticket.kind)
    variant = which(ticket) if which else ""
    return _procedures.get(f"{ticket.kind}-{variant}") or _procedures.get(ticket.kind)


def procedure_of(slug: str) -> Procedure | None:
    """None where there is none that is called so."""
    return _procedures.get(slug)


def kind_of(slug: str) -> str:
    """The kind whose procedure it is, declared or not any more."""
    return slug.partition("-")[0]


def all_procedures() -> tuple[Procedure, ...]:
    return tuple(_procedures.values())
