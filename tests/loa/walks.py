"""Letters that are walked from the form to their end, on the sandbox's pages; what people do there is played."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from integrations import asking
from integrations.docusign.shapes import FormData
from loa import powerforms
from loa.models import LetterRequest
from tests.integrations.docusign.conftest import GATED_LETTERS
from tests.loa import deciding
from tests.loa.conftest import ASKS, request_of, signed, step, worked
from tests.steps.walks import walk
from tickets import steps
from tickets.models import Ticket


def asked_and_signed(
    request: pytest.FixtureRequest, *, gated: bool = False
) -> tuple[Ticket, Callable[[str, str], object]]:
    """A form by the portal, the mail with the link, the envelope its link starts; and how others act on it."""
    request.getfixturevalue("handbook")
    sandbox, opened = request.getfixturevalue("sandbox"), request.getfixturevalue("opened")
    ticket: Ticket = opened(**ASKS)
    assert worked(ticket)["link"] == "done"
    form = powerforms.offered()
    assert form is not None
    envelope = signed(sandbox, form=GATED_LETTERS if gated else form.powerform_id)
    asking.ask("docusign.envelope", envelope)

    def acts(who: str, what: str) -> None:
        sandbox.ask("/docusign/act", {"envelope": envelope, "recipient": who, "what": what, "reason": "No."})
        asking.ask("docusign.envelope", envelope)
        worked(ticket)

    worked(ticket)
    return ticket, acts


@walk("loa", "link", "envelope", "read", "account", "check", "decide", "docusign", "legal", "keep", "tell", "solve")
def a_letter_is_approved_in_docusign(request: pytest.FixtureRequest) -> None:
    ticket, acts = asked_and_signed(request)
    acts("PHD", "complete")
    acts("Legal", "complete")
    assert request_of(ticket).stage == LetterRequest.Stage.COMPLETED


@walk("loa", "company")
def nobody_can_read_the_company(request: pytest.FixtureRequest) -> None:
    """Neither fields nor text, and the form said none: a person looks."""
    patch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    patch.setitem(asking._answers, "docusign.form_data", lambda _one: FormData(values={}, source="form_data"))
    patch.setitem(asking._answers, "docusign.draft_pdf", lambda _one: b"%PDF-1.4 nothing %%EOF")
    patch.setitem(ASKS, "fields", {"region": "EMEA"})
    ticket, _acts = asked_and_signed(request)
    steps.confirm(
        step(ticket, "company"), {"company": "Northwind DevOps GmbH"}, by=request.getfixturevalue("cast").nadia
    )


@walk("loa", "release")
def a_letter_is_released_to_legal(request: pytest.FixtureRequest) -> None:
    ticket, _acts = asked_and_signed(request, gated=True)
    deciding.confirm(ticket, "approve", by=request.getfixturevalue("cast").nadia, why="Looked at by hand.")
    assert worked(ticket)["docusign"] == "waiting"
    asking.ask("docusign.envelope", envelope_of(ticket))
    assert request_of(ticket).stage == LetterRequest.Stage.LEGAL_REVIEW


@walk("loa", "void", "decline_mail")
def a_letter_is_declined_and_voided(request: pytest.FixtureRequest) -> None:
    ticket, _acts = asked_and_signed(request, gated=True)
    nadia = request.getfixturevalue("cast").nadia
    deciding.confirm(ticket, "decline", by=nadia, why="Looked at by hand.", void="on", sure="on")
    worked(ticket)
    asking.ask("docusign.envelope", envelope_of(ticket))
    worked(ticket)


@walk("loa", "answer")
def what_legal_declined_is_told(request: pytest.FixtureRequest) -> None:
    ticket, acts = asked_and_signed(request)
    acts("PHD", "complete")
    acts("Legal", "decline")
    told, nadia = step(ticket, "answer"), request.getfixturevalue("cast").nadia
    form = steps.form_of(told)(steps.prepared(told, by=nadia).initial)
    assert form.is_valid(), form.errors
    steps.confirm(told, form.cleaned_data, by=nadia)


def envelope_of(ticket: Ticket) -> str:
    envelope = request_of(ticket).envelope
    assert envelope is not None
    return envelope.envelope_id
