"""Where higher floors join in: what happens when a ticket opens or its partner changes."""

from __future__ import annotations

from collections.abc import Callable

from people.models import ChannelManager
from tickets.models import Ticket

ManagerRule = Callable[[Ticket], ChannelManager | None]
Opened = Callable[[Ticket], None]

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
