"""Where higher floors join in: when a ticket opens or its partner changes, and where a mail belongs to what they know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mail.models import IncomingMail
from people.models import ChannelManager
from tickets.actions.shapes import FilePart
from tickets.models import Ticket

ManagerRule = Callable[[Ticket], ChannelManager | None]
Opened = Callable[[Ticket], None]



@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a rule has made of a mail: the ticket it is kept on, opened for it or not, and why."""

    ticket: Ticket
    opened: bool
    why: str


MailRule = Callable[[IncomingMail, Callable[[], Sequence[FilePart]]], Taken | None]

_mail_rules: list[MailRule] = []
_opened: list[Opened] = []
_manager_rules: list[ManagerRule] = []


def on_opened(listener: Opened) -> None:
    """`listener(ticket)` is called inside the transaction that opens a ticket."""
    _opened.append(listener)


def on_choose_manager(rule: ManagerRule) -> None:
    """`rule(ticket)` may name the ticket's channel manager; the first that names one wins."""
    _manager_rules.append(rule)


def opened(ticket: Ticket) -> None:
    for listener in _opened:
        listener(ticket)


def channel_manager_of(ticket: Ticket) -> ChannelManager | None:
    """The manager a rule names; without one, the owner of the partner's account."""
    for rule in _manager_rules:
        manager = rule(ticket)
        if manager is not None:
            return manager
    return ticket.partner.channel_manager if ticket.partner else None


def on_mail(rule: MailRule) -> None:
    """`rule(incoming, files)` may take a mail before anything else is looked at; None leaves it to the desk."""
    _mail_rules.append(rule)


def taken(incoming: IncomingMail, files: Callable[[], Sequence[FilePart]]) -> Taken | None:
    return next((found for rule in _mail_rules if (found := rule(incoming, files)) is not None), None)
