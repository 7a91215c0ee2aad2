"""How far a request is, in a partner's words: received, in progress, done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loa.partner_side import Mark, Shown
from portal.words import by_when
from tickets.models import Status, Ticket
from tickets.models.ticket import ENDED
from web import times

State = Literal["done", "current", "later", "stopped"]

_STATES: dict[str, Promise] = {
    Status.NEW: gettext_lazy("Received"),
    Status.OPEN: gettext_lazy("In progress"),
    Status.PENDING_PARTNER: gettext_lazy("Waiting for you"),
    Status.PENDING_INTERNAL: gettext_lazy("In progress"),
    Status.ON_HOLD: gettext_lazy("On hold"),
    Status.SOLVED: gettext_lazy("Done"),
    Status.CLOSED: gettext_lazy("Done"),
    Status.MERGED: gettext_lazy("Joined with another request"),
    Status.SPAM: gettext_lazy("Closed"),
}
# Name of the middle stage and of the last, where a kind has better words than "In progress" and "Done".
_STAGES: dict[str, tuple[Promise, Promise]] = {
    "service_attach": (gettext_lazy("Being checked"), gettext_lazy("Registration closed")),
    "loa": (gettext_lazy("Being checked"), gettext_lazy("Decided")),  # until DocuSign has told us of it
    "nfr": (gettext_lazy("Being checked"), gettext_lazy("Licence ready")),
    "certification_report": (gettext_lazy("Being made"), gettext_lazy("Report sent")),
    "invoice": (gettext_lazy("Being looked up"), gettext_lazy("Answered")),
    "account_owner": (gettext_lazy("Being looked up"), gettext_lazy("Answered")),
}
_SAME: tuple[Promise, Promise] = (gettext_lazy("In progress"), gettext_lazy("Done"))


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One column of the stepper."""

    name: str
    line: str
    state: State


def state_words(status: str) -> str:
    return str(_STATES.get(status, status))


def stages(ticket: Ticket, letter: Shown | None = None) -> list[Stage]:
    """The columns of the stepper; a letter has its own."""
    if letter is not None:
        return [_of_letter(mark) for mark in letter.marks]
    middle, last = _STAGES.get(ticket.kind, _SAME)
    ended = ticket.status in ENDED
    return [
        Stage(name=_("Received"), line=times.when(ticket.created), state="done"),
        _middle(ticket, str(middle), ended=ended),
        Stage(name=_last_name(ticket, str(last)), line=_end(ticket), state="done" if ended else "later"),
    ]


def heading(ticket: Ticket, *, answered: bool, letter: Shown | None = None) -> str:
    """What the page says first."""
    if ticket.status == Status.PENDING_PARTNER:
        return _("We need your answer")
    if letter is not None and letter.heading and ticket.status not in {Status.MERGED, Status.SPAM}:
        return letter.heading
    if ticket.status in {Status.SOLVED, Status.CLOSED}:
        return _("Your request is done")
    if ticket.status == Status.MERGED:
        return _("Your request goes on in another one")
    if ticket.status == Status.SPAM:
        return _("Your request is closed")
    return _("We have answered you") if answered else _("Thank you, we have your request")


def promised(ticket: Ticket) -> datetime | None:
    """When the first answer comes, while that is still ahead."""
    due = ticket.first_reply_due
    return due if due and due > timezone.now() else None


def _of_letter(mark: Mark) -> Stage:
    line = mark.line or (times.when(mark.at) if mark.at and mark.state != "later" else "")
    if not line and mark.until and mark.until > timezone.now():
        line = _("expected %(when)s") % {"when": by_when(mark.until)}
    return Stage(name=mark.name, line=line, state=mark.state)


def _middle(ticket: Ticket, name: str, *, ended: bool) -> Stage:
    if ended:
        return Stage(name=name, line="", state="done")
    if ticket.status == Status.NEW:
        return Stage(name=name, line=_first_answer(ticket), state="later")
    if ticket.status in {Status.PENDING_PARTNER, Status.ON_HOLD}:
        return Stage(name=state_words(ticket.status), line=_who(ticket), state="current")
    return Stage(name=name, line=_who(ticket), state="current")


def _first_answer(ticket: Ticket) -> str:
    if ticket.first_reply_due is None:
        return ""
    due = promised(ticket)
    if due is None:
        return _("Later than we promised; you hear from us soon")
    return _("First answer %(when)s") % {"when": by_when(due)}


def _who(ticket: Ticket) -> str:
    return _("%(name)s is on it") % {"name": ticket.assignee.get_short_name()} if ticket.assignee else ""


def _last_name(ticket: Ticket, name: str) -> str:
    return state_words(ticket.status) if ticket.status in {Status.MERGED, Status.SPAM} else name


def _end(ticket: Ticket) -> str:
    ended: datetime | None = ticket.solved or ticket.closed
    if ticket.status in ENDED:
        return times.when(ended) if ended else ""
    if ticket.status in {Status.PENDING_PARTNER, Status.ON_HOLD} or ticket.resolution_due is None:
        return ""
    if ticket.resolution_due < timezone.now():
        return ""
    return _("expected %(when)s") % {"when": by_when(ticket.resolution_due)}
