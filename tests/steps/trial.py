"""A procedure made for tests: two automatic steps, a decision, something awaited, a write at a vendor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django import forms

from integrations import outcomes, registry
from tickets import procedures
from tickets.models import Step, Ticket
from tickets.procedures import (
    At,
    Change,
    Done,
    Fact,
    Plan,
    Prepared,
    Procedure,
    Stuck,
    Waiting,
    WaitsFor,
    automatic,
    awaited,
    confirmed,
)

KIND = "nfr"  # a kind of request that has no procedure of its own yet
OPERATION = "salesforce.trial_write"
Work = Callable[[At], Any]


class YesOrNo(forms.Form):
    verdict = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])
    why = forms.CharField(required=False)


@dataclass
class Trial:
    """What the functions of the procedure do next, and what they did."""

    came: bool = False
    did: list[str] = field(default_factory=list)
    sent: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    say: dict[str, Work] = field(default_factory=dict)  # instead of what a step does by itself
    answers: list[outcomes.Outcome] = field(default_factory=list)  # of the vendor, instead of “done”
    skip: dict[str, str] = field(default_factory=dict)

    def steps(self) -> tuple[Plan, ...]:
        return (
            automatic("read", "Read it", self._as("read", self._read)),
            automatic("find", "Find the partner", self._as("find", self._find)),
            confirmed("decide", "Decide", YesOrNo, self._decide, prepare=self._prepared),
            awaited("answer", "The answer comes", self._as("answer", self._answer), hears=("replied", "envelope")),
            automatic(
                "write",
                "Write it down",
                self._as("write", self._write),
                writes=True,
                undo=self._as("undo", self._undo),
                only_if=lambda _at: self.skip.get("write", ""),
            ),
            automatic(
                "tell", "Tell everybody", self._as("tell", lambda at: Done(note=str(at.kept("read")["company"])))
            ),
        )

    def send(self, payload: Mapping[str, Any], *, key: str) -> outcomes.Outcome:
        self.sent.append((key, payload))
        return self.answers.pop(0) if self.answers else outcomes.done("001")

    def _as(self, name: str, usual: Work) -> Work:
        def work(at: At) -> Any:
            self.did.append(name)
            return self.say.get(name, usual)(at)

        return work

    def _read(self, at: At) -> Done:
        fact = Fact(name="Company", value="Northwind", tone="good", source="Subject")
        return Done(note="Northwind", facts=[fact], keep={"company": at.ticket.subject})

    def _find(self, at: At) -> Done:
        return Done(note=str(at.ticket.partner), link="/partners/1/")

    def _prepared(self, at: At) -> Prepared:
        return Prepared(initial={"verdict": "yes"}, note=f"For {at.ticket.reference}")

    def _decide(self, at: At, given: Mapping[str, Any]) -> Done:
        if given["verdict"] == "no" and not given["why"]:
            raise Stuck("Say why not.")
        self.did.append(f"decided by {at.by}")
        return Done(note=str(given["verdict"]), keep=dict(given))

    def _answer(self, _at: At) -> Done | Waiting:
        return Done(note="It came") if self.came else Waiting(for_whom=WaitsFor.PARTNER)

    def _write(self, at: At) -> Done:
        change = Change(record="Account Northwind", field="Status", before="Pending", after="Authorized")
        outcome = at.write(OPERATION, {"status": "Authorized"}, changes=[change])
        if not outcome.worked:
            raise Stuck(outcome.words)
        return Done(note="Written")

    def _undo(self, at: At) -> Done:
        at.write(OPERATION, {"status": "Pending"})
        return Done(note="As it was")


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> Trial:
    """The procedure, registered for one test."""
    made = Trial()
    monkeypatch.setitem(
        procedures._procedures,
        KIND,
        Procedure(kind=KIND, title="Trial", handbook="", steps=made.steps()),
    )
    operation = registry.Operation(name=OPERATION, work=made.send, breakers=())
    monkeypatch.setitem(registry.operations, OPERATION, operation)
    return made


def states(ticket: Ticket) -> str:
    """Of the newest run, in a line: “done waiting later”."""
    found = Step.objects.filter(ticket=ticket).order_by("-run", "position")
    newest = found[0].run
    return " ".join(one.state for one in found if one.run == newest)


def slugs(steps: Sequence[Step]) -> list[str]:
    return [one.slug for one in steps]
