"""Proofs that are walked through their steps."""

from __future__ import annotations

import pytest

from service_attach import again
from tests.service_attach.conftest import answers, proof_of, sender, step, worked
from tests.service_attach.documents import sow
from tests.service_attach.question import send_question
from tests.service_attach.submitting import decided, known_in_salesforce, sends, to_decide
from tests.steps.walks import walk
from tickets import steps


@walk("service_attach", "read", "keep", "complete")
def a_missing_deal_id_is_asked_for_and_answered(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("handbook")
    cast = request.getfixturevalue("cast")
    ticket = sender(request.getfixturevalue("opened"), cast)(sow(without=["Service Attach"]))
    assert worked(ticket)["complete"] == "waiting"
    send_question(ticket, cast)
    answers(ticket, "The Deal ID is GL-0048213.")
    again.read(ticket.pk)
    steps.work_on(ticket.pk)
    assert step(ticket, "complete").state == "done"
    assert proof_of(ticket).deal_id == "GL-0048213"


@walk("service_attach", "registration", "manager", "decide", "close", "chatter", "answer", "send", "solve")
def a_proof_is_submitted(request: pytest.FixtureRequest) -> None:
    """To the sandbox's Salesforce, and the partner hears of it."""
    request.getfixturevalue("handbook")
    request.getfixturevalue("sandbox")
    cast = request.getfixturevalue("cast")
    known_in_salesforce(cast)
    ticket = to_decide(sender(request.getfixturevalue("opened"), cast)(sow()))
    decided(ticket, "go", by=cast.nadia)
    worked(ticket)
    sends(ticket, by=cast.nadia)
    assert worked(ticket)["solve"] == "done"
