"""Who has the turn while Support works on it: the ticket says it, its clock counts it as theirs."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from journal.record import DESK, actor_of
from tickets.actions.core import changed, set_status_of
from tickets.models import Status
from tickets.procedures import At

_TAKEN: Final = frozenset({Status.NEW, Status.OPEN, Status.PENDING_PARTNER})  # what a person has put on hold stays so


def to_support(at: At) -> None:
    """Nobody waits for the partner any more: what was promised runs on."""
    if at.ticket.status in _TAKEN:
        _set(at, Status.PENDING_INTERNAL, why=_("Support is asked."))


def back(at: At) -> None:
    """Support has answered: a person has to go on with it."""
    if at.ticket.status == Status.PENDING_INTERNAL:
        _set(at, Status.OPEN, why=_("Support has answered."))


def _set(at: At, status: str, *, why: str) -> None:
    """The caller holds the ticket, and is the step that would hear it."""
    before = {"status": at.ticket.status}
    set_status_of(at.ticket, status)
    by = actor_of(at.by) if at.by else DESK
    verb = "set in progress" if status == Status.OPEN else "moved"
    changed(at.ticket, verb, by=by, before=before, after={"status": status}, why=why)
