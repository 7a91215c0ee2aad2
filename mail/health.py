"""How reading our mailboxes goes, in sentences: for the lamp, the recorder and the page of mailboxes (R-05)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.imap import lock
from mail.imap.watching import IDLE_FOR
from mail.models import FetchState, Mailbox
from web import times

LATE: Final = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One mailbox: whether it is fetched, when that last worked, and what is wrong with it."""

    mailbox: Mailbox
    state: FetchState | None
    problem: str
    missing: int

    @property
    def fetched(self) -> bool:
        return is_fetched(self.mailbox)

    @property
    def last_read(self) -> datetime | None:
        return self.state.last_success if self.state else None

    @property
    def note(self) -> str:
        """Something a person should know that keeps nothing else from coming."""
        return self.state.problem if self.state and self.fetched and not self.problem else ""

    @property
    def failing(self) -> bool:
        return bool(self.problem)


def is_fetched(mailbox: Mailbox) -> bool:
    return bool(mailbox.active and mailbox.imap_host)


def readings() -> list[Reading]:
    """Every active mailbox, the default one first; two queries."""
    return readings_of(Mailbox.objects.filter(active=True).select_related("fetching"))


def readings_of(mailboxes: Iterable[Mailbox]) -> list[Reading]:
    rows = list(mailboxes)
    attended = lock.taken() if any(map(is_fetched, rows)) else set()
    return [reading_of(mailbox, attended=mailbox.pk in attended) for mailbox in rows]


def reading_of(mailbox: Mailbox, *, attended: bool) -> Reading:
    """`attended`: a program is connected to it right now."""
    state: FetchState | None = getattr(mailbox, "fetching", None)
    fetched = is_fetched(mailbox)
    late = LATE + timedelta(seconds=IDLE_FOR) if attended else LATE
    return Reading(
        mailbox=mailbox,
        state=state,
        problem=problem_of(mailbox, state, now=timezone.now(), late=late) if fetched else "",
        missing=len(state.missing) if state and fetched else 0,
    )


def problem_of(mailbox: Mailbox, state: FetchState | None, *, now: datetime, late: timedelta) -> str:
    """What keeps mail from being fetched, in a sentence; empty when nothing does."""
    if state is not None and state.failing_since:
        return state.problem or _("%(address)s cannot be read.") % {"address": mailbox.address}
    last = state.last_success if state else None
    if last is None:
        return _("%(address)s has not been read yet.") % {"address": mailbox.address}
    if now - last > late:
        return _("%(address)s was last read %(when)s. The program that reads it may have stopped.") % {
            "address": mailbox.address,
            "when": times.ago(last, now=now),
        }
    return ""


def missing_words(reading: Reading) -> str:
    """Messages the server has and we have not; empty when there are none."""
    if not reading.missing:
        return ""
    words = ngettext(
        "%(count)d message in %(address)s is not stored here.",
        "%(count)d messages in %(address)s are not stored here.",
        reading.missing,
    )
    return words % {"count": reading.missing, "address": reading.mailbox.address}
