"""Doing what a row asks for: claim by lease, work outside any transaction, record what became of it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Final

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import breaker, calls, outcomes, policy, settling
from integrations.errors import BREAKER_OPEN, VendorError
from integrations.models import ErrorClass, ExternalAction
from integrations.outcomes import Outcome
from integrations.registry import Operation, operations
from web import failpoints

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=120)  # longer than any task may run
UNKNOWN_OPERATION: Final = 60.0


def perform(pk: int) -> Outcome:
    """Does it if it is due and nobody else has it; says in every case how the row stands."""
    action = ExternalAction.objects.get(pk=pk)
    if action.state != ExternalAction.State.WAITING:
        return standing(action)
    operation = operations.get(action.operation)
    held = _held_back(operation) if operation else None
    if held is not None:
        return settling.postpone(action, held)
    if not _claim(action):
        return standing(ExternalAction.objects.get(pk=pk))
    failpoints.reach("action claimed")
    return _work(action, operation)


def standing(action: ExternalAction) -> Outcome:
    """What a row says for itself."""
    match action.state:
        case ExternalAction.State.DONE if action.already:
            return outcomes.already(action.vendor_ref, data=action.result)
        case ExternalAction.State.DONE:
            return outcomes.done(action.vendor_ref, data=action.result)
        case ExternalAction.State.REFUSED:
            return outcomes.refused(action.error_code, action.last_error, action.result)
        case ExternalAction.State.CANCELLED:
            return outcomes.refused("CANCELLED", _("It was cancelled."))
        case ExternalAction.State.RUNNING:
            return outcomes.retry_later(5.0, _("Another worker is at it."))
        case _:
            wait = max(1.0, (action.next_try - timezone.now()).total_seconds())
            return outcomes.retry_later(wait, action.last_error, action.error_code)


def _held_back(operation: Operation) -> VendorError | None:
    """The vendor is left in peace: the row waits as long as that, and it is no attempt."""
    for name in operation.breakers:
        found = breaker.state(name)
        if found.open and found.seconds:
            kind = ErrorClass(found.kind)
            return VendorError(operation.vendor, kind, BREAKER_OPEN, found.why, retry_after=found.seconds)
    return None


def _claim(action: ExternalAction) -> bool:
    """By the database's clock; whoever finds the row locked leaves it to the other."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [LEASE.total_seconds(), action.pk])
        row = cursor.fetchone()
    if row is None:
        return False
    action.state, action.attempts, action.claimed_until = ExternalAction.State.RUNNING, row[0], row[1]
    return True


def _work(action: ExternalAction, operation: Operation | None) -> Outcome:
    """Turns whatever happens into an outcome that is written down."""
    if operation is None:
        log.error("this worker does not know how to do %s", action.operation)
        words = _("The worker that looked at it does not know how to do this.")
        return settling.settle(action, outcomes.retry_later(UNKNOWN_OPERATION, words, "UNKNOWN_OPERATION"))
    outcome, kind = _done(action, operation)
    failpoints.reach("action done at vendor")
    if outcome.kind is outcomes.ALREADY and action.doubts:
        outcome = replace(outcome, kind=outcomes.DONE)  # it was us, one of the times before
    return settling.settle(action, outcome, kind=kind)


def _done(action: ExternalAction, operation: Operation) -> tuple[Outcome, str]:
    """The outcome, and the class of the failure behind it."""
    try:
        with calls.piece_of_work():
            return operation.work(action.payload, key=action.key), ""
    except VendorError as problem:
        return _after(problem, action), problem.kind.value
    except SoftTimeLimitExceeded:
        words = _("It took too long.")
        return policy.unknown(words, doubts=action.doubts, code="TOO_LONG"), ErrorClass.AMBIGUOUS.value
    except (DatabaseError, InterfaceError):
        settling.give_back(action)
        raise  # the sweep tries again
    except OSError:
        words = _("The file store does not answer.")
        return outcomes.retry_later(policy.slow(action.attempts), words, "FILE_STORE"), ErrorClass.BUSY.value
    except Exception as problem:
        log.exception("%s failed for action %s", action.operation, action.pk)
        words = _("The desk could not do this (%(problem)s).") % {"problem": type(problem).__name__}
        return outcomes.refused("DESK_ERROR", words), ""


def _after(problem: VendorError, action: ExternalAction) -> Outcome:
    if problem.code == BREAKER_OPEN:  # nobody was asked
        action.attempts = max(0, action.attempts - 1)
        return outcomes.retry_later(problem.retry_after or breaker.REST, problem.words, BREAKER_OPEN)
    return policy.outcome_of(problem, attempts=action.attempts, doubts=action.doubts)


_CLAIM: Final = """
UPDATE integrations_externalaction AS action
SET state = 'running', attempts = attempts + 1, claimed_until = statement_timestamp() + make_interval(secs => %s)
WHERE id = (SELECT id FROM integrations_externalaction
            WHERE id = %s AND state = 'waiting' AND next_try <= statement_timestamp() FOR UPDATE SKIP LOCKED)
RETURNING attempts, claimed_until
"""
