"""The row that says how fetching a mailbox goes; each writer touches its own fields only."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import ngettext

from mail.imap.trouble import Trouble
from mail.models import FetchState, IncomingMail, Mailbox

log = logging.getLogger(__name__)

FIRST_PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(minutes=15)
FIRST_LASTING: Final = timedelta(minutes=5)
LONGEST_LASTING: Final = timedelta(hours=1)
RECOUNT_AFTER: Final = timedelta(hours=1)
RETRY_AFTER: Final = timedelta(minutes=10)  # while something is missing
ASKED_AT_ONCE: Final = 5000


def state_of(mailbox: Mailbox) -> FetchState:
    return FetchState.objects.get_or_create(mailbox=mailbox)[0]


def write(state: FetchState, **values: Any) -> None:
    FetchState.objects.filter(pk=state.pk).update(**values)
    for name, value in values.items():
        setattr(state, name, value)


def succeeded(state: FetchState, *, note: str) -> None:
    """A whole visit: everything there is stored, but for what `note` or the skipped ones say."""
    now = timezone.now()
    write(
        state,
        last_success=now,
        backfilled=state.backfilled or now,
        failing_since=None,
        failures=0,
        next_try=None,
        problem=note or left_out(state),
        error="",
    )


def interrupted(state: FetchState) -> None:
    """Nothing is wrong, and not everything was fetched."""
    write(state, failing_since=None, failures=0, next_try=None, problem=left_out(state), error="")


def failed(state: FetchState, trouble: Trouble) -> None:
    """When to try again: pauses grow, with some chance in them so that many do not come back at once."""
    now, failures = timezone.now(), state.failures + 1
    write(
        state,
        failing_since=state.failing_since or now,
        failures=failures,
        next_try=now + pause(failures, lasting=trouble.lasting),
        problem=trouble.sentence,
        error=trouble.error,
    )
    level = logging.ERROR if trouble.lasting and failures == 1 else logging.WARNING
    log.log(level, "mailbox %s: %s (%s)", state.mailbox, trouble.sentence, trouble.error)


def pause(failures: int, *, lasting: bool) -> timedelta:
    first, longest = (FIRST_LASTING, LONGEST_LASTING) if lasting else (FIRST_PAUSE, LONGEST_PAUSE)
    whole: timedelta = min(longest, first * 2 ** min(failures - 1, 20))
    return whole * random.uniform(0.75, 1.0)  # noqa: S311 - no secret


def left_out(state: FetchState) -> str:
    count = len(state.skipped)
    if not count:
        return ""
    return ngettext(
        "The mail server could not give us %(count)d message. Everything else is here; we go on trying.",
        "The mail server could not give us %(count)d messages. Everything else is here; we go on trying.",
        count,
    ) % {"count": count}


def is_due(state: FetchState, *, now: datetime | None = None) -> bool:
    return state.next_try is None or state.next_try <= (now or timezone.now())


def is_recount_due(state: FetchState) -> bool:
    after = RETRY_AFTER if state.missing or state.skipped else RECOUNT_AFTER
    return state.reconciled is None or state.reconciled + after <= timezone.now()


def stored(mailbox: Mailbox, epoch: int, uids: list[int]) -> set[int]:
    """Which of these are in the database."""
    rows = IncomingMail.objects.filter(mailbox=mailbox, uidvalidity=epoch)
    found: set[int] = set()
    for start in range(0, len(uids), ASKED_AT_ONCE):
        found.update(
            uid for uid in rows.filter(uid__in=uids[start : start + ASKED_AT_ONCE]).values_list("uid", flat=True) if uid
        )
    return found
