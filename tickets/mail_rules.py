"""Mails that a higher floor knows better than the desk: its rule may take one before anything else is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mail.models import IncomingMail
from tickets.actions import FilePart
from tickets.models import Ticket


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a rule has made of a mail: the ticket it is kept on, opened for it or not, and why."""

    ticket: Ticket
    opened: bool
    why: str


Files = Callable[[], Sequence[FilePart]]
Rule = Callable[[IncomingMail, Files], Taken | None]
_rules: list[Rule] = []


def register(rule: Rule) -> None:
    """`rule(incoming, files)` keeps the mail on a ticket, or gives None: then it is the desk's as ever."""
    _rules.append(rule)


def taken(incoming: IncomingMail, files: Files) -> Taken | None:
    return next((found for rule in _rules if (found := rule(incoming, files)) is not None), None)
