"""Fetching a mailbox now, counting what lies there, and how it goes: what pages, jobs and commands ask for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from django.db.models import QuerySet

from mail.imap import fetching, lock, states, trouble
from mail.imap.session import Session
from mail.imap.states import state_of
from mail.imap.trouble import Lost, Trouble
from mail.models import FetchState, Mailbox

__all__ = ["fetch", "fetched", "reconcile", "state_of", "try_now"]

PATIENCE_OF_A_PAGE = 20.0


def fetched() -> QuerySet[Mailbox]:
    """The mailboxes mail is fetched from."""
    return Mailbox.objects.filter(active=True).exclude(imap_host="")


def try_now(mailbox: Mailbox) -> FetchState:
    """Tries at once, whatever pause is on; somebody who is at it already is left alone. The row says how it went."""
    state = fetch(mailbox, seconds=PATIENCE_OF_A_PAGE)
    if state is None:
        states.write(state_of(mailbox), next_try=None)
    return state or state_of(mailbox)


def reconcile(mailbox: Mailbox) -> FetchState:
    """Counts what lies there against what is stored and fetches what is missing.

    While somebody else fetches, it is only counted: they fetch what is missing on their next visit.
    """
    state = fetch(mailbox, seconds=PATIENCE_OF_A_PAGE, recount=True)
    return state or _counted(mailbox)


def fetch(mailbox: Mailbox, *, seconds: float, recount: bool = False) -> FetchState | None:
    """One visit of about so many seconds; None when somebody else is at this mailbox."""
    with lock.held(mailbox.pk) as mine:
        if mine is None:
            return None
        mailbox = Mailbox.objects.get(pk=mailbox.pk)
        state = state_of(mailbox)
        ended = fetching.deadline(seconds)
        attempt(state, lambda: _visited(mailbox, state, ended=ended, recount=recount))
        return state


def attempt(state: FetchState, work: Callable[[], object]) -> bool:
    """Trouble becomes a sentence in the row and a time to try again."""
    try:
        work()
    except Trouble as problem:
        states.failed(state, problem)
        return False
    except Lost as loss:
        states.failed(state, trouble.broke(loss.error))
        return False
    return True


def _visited(mailbox: Mailbox, state: FetchState, *, ended: Callable[[], bool], recount: bool) -> None:
    with closing(Session(mailbox)) as session:
        fetching.Visit(session, state, ended=ended).run(recount=recount)


def _counted(mailbox: Mailbox) -> FetchState:
    """Beside somebody who fetches; what goes wrong is only told, the row is theirs."""
    state = state_of(mailbox)
    try:
        session = Session(mailbox, readonly=True)
        with closing(session):
            if session.epoch == state.uidvalidity:
                fetching.count(session, state)
    except Trouble as problem:
        state.problem = problem.sentence
    except Lost as loss:
        state.problem = trouble.broke(loss.error).sentence
    return state
