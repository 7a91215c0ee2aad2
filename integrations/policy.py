"""What a failure means for a write that waits (vendors.md §6): when it is tried again, or that a person decides."""

from __future__ import annotations

import random
from typing import Final

from django.utils.translation import gettext as _

from integrations import breaker, outcomes
from integrations.errors import VendorError
from integrations.models import ErrorClass
from integrations.outcomes import Outcome

LOCK_TRIES: Final = 5
UNKNOWN_TRIES: Final = 8
LONGEST: Final = 600.0
LONGEST_ASKED_FOR: Final = 86_400.0
LOOK_AGAIN: Final = 2.0  # what was sent may still be on its way into the vendor's records


def outcome_of(problem: VendorError, *, attempts: int, doubts: int) -> Outcome:
    """`attempts` counts this one; `doubts` are those before it after which nobody could say whether it was done."""
    match problem.kind:
        case ErrorClass.PERMANENT:
            return outcomes.refused(problem.code, problem.words)
        case ErrorClass.AMBIGUOUS:
            return unknown(problem.words, doubts=doubts, code=problem.code)
        case ErrorClass.LOCK if attempts < LOCK_TRIES:
            return outcomes.retry_later(quick(attempts), problem.words, problem.code)
        case ErrorClass.LIMIT:
            return outcomes.retry_later(breaker.until_next_hour(), problem.words, problem.code)
        case ErrorClass.AUTH:
            return outcomes.retry_later(breaker.REST_WITHOUT_SIGN_IN, problem.words, problem.code)
        case _:
            asked = min(problem.retry_after or 0.0, LONGEST_ASKED_FOR)
            return outcomes.retry_later(max(asked, slow(attempts)), problem.words, problem.code)


def unknown(words: str, *, doubts: int, code: str) -> Outcome:
    """We look again, however long the vendor was away before; after eight of these a person looks there."""
    doubts += 1
    if doubts >= UNKNOWN_TRIES:
        ending = _("It was tried %(count)d times and nobody can say whether it was done: look there, then try again.")
        return outcomes.refused(code, f"{words} {ending % {'count': doubts}}")
    return outcomes.unknown(words, after=LOOK_AGAIN if doubts < 2 else slow(doubts - 1), code=code)


def quick(attempts: int) -> float:
    """0.5·2ⁿ seconds, spread."""
    return float(0.5 * 2 ** (attempts - 1) * random.uniform(0.75, 1.25))  # noqa: S311 - spread, no secret


def slow(attempts: int) -> float:
    """5·2ⁿ seconds ± 50 %, ten minutes at most."""
    return float(min(5 * 2 ** min(attempts - 1, 10) * random.uniform(0.5, 1.5), LONGEST))  # noqa: S311
