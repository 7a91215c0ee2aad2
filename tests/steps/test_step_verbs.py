"""What people do: shadow mode, taking back, going back, handing over; and who is reminded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations import outcomes
from integrations.models import ExternalAction
from journal.models import Event
from journal.record import events_of
from mail.models import OutgoingMail
from tests.conftest import Cast
from tests.steps.trial import KIND, OPERATION, Trial, states
from tests.tickets.conftest import OpenTicket
from tickets import actions, steps
from tickets.actions import Refused
from tickets.models import Step, Ticket
from tickets.procedures import At, Done, Stuck, Waiting, WaitsFor
from tickets.steps import notices, shadow, sweeping, undoing

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(cast: Cast, opened: OpenTicket, trial: Trial) -> Ticket:
    """A ticket that waits for its answer; the write comes next."""
    ticket = opened(kind=KIND, subject="Northwind")
    steps.work_on(ticket.pk)
    steps.confirm(steps.of(ticket)[2], {"verdict": "yes", "why": ""}, by=cast.nadia)
    return ticket


def written(ticket: Ticket, trial: Trial) -> Step:
    trial.came = True
    steps.heard(ticket, "envelope")
    steps.work_on(ticket.pk)
    return steps.of(ticket)[4]


def test_in_shadow_everything_is_shown_and_nothing_written(cast: Cast, decided: Ticket, trial: Trial) -> None:
    with pytest.raises(Refused, match="A lead decides"):
        steps.set_shadow(KIND, "write", True, by=cast.nadia)
    with pytest.raises(Refused, match="Only a step that writes"):
        steps.set_shadow(KIND, "read", True, by=cast.lena)
    steps.set_shadow(KIND, "write", True, by=cast.lena)
    step = written(decided, trial)
    assert (step.state, step.shadow, trial.sent) == ("done", True, [])
    assert step.data["changes"][0]["after"] == "Authorized"
    assert not ExternalAction.objects.exists()
    steps.agree(step, False, by=cast.nadia)
    assert steps.agree(step, True, by=cast.nadia).agreed is True
    assert shadow.agreement(KIND, "write") == shadow.Agreement(agreed=1, not_agreed=0, unsaid=0)
    assert not undoing.may_undo(step)


def test_a_write_is_taken_back_once(cast: Cast, decided: Ticket, trial: Trial) -> None:
    step = written(decided, trial)
    steps.undo(step, by=cast.nadia)
    assert undoing.waiting_undos() == [step.pk]
    undoing.work_undo(step.pk)
    undoing.work_undo(step.pk)
    step.refresh_from_db()
    assert step.undone is not None
    assert step.data["undo"]["note"] == "As it was"
    assert [key for key, _payload in trial.sent] == [step.key, f"{step.key}.undo"]
    assert undoing.waiting_undos() == []
    with pytest.raises(Refused, match="taken back already"):
        steps.undo(step, by=cast.nadia)
    with pytest.raises(Refused, match="cannot be taken back"):
        steps.undo(steps.of(decided)[0], by=cast.nadia)


def test_what_cannot_be_taken_back_says_why(cast: Cast, decided: Ticket, trial: Trial) -> None:
    def gone(_at: At) -> None:
        raise Stuck("Somebody has changed it since.")

    trial.say["undo"] = gone
    step = steps.undo(written(decided, trial), by=cast.nadia)
    undoing.work_undo(step.pk)
    step.refresh_from_db()
    assert (step.undone, step.data["undo"]["problem"]) == (None, "Somebody has changed it since.")
    assert undoing.waiting_undos() == []


def test_what_the_vendor_did_not_take_back_is_asked_for_again(cast: Cast, decided: Ticket, trial: Trial) -> None:
    def back(at: At) -> Done:
        outcome = at.write(OPERATION, {"status": "Pending"})
        if not outcome.worked:
            raise Stuck(outcome.words)
        return Done(note="As it was")

    step = written(decided, trial)
    trial.say["undo"] = back
    trial.answers = [outcomes.refused("LOCKED", "The record is locked.")]
    undoing.work_undo(steps.undo(step, by=cast.nadia).pk)
    step.refresh_from_db()
    assert step.data["undo"]["problem"] == "The record is locked."
    undoing.work_undo(steps.undo(step, by=cast.nadia).pk)
    step.refresh_from_db()
    assert step.undone is not None


def test_going_back_does_again_what_nobody_relied_on(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    with pytest.raises(Refused, match="Say why"):
        steps.go_back(ticket, "read", by=cast.nadia, why=" ")
    steps.go_back(ticket, "read", by=cast.nadia, why="The company was misread.")
    assert states(ticket) == "ready later later later later later"
    steps.work_on(ticket.pk)
    assert trial.did == ["read", "find", "read", "find"]
    decide = steps.of(ticket)[2]
    steps.confirm(decide, {"verdict": "yes", "why": ""}, by=cast.nadia)
    with pytest.raises(Refused, match="“Decide” has been done since"):
        steps.go_back(ticket, "read", by=cast.nadia, why="Again")
    with pytest.raises(Refused, match="Only an automatic step"):
        steps.go_back(ticket, "answer", by=cast.nadia, why="Again")


def test_after_a_write_there_is_no_way_back(cast: Cast, decided: Ticket, trial: Trial) -> None:
    written(decided, trial)
    for slug in ("find", "write"):
        with pytest.raises(Refused, match="has been done since"):
            steps.go_back(decided, slug, by=cast.nadia, why="Again")


def test_a_step_is_given_to_a_colleague_who_is_told(cast: Cast, decided: Ticket, trial: Trial) -> None:
    step = steps.current(decided)
    assert step is not None
    assert steps.hand_over(step, to=cast.sofia, by=cast.nadia).holder == cast.sofia
    mail = OutgoingMail.objects.get(purpose="notice")
    assert [one["address"] for one in mail.to] == [cast.sofia.email]
    assert decided.reference in mail.subject
    with pytest.raises(Refused, match="Choose a colleague"):
        steps.hand_over(step, to=cast.katrin.user, by=cast.nadia)


def test_who_holds_a_waiting_step_is_reminded_once_a_working_day(cast: Cast, decided: Ticket, trial: Trial) -> None:
    moment = timezone.now() - timedelta(minutes=1)
    trial.say["answer"] = lambda _at: Waiting(for_whom=WaitsFor.PARTNER, remind=moment)
    steps.heard(decided, "envelope")
    actions.assign(decided, to=cast.nadia, by=cast.nadia)
    sweeping.remind()
    sweeping.remind()
    steps.heard(decided, "envelope")  # it still names the moment that has been
    sweeping.remind()
    mail = OutgoingMail.objects.get(purpose="notice")
    assert [one["address"] for one in mail.to] == [cast.nadia.email]
    step = steps.current(decided)
    assert step is not None
    assert step.reminders == 1
    assert step.remind_at is not None
    assert step.remind_at > timezone.now()
    steps.hand_over(step, to=cast.lena, by=cast.lena)
    Step.objects.filter(pk=step.pk).update(remind_at=moment)
    sweeping.remind()
    second = OutgoingMail.objects.filter(purpose="notice").latest("created")
    assert [one["address"] for one in second.to] == [cast.lena.email]
    assert [event.after["times"] for event in events_of(decided).filter(verb="reminded")] == [1, 2]


def test_one_that_cannot_be_reminded_of_keeps_nobody_waiting(
    cast: Cast, decided: Ticket, opened: OpenTicket, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = opened(kind=KIND)
    steps.work_on(other.pk)
    moment = timezone.now() - timedelta(minutes=1)
    Step.objects.filter(ticket=decided, state="waiting").update(remind_at=moment - timedelta(minutes=1))
    Step.objects.filter(ticket=other, state="waiting").update(remind_at=moment)
    trial.say["answer"] = lambda _at: Waiting(for_whom=WaitsFor.PARTNER, remind=moment)
    usual = notices.remind

    def remind(ticket: Ticket, step: Step) -> OutgoingMail | None:
        if ticket.pk == decided.pk:
            raise ValueError(ticket)
        return usual(ticket, step)

    monkeypatch.setattr(notices, "remind", remind)
    assert sweeping.remind() == 1
    told = [event.subject_id for event in Event.objects.filter(verb="reminded")]
    assert told == [other.pk]


def test_nobody_is_reminded_of_what_has_come_meanwhile(cast: Cast, decided: Ticket, trial: Trial) -> None:
    Step.objects.filter(state="waiting").update(remind_at=timezone.now() - timedelta(minutes=1))
    trial.came = True
    sweeping.remind()
    assert states(decided) == "done done done done ready later"
    assert not OutgoingMail.objects.filter(purpose="notice").exists()


def test_what_waits_is_looked_at_now_and_then(decided: Ticket, trial: Trial) -> None:
    assert sweeping.look_again() == 0
    trial.came = True
    Step.objects.filter(state="waiting").update(next_try=timezone.now() - timedelta(seconds=1))
    assert sweeping.look_again() == 1
    assert states(decided) == "done done done done ready later"


def test_a_step_that_is_no_longer_declared_is_for_a_person(
    cast: Cast, decided: Ticket, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    Step.objects.filter(slug="write").update(slug="forgotten")
    written(decided, trial)
    gone = steps.current(decided)
    assert gone is not None
    assert (gone.state, "no longer has this step" in gone.problem) == ("stuck", True)
    steps.done_by_hand(gone, how="Set it in Salesforce.", by=cast.nadia)
    assert states(decided) == "done done done done done ready"
