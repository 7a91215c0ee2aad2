"""What goes wrong: the vendor is away, refuses, the worker is killed, two come at once, nobody was woken."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from integrations import ledger, outcomes
from integrations.models import ExternalAction
from journal.record import actor_of, events_of
from tests.conftest import Cast
from tests.mail.fault_servers import dies_at
from tests.steps.trial import KIND, Trial, states
from tests.tickets.conftest import OpenTicket
from tickets import actions, steps
from tickets.actions import Refused
from tickets.models import Step, Ticket
from tickets.procedures import At, Done, Finish, Retry, Stuck
from tickets.steps import ending, sweeping, working

pytestmark = pytest.mark.django_db


@pytest.fixture
def before_write(cast: Cast, opened: OpenTicket, trial: Trial) -> Ticket:
    """A ticket whose next step writes at the vendor."""
    trial.came = True
    ticket = opened(kind=KIND, subject="Northwind")
    steps.work_on(ticket.pk)
    steps.confirm(steps.of(ticket)[2], {"verdict": "yes", "why": ""}, by=cast.nadia)
    assert states(ticket) == "done done done done ready later"
    return ticket


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["step claimed", "step worked", "step recorded", "action done at vendor"])
def test_a_killed_worker_leaves_nothing_half_done(before_write: Ticket, trial: Trial, place: str) -> None:
    dies_at(place, partial(steps.work_on, before_write.pk))
    Step.objects.filter(state="running").update(claimed_until=timezone.now() - timedelta(seconds=1))
    held = ExternalAction.objects.filter(state="running")
    held.update(state="waiting", next_try=timezone.now() - timedelta(seconds=1))
    sweeping.take_back_lost()
    steps.work_on(before_write.pk)
    assert states(before_write) == "done done done done done done"
    action = ExternalAction.objects.get(key=f"{before_write.reference}.1.write")
    assert action.state == "done"
    told = [event.after["slug"] for event in events_of(before_write).filter(verb="step done")]
    assert sorted(told) == ["answer", "find", "read", "tell", "write"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_it_once(before_write: Ticket, trial: Trial) -> None:
    together = threading.Barrier(2)

    def work() -> None:
        together.wait(timeout=60)
        steps.work_on(before_write.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states(before_write) == "done done done done done done"
    assert trial.did.count("write") == trial.did.count("tell") == len(trial.sent) == 1


def test_a_vendor_that_is_away_is_asked_again(before_write: Ticket, trial: Trial) -> None:
    trial.answers = [outcomes.retry_later(0.0, "Salesforce does not answer.")]
    steps.work_on(before_write.pk)
    waiting = steps.current(before_write)
    assert waiting is not None
    assert (waiting.state, waiting.problem) == ("ready", "Salesforce does not answer.")
    Step.objects.filter(pk=waiting.pk).update(next_try=timezone.now())
    ExternalAction.objects.update(next_try=timezone.now() - timedelta(seconds=1))
    steps.work_on(before_write.pk)
    assert states(before_write) == "done done done done done done"
    assert len({key for key, _payload in trial.sent}) == 1


def test_what_the_vendor_refused_is_written_once_somebody_has_put_it_right(
    cast: Cast, before_write: Ticket, trial: Trial
) -> None:
    trial.answers = [outcomes.refused("LOCKED", "The record is locked.")]
    steps.work_on(before_write.pk)
    stuck = steps.current(before_write)
    assert stuck is not None
    assert (stuck.state, stuck.problem) == ("stuck", "The record is locked.")
    assert stuck.data["changes"][0]["after"] == "Authorized"
    steps.retry(stuck, by=cast.lena)
    steps.work_on(before_write.pk)
    assert states(before_write) == "done done done done done done"
    assert len(trial.sent) == 2


def test_a_write_that_ended_while_the_step_rested_wakes_it(before_write: Ticket, trial: Trial) -> None:
    trial.answers = [outcomes.retry_later(0.0, "Salesforce does not answer.")]
    steps.work_on(before_write.pk)
    later = timezone.now() + timedelta(hours=1)
    Step.objects.filter(state="ready").update(next_try=later)
    ExternalAction.objects.update(next_try=timezone.now() - timedelta(seconds=1))
    action = ExternalAction.objects.get()
    ledger.perform(action.pk)
    assert Step.objects.get(state="ready").next_try < later
    steps.work_on(before_write.pk)
    assert states(before_write) == "done done done done done done"


def let_the_ledger_try() -> None:
    for action in ExternalAction.objects.all():
        ExternalAction.objects.filter(pk=action.pk).update(next_try=timezone.now() - timedelta(seconds=1))
        ledger.perform(action.pk)


@pytest.mark.parametrize("what", ["skip", "by hand", "kind", "spam", "shadow"])
def test_what_nobody_wants_any_more_is_not_written_later(
    cast: Cast, before_write: Ticket, trial: Trial, what: str
) -> None:
    trial.answers = [outcomes.retry_later(0.0, "Salesforce does not answer.")]
    steps.work_on(before_write.pk)
    write = steps.of(before_write)[4]
    match what:
        case "skip":
            steps.skip(write, why="They withdrew it.", by=cast.nadia)
        case "by hand":
            steps.done_by_hand(write, how="Set it there.", by=cast.nadia)
        case "kind":
            actions.change_kind(before_write, to="general", by=cast.nadia)
        case "spam":
            actions.set_status(before_write, to="spam", by=actor_of(cast.nadia))
        case _:
            steps.set_shadow(KIND, "write", True, by=cast.lena)
            Step.objects.filter(pk=write.pk).update(next_try=timezone.now())
            steps.work_on(before_write.pk)
            write.refresh_from_db()
            assert (write.state, write.shadow) == ("done", True)
    let_the_ledger_try()
    assert len(trial.sent) == 1
    assert ExternalAction.objects.get().state == "cancelled"


def test_what_was_written_before_shadow_mode_began_was_written(cast: Cast, before_write: Ticket, trial: Trial) -> None:
    trial.answers = [outcomes.retry_later(0.0, "Salesforce does not answer.")]
    steps.work_on(before_write.pk)
    let_the_ledger_try()
    steps.set_shadow(KIND, "write", True, by=cast.lena)
    steps.work_on(before_write.pk)
    assert states(before_write) == "done done done done done done"
    assert steps.of(before_write)[4].shadow is False


def test_a_write_in_hand_is_waited_for(cast: Cast, before_write: Ticket, trial: Trial) -> None:
    trial.answers = [outcomes.retry_later(0.0, "Salesforce does not answer.")]
    steps.work_on(before_write.pk)
    ExternalAction.objects.update(state="running", claimed_until=timezone.now() + timedelta(minutes=1))
    with pytest.raises(Refused, match="written at this moment"):
        steps.skip(steps.of(before_write)[4], why="They withdrew it.", by=cast.nadia)
    assert states(before_write) == "done done done done ready later"


def test_a_write_that_somebody_cancelled_may_be_asked_for_again(cast: Cast, before_write: Ticket, trial: Trial) -> None:
    trial.answers = [outcomes.retry_later(0.0, "Salesforce does not answer.")]
    steps.work_on(before_write.pk)
    turn = steps.of(before_write)[4].ready
    ledger.cancel(ExternalAction.objects.get(), by=cast.lena, why="The record is wrong.")
    steps.work_on(before_write.pk)
    stuck = steps.current(before_write)
    assert stuck is not None
    assert (stuck.state, stuck.problem) == ("stuck", "It was cancelled.")
    steps.retry(stuck, by=cast.nadia)
    steps.work_on(before_write.pk)
    assert states(before_write) == "done done done done done done"
    key = f"{before_write.reference}.1.write"
    assert [one for one, _payload in trial.sent] == [key, f"{key}.2"]
    assert steps.of(before_write)[4].ready == turn  # how long it took counts from its turn


def test_a_fault_of_ours_becomes_a_sentence(opened: OpenTicket, trial: Trial) -> None:
    trial.say["read"] = lambda _at: 1 // 0
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    stuck = steps.current(ticket)
    assert stuck is not None
    assert stuck.state == "stuck"
    assert "ZeroDivisionError" in stuck.problem


def test_a_fault_in_a_look_does_not_spoil_the_reply(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    steps.confirm(steps.of(ticket)[2], {"verdict": "yes", "why": ""}, by=cast.nadia)
    trial.say["answer"] = lambda at: Step.objects.create(ticket=at.ticket, run=1, position=1, key=at.key)
    to = [actions.Recipient(address="katrin@northwind.example.com")]
    actions.reply(ticket, by=cast.nadia, body="Hello", to=to)
    assert ticket.messages.filter(visibility="reply").count() == 1
    assert states(ticket) == "done done done stuck later later"
    del trial.say["answer"]
    trial.came = True
    steps.heard(ticket, "envelope")  # what is stuck hears as well
    assert states(ticket) == "done done done done ready later"


def test_it_is_tried_ever_later_and_then_found_by_the_sweep(opened: OpenTicket, trial: Trial) -> None:
    def away(_at: At) -> None:
        raise Retry("The sheet cannot be read just now.")

    trial.say["read"] = away
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    steps.work_on(ticket.pk)  # too early
    assert trial.did == ["read"]
    assert ticket.pk not in sweeping.ready_tickets()
    Step.objects.filter(state="ready").update(next_try=timezone.now() - timedelta(seconds=1))
    assert sweeping.ready_tickets() == [ticket.pk]
    assert [event.verb for event in events_of(ticket)] == ["opened"]


@pytest.mark.django_db(transaction=True)
def test_a_step_that_takes_its_worker_with_it_stops(opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND)
    for _time in range(sweeping.MOST_LOST):
        dies_at("step claimed", partial(steps.work_on, ticket.pk))
        Step.objects.filter(state="running").update(claimed_until=timezone.now() - timedelta(seconds=1))
        sweeping.take_back_lost()
    stuck = steps.current(ticket)
    assert stuck is not None
    assert stuck.state == "stuck"
    assert "5 times" in stuck.problem


def test_an_early_answer_skips_the_rest(opened: OpenTicket, trial: Trial) -> None:
    def known(_at: At) -> Done:
        raise Finish("There is a letter in force.")

    trial.say["find"] = known
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    assert states(ticket) == "done done skipped skipped skipped skipped"
    assert {one.why for one in steps.of(ticket)[2:]} == {"There is a letter in force."}
    assert steps.current(ticket) is None


def test_what_is_not_needed_is_skipped_with_its_reason(before_write: Ticket, trial: Trial) -> None:
    trial.skip["write"] = "Nothing has to be written."  # known only after its turn had come
    steps.work_on(before_write.pk)
    assert states(before_write) == "done done done done skipped done"
    assert steps.of(before_write)[4].why == "Nothing has to be written."


def test_a_worker_is_not_interrupted_but_spam_ends_its_procedure(
    cast: Cast, before_write: Ticket, trial: Trial
) -> None:
    def meanwhile(at: At) -> Done:
        with pytest.raises(Refused, match="A worker is at it"):
            steps.skip(at.step, why="No", by=cast.nadia)
        usual = trial._write(at)
        actions.set_status(at.ticket, to="spam", by=actor_of(cast.nadia))
        return usual

    trial.say["write"] = meanwhile
    steps.work_on(before_write.pk)
    assert states(before_write) == "done done done done skipped skipped"
    write = steps.of(before_write)[4]
    assert write.data["changes"][0]["field"] == "Status"  # what was done at the vendor is not forgotten
    assert events_of(before_write).filter(verb="step done too late").count() == 1


def test_what_could_not_be_written_in_time_is_not_told_as_written(
    cast: Cast, before_write: Ticket, trial: Trial
) -> None:
    def meanwhile(at: At) -> Done:
        actions.change_kind(at.ticket, to="general", by=cast.nadia)
        return trial._write(at)

    trial.say["write"] = meanwhile
    trial.answers = [outcomes.retry_later(0.0, "Salesforce does not answer.")]
    steps.work_on(before_write.pk)
    assert not events_of(before_write).filter(verb="step done too late").exists()
    let_the_ledger_try()
    assert len(trial.sent) == 1


def test_a_worker_that_claims_in_the_same_moment_stops_no_verb(
    cast: Cast, before_write: Ticket, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "withdraw", lambda *_steps, **_why: working._claim(before_write.pk))
    actions.set_status(before_write, to="spam", by=actor_of(cast.nadia))
    assert states(before_write) == "done done done done skipped skipped"


def test_each_move_is_in_the_table(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    done = steps.of(ticket)[0]
    with pytest.raises(Refused, match="cannot become"):
        steps.moves.move(done, "stuck", problem="No")
    stale = steps.of(ticket)[2]
    steps.skip(steps.of(ticket)[2], why="Not needed", by=cast.nadia)
    with pytest.raises(Refused, match="moved on"):
        steps.moves.move(stale, "stuck", problem="No")


def test_stuck_is_told_once_for_each_sentence(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    def stuck(_at: At) -> None:
        raise Stuck("Choose an account.")

    trial.say["answer"] = stuck
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    steps.confirm(steps.of(ticket)[2], {"verdict": "yes", "why": ""}, by=cast.nadia)
    steps.heard(ticket, "envelope")
    assert events_of(ticket).filter(verb="step stuck").count() == 1
