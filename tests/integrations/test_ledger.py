"""Writes at vendors are rows first: done once, or waiting with a reason, or refused in words (F-08, R-01)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from integrations import breaker, calls, ledger, outcomes, performing, policy, settling, tasks
from integrations.errors import BREAKER_OPEN, VendorError
from integrations.models import Call, ErrorClass, ExternalAction
from journal.record import events_of
from tests.conftest import Cast
from tests.integrations.conftest import Counting
from web import nudging

pytestmark = pytest.mark.django_db
State = ExternalAction.State


def problem(kind: ErrorClass, *, code: str = "CODE", retry_after: float | None = None) -> VendorError:
    return VendorError("salesforce", kind, code, "It says no.", retry_after=retry_after)


def queued(counting: Counting, key: str = "PHD-1/step", **more: Any) -> ExternalAction:
    return ledger.queue(key=key, operation=counting.name, payload={"deal": "1"}, about="PHD-1", **more)


def due(action: ExternalAction) -> None:
    ExternalAction.objects.filter(pk=action.pk).update(next_try=Now())


def test_a_write_is_done_once_with_an_event_and_whoever_waited_is_told(
    counting: Counting, finished: list[tuple[str, str]], cast: Cast
) -> None:
    """F-08."""
    action = queued(counting, by=cast.nadia)
    assert queued(counting, by=cast.nadia).pk == action.pk
    assert ledger.perform(action.pk) == outcomes.done("ref-1")
    assert ledger.perform(action.pk).kind is outcomes.DONE
    action.refresh_from_db()
    assert (action.state, action.vendor_ref, action.attempts, action.already) == (State.DONE, "ref-1", 1, False)
    assert len(counting.seen) == 1
    assert finished == [("PHD-1/step", "done")]
    (event,) = events_of(action)
    assert (event.actor, event.verb, event.after["about"]) == (cast.nadia, "salesforce done", "PHD-1")


def test_the_same_key_for_something_else_is_a_mistake(counting: Counting) -> None:
    queued(counting)
    with pytest.raises(ledger.KeyTaken):
        ledger.queue(key="PHD-1/step", operation=counting.name, payload={"deal": "2"})


@pytest.mark.parametrize(
    ("kind", "after", "least", "most"),
    [
        (ErrorClass.LOCK, None, 0.3, 0.7),
        (ErrorClass.BUSY, None, 2.0, 8.0),
        (ErrorClass.BUSY, 90.0, 89.0, 91.0),
        (ErrorClass.AMBIGUOUS, None, 1.5, 2.5),
        (ErrorClass.AUTH, None, 599.0, 601.0),
    ],
)
def test_each_class_waits_in_its_own_way_and_says_why(
    counting: Counting, kind: ErrorClass, after: float | None, least: float, most: float
) -> None:
    """F-08, vendors.md §6."""
    counting.next_ = [problem(kind, retry_after=after)]
    action = queued(counting)
    outcome = ledger.perform(action.pk)
    action.refresh_from_db()
    assert outcome.kind in {outcomes.RETRY_LATER, outcomes.UNKNOWN}
    assert (action.state, action.error_class, action.error_code) == (State.WAITING, kind, "CODE")
    assert action.last_error == "It says no."
    assert least <= (action.next_try - timezone.now()).total_seconds() <= most
    due(action)
    assert ledger.perform(action.pk).worked
    action.refresh_from_db()
    assert (action.state, action.last_error, action.error_class) == (State.DONE, "", "")


def test_a_limit_waits_for_the_next_hour(counting: Counting) -> None:
    """F-08: REQUEST_LIMIT_EXCEEDED."""
    counting.next_ = [problem(ErrorClass.LIMIT)]
    action = queued(counting)
    ledger.perform(action.pk)
    action.refresh_from_db()
    assert abs((action.next_try - timezone.now()).total_seconds() - breaker.until_next_hour()) < 2


def test_a_lock_is_tried_five_times_quickly_and_then_slowly(counting: Counting) -> None:
    """F-08: UNABLE_TO_LOCK_ROW."""
    counting.next_ = [problem(ErrorClass.LOCK) for _ in range(5)]
    action = queued(counting)
    waits = []
    for _ in range(5):
        waits.append(ledger.perform(action.pk).after)
        due(action)
    assert all(0.75 * 0.5 * 2**n <= wait <= 1.25 * 0.5 * 2**n for n, wait in enumerate(waits[:4]))
    assert waits[4] >= 40
    assert ledger.perform(action.pk).worked


def test_the_slow_pace_ends_at_ten_minutes() -> None:
    assert all(300 <= policy.slow(attempts) <= 600 for attempts in (9, 20, 100_000))


def test_what_the_vendor_refuses_waits_for_a_person_who_may_try_again(
    counting: Counting, finished: list[tuple[str, str]], cast: Cast
) -> None:
    """F-08: a validation rule, a duplicate."""
    counting.next_ = [problem(ErrorClass.PERMANENT, code="DUPLICATES_DETECTED")]
    action = queued(counting)
    assert ledger.perform(action.pk) == outcomes.refused("DUPLICATES_DETECTED", "It says no.")
    action.refresh_from_db()
    assert (action.state, action.last_error) == (State.REFUSED, "It says no.")
    assert ledger.perform(action.pk).kind is outcomes.REFUSED
    again = ledger.try_again(action, by=cast.lena)
    assert (again.state, again.attempts, again.last_error) == (State.WAITING, 0, "")
    assert ledger.perform(action.pk).worked
    assert finished == [("PHD-1/step", "refused"), ("PHD-1/step", "done")]
    verbs = [event.verb for event in events_of(action)]
    assert verbs == ["salesforce refused", "asked for again", "salesforce done"]


def test_what_nobody_can_say_is_looked_at_again_but_not_for_ever(counting: Counting, cast: Cast) -> None:
    """F-08: nothing stays stuck without a visible reason."""
    counting.next_ = [problem(ErrorClass.AMBIGUOUS) for _ in range(8)]
    action = queued(counting)
    for _ in range(8):
        outcome = ledger.perform(action.pk)
        due(action)
    assert outcome.kind is outcomes.REFUSED
    assert "8 times" in outcome.words
    assert ledger.try_again(action, by=cast.lena).doubts == 1
    counting.next_ = [outcomes.already("ref-1")]
    assert ledger.perform(action.pk).kind is outcomes.DONE


def test_after_a_long_outage_a_lost_answer_is_still_looked_at_again(counting: Counting) -> None:
    """F-08: what was never sent counts for nothing, and what the look then finds was our doing."""
    away, lost = problem(ErrorClass.BUSY), problem(ErrorClass.AMBIGUOUS)
    counting.next_ = [*[away] * 9, lost, away, outcomes.already("ref-1")]
    action = queued(counting)
    for _ in range(12):
        outcome = ledger.perform(action.pk)
        due(action)
    assert outcome == outcomes.done("ref-1")
    action.refresh_from_db()
    assert (action.state, action.already, action.attempts, action.doubts) == (State.DONE, False, 12, 1)


def test_a_cancelled_write_is_not_done(counting: Counting, finished: list[tuple[str, str]], cast: Cast) -> None:
    action = ledger.cancel(queued(counting), by=cast.nadia, why="Not wanted.")
    assert action.state == State.CANCELLED
    assert ledger.perform(action.pk).kind is outcomes.REFUSED
    assert not counting.seen
    assert finished == [("PHD-1/step", "cancelled")]
    assert [event.why for event in events_of(action)] == ["Not wanted."]


def test_while_the_breaker_is_open_rows_wait_and_go_on_by_themselves(counting: Counting) -> None:
    """F-08: agents work on, what waits says so and resumes."""
    breaker.failed("salesforce", ErrorClass.AUTH, why="Signing in is refused.")
    action = queued(counting)
    assert ledger.perform(action.pk).code == BREAKER_OPEN
    action.refresh_from_db()
    assert (action.state, action.attempts, action.last_error) == (State.WAITING, 0, "Signing in is refused.")
    assert (action.next_try - timezone.now()).total_seconds() > 500
    breaker.close("salesforce")
    tasks.resume("salesforce")
    assert ledger.perform(action.pk).worked


def test_the_sweep_wakes_once_for_each_time_a_row_is_due(counting: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-08: after an outage workers have more to do than they can; no heap of nudges grows before others' work."""
    action, woken = queued(counting), list[int]()
    monkeypatch.setattr(nudging, "publish", lambda _task, args, **_more: woken.append(args[0]))
    tasks.sweep()
    tasks.sweep()
    assert woken == [action.pk]
    due(action)
    tasks.sweep()
    assert woken == [action.pk] * 2


def test_a_row_of_a_dead_worker_is_taken_back(counting: Counting) -> None:
    """F-01: the worker died in the middle; the next one looks before it writes."""
    action = queued(counting)
    assert performing._claim(action)
    tasks.sweep()
    assert ledger.perform(action.pk).kind is outcomes.RETRY_LATER  # somebody has it
    ExternalAction.objects.filter(pk=action.pk).update(claimed_until=Now() - timedelta(seconds=1))
    tasks.sweep()
    action.refresh_from_db()
    assert (action.state, action.error_class, action.claimed_until) == (State.WAITING, ErrorClass.AMBIGUOUS, None)
    assert action.last_error
    due(action)
    assert ledger.perform(action.pk).worked


def test_a_worker_that_lost_its_claim_changes_nothing(counting: Counting, finished: list[tuple[str, str]]) -> None:
    """F-12: the lease was over; whoever has the row now decides."""
    action = queued(counting)

    def slow() -> outcomes.Outcome:
        ExternalAction.objects.filter(pk=action.pk).update(claimed_until=Now() + timedelta(seconds=7))
        return outcomes.done("late")

    counting.next_ = [slow]
    ledger.perform(action.pk)
    action.refresh_from_db()
    assert (action.state, action.vendor_ref) == (State.RUNNING, "")
    assert not finished


@pytest.mark.parametrize("error", [SoftTimeLimitExceeded(), ZeroDivisionError()])
def test_whatever_happens_the_row_says_it(counting: Counting, error: Exception) -> None:
    """F-08."""
    counting.next_ = [error]
    action = queued(counting)
    outcome = ledger.perform(action.pk)
    action.refresh_from_db()
    assert action.state in {State.WAITING, State.REFUSED}
    assert outcome.words
    assert action.last_error == outcome.words


def test_a_callback_that_fails_does_not_undo_what_was_done(counting: Counting, finished: list[tuple[str, str]]) -> None:
    settling._callbacks.insert(0, lambda action: action.missing)  # type: ignore[attr-defined]
    action = queued(counting)
    assert ledger.perform(action.pk).worked
    action.refresh_from_db()
    assert action.state == State.DONE
    assert finished


def test_no_vendor_is_called_inside_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError), calls.record("salesforce", method="GET"):
        pass


def test_calls_of_one_piece_of_work_belong_together_and_are_forgotten_after_a_month() -> None:
    with calls.piece_of_work() as one, calls.piece_of_work():
        for _ in range(2):
            with calls.doing("query Account"), calls.record("salesforce", method="GET") as measured:
                measured.status = 200
    with pytest.raises(VendorError), calls.record("salesforce", method="GET"):
        raise problem(ErrorClass.LOCK)
    newest, *first = Call.objects.all()
    assert {call.correlation for call in first} == {one}
    assert newest.correlation != one
    assert (newest.error_class, newest.error_code, first[0].operation) == ("lock", "CODE", "query Account")
    Call.objects.filter(correlation=one).update(created=Now() - timedelta(days=31))
    assert calls.forget_old() == 2
    assert Call.objects.get() == newest


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_one_row_do_it_once(counting: Counting) -> None:
    """F-13."""
    action = queued(counting)
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        ledger.perform(action.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counting.seen) == 1
    action.refresh_from_db()
    assert (action.state, action.attempts) == (State.DONE, 1)
