"""A procedure from its first step to its last: laid, worked, decided, awaited, written, told."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from journal.record import DESK, events_of
from tests.conftest import Cast
from tests.steps.trial import KIND, Trial, states
from tests.tickets.conftest import OpenTicket
from tickets import actions, procedures, steps
from tickets.actions import Refused
from tickets.models import Step

pytestmark = pytest.mark.django_db


def test_a_procedure_runs_to_its_end(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND, subject="Northwind")
    assert states(ticket) == "ready later later later later later"
    steps.work_on(ticket.pk)
    assert states(ticket) == "done done waiting later later later"
    decide = steps.current(ticket)
    assert decide is not None
    assert (decide.slug, decide.waits_for) == ("decide", "desk")
    steps.confirm(decide, {"verdict": "yes", "why": ""}, by=cast.nadia)
    assert states(ticket) == "done done done waiting later later"
    trial.came = True
    steps.heard(ticket, "envelope")
    assert states(ticket) == "done done done done ready later"
    steps.work_on(ticket.pk)
    assert states(ticket) == "done done done done done done"
    assert trial.sent == [(f"{ticket.reference}.1.write", {"status": "Authorized"})]
    assert steps.of(ticket)[-1].note == "Northwind"
    verbs = [event.verb for event in events_of(ticket)]
    assert verbs == ["opened", "step done", "step done", "step decided", "step done", "step done", "step done"]
    ticket.refresh_from_db()
    newest = events_of(ticket).last()
    assert newest is not None
    assert ticket.last_event == newest.pk


def test_evidence_is_kept_as_it_was(opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND, subject="Northwind")
    steps.work_on(ticket.pk)
    read = steps.of(ticket)[0]
    assert read.data["facts"] == [
        {"name": "Company", "value": "Northwind", "tone": "good", "source": "Subject", "link": "", "quote": ""}
    ]
    assert read.data["keep"] == {"company": "Northwind"}
    assert steps.prepared(steps.of(ticket)[2]).note == f"For {ticket.reference}"


@pytest.mark.django_db(transaction=True)
def test_what_nobody_waits_for_costs_one_statement(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        steps.heard(ticket, "partner")
    assert len(asked) == 1


def test_a_decision_is_taken_once(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    decide = steps.of(ticket)[2]
    with pytest.raises(Refused, match="Say why not"):
        steps.confirm(decide, {"verdict": "no", "why": ""}, by=cast.nadia)
    steps.confirm(decide, {"verdict": "yes", "why": ""}, by=cast.nadia)
    with pytest.raises(Refused, match="Nadia Okafor was quicker"):
        steps.confirm(decide, {"verdict": "no", "why": "No"}, by=cast.lena)
    assert [one for one in trial.did if one.startswith("decided")] == ["decided by Nadia Okafor"]


def test_another_type_begins_another_procedure(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    actions.change_kind(ticket, to="general", by=cast.nadia)
    first = Step.objects.filter(ticket=ticket, run=1).order_by("position")
    assert [one.state for one in first] == ["done", "done", "skipped", "skipped", "skipped", "skipped"]
    assert [(one.run, one.slug, one.state) for one in steps.of(ticket)] == [
        (2, "answer", "waiting"),
        (2, "resolve", "later"),
    ]


def test_spam_has_no_procedure_until_it_is_none(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND)
    actions.set_status(ticket, to="spam", by=DESK)
    assert set(states(ticket).split()) == {"skipped"}
    with pytest.raises(Refused, match="is Spam"):
        steps.go_back(ticket, "read", by=cast.nadia, why="Again")
    actions.change_kind(ticket, to="general", by=cast.nadia)
    actions.change_kind(ticket, to=KIND, by=cast.nadia)
    assert set(states(ticket).split()) == {"skipped"}
    actions.reopen(ticket, by=DESK)
    assert states(ticket) == "ready later later later later later"


def test_a_message_makes_spam_a_request_again_and_a_reply_may_end_one(
    cast: Cast, opened: OpenTicket, trial: Trial
) -> None:
    ticket = opened(kind=KIND)
    actions.set_status(ticket, to="spam", by=DESK)
    actions.receive(ticket, sender=cast.katrin, body="I am real.")
    ticket.refresh_from_db()
    assert (ticket.status, states(ticket)) == ("open", "ready later later later later later")
    to = [actions.Recipient(address=cast.katrin.email)]
    actions.reply(ticket, by=cast.nadia, body="You are not.", to=to, then="spam")
    assert set(states(ticket).split()) == {"skipped"}


def test_an_opened_again_question_waits_to_be_resolved(cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    to = [actions.Recipient(address=cast.katrin.email)]
    actions.reply(ticket, by=cast.nadia, body="Done.", to=to, then="solved")
    assert states(ticket) == "done done"
    actions.receive(ticket, sender=cast.katrin, body="It does not work.")
    assert states(ticket) == "done waiting"
    actions.solve(ticket, by=cast.nadia)
    assert states(ticket) == "done done"


def test_a_type_without_a_procedure_does_not_show_the_one_before(
    client: Client, cast: Cast, opened: OpenTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(procedures._procedures, "certification_report")
    ticket = opened()
    actions.change_kind(ticket, to="certification_report", by=cast.nadia)
    ticket.refresh_from_db()
    assert steps.of(ticket) == []
    client.force_login(cast.nadia)
    assert 'id="ticket-steps"' not in client.get(f"/tickets/{ticket.reference}/").content.decode()
    actions.change_kind(ticket, to="general", by=cast.nadia)
    assert states(ticket) == "waiting later"
