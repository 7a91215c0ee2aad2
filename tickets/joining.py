"""A form that asks for what is under way already: a higher floor may know the ticket it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from partners.models import Contact
from tickets.models import Ticket

Rule = Callable[[str, Contact, Mapping[str, Any]], Ticket | None]
_rules: list[Rule] = []


def register(rule: Rule) -> None:
    """`rule(kind, requester, answers)` names the one ticket the form is about, in the transaction that keeps it."""
    _rules.append(rule)


def ticket_for(kind: str, requester: Contact, answers: Mapping[str, Any]) -> Ticket | None:
    return next((found for rule in _rules if (found := rule(kind, requester, answers)) is not None), None)
