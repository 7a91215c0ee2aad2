"""A letter brought to the decision: signed by the partner, its account known, its checks as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loa.models import LetterRequest
from partners.models import Account
from people.models import User
from tests.conftest import Cast
from tests.loa.conftest import Letter, request_of
from tests.loa.rows import checks
from tickets import steps
from tickets.models import Step, Ticket

WAITING, PAUSED, VOIDED = (f"a1000000-5e1d-4a00-8000-00000000000{number}" for number in (4, 6, 7))
SHORT = ("The Open training requirements are not met.",)
TRAINING = ("Sales Core: one more person",)
REASON = "Northwind does not meet the Open training requirements yet."


def to_decide(
    cast: Cast, *, proposal: str = "decline", gated: bool = False, envelope: str = ""
) -> tuple[Letter, Ticket]:
    letter = Letter(gated=gated)
    letter.id = envelope or letter.id
    letter.say("sent", *(("sent", "created") if gated else ("sent", "created", "created")))
    signed = ("completed", "created") if gated else ("completed", "sent", "created")
    letter.say("sent", *signed, workflow="paused" if gated else "")
    request = letter.request
    assert request is not None
    assert request.ticket is not None
    _as_checked(request, cast.northwind, proposal)
    while (step := steps.current(request.ticket)) is not None and step.slug != "decide":
        steps.skip(step, why="Not what is tested.", by=cast.nadia)
    return letter, request.ticket


def _as_checked(request: LetterRequest, account: Account, proposal: str) -> None:
    found = checks(
        missing=("requirements",) if proposal == "decline" else (),
        unknown=("requirements",) if proposal == "hold" else (),
    )
    for one in found:
        if one["verdict"] == "missing":
            one |= {"reasons": list(SHORT), "trainings": list(TRAINING)}
    LetterRequest.objects.filter(pk=request.pk).update(
        account=account, company=account.name, checks=found, proposal=proposal, region="EMEA", track="Select"
    )


def given(request: LetterRequest, what: str = "decline", **more: Any) -> dict[str, Any]:
    """A decision as the page sends it."""
    mail = {"to": "Katrin Vogel <katrin@northwind.example.com>", "cc": "sofia@desk.example.com"}
    texts = {
        "subject": f"{request.ticket.reference if request.ticket else ''}: the letter",
        "body": "Hello Katrin,\n\nnot yet.",
    }
    decline = {"reason_text": REASON, **mail, **texts} if what == "decline" else {}
    return {"what": what, "act": what, **decline, **more}


def confirm(ticket: Ticket, what: str = "decline", *, by: User, **more: Any) -> Step:
    """By the step's own form, as every door does it."""
    step = steps.current(ticket)
    assert step is not None
    return confirm_at(step, what, by=by, **more)


def confirm_at(step: Step, what: str = "decline", *, by: User, **more: Any) -> Step:
    """The same with the step that a page had before it, whatever has happened since."""
    form = steps.form_of(step)(given(request_of(step.ticket), what, **more))
    assert form.is_valid(), form.errors
    return steps.confirm(step, form.cleaned_data, by=by)


def states(ticket: Ticket) -> Mapping[str, str]:
    return {one.slug: one.state for one in steps.of(ticket)}
