"""The desk's own cards beside a conversation: due, steps, properties, what was asked, partner, requester, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from integrations.salesforce import links
from partners import gates, standing, sync
from partners.models import Account
from tickets import kinds, panels, recognised
from tickets.kinds import Field
from tickets.models import Priority, Ticket
from tickets.page import Page
from tickets.panels import Panel

FORM_NAMES_HIDDEN = frozenset({"message"})
_gate_of: dict[str, Callable[[Ticket], str]] = {}


def register_gate(kind: str, gate_of: Callable[[Ticket], str]) -> None:
    """Where tickets of one kind ask for one thing or another: which requirements stand beside this one."""
    _gate_of[kind] = gate_of


def register() -> None:
    for panel in (
        Panel(slug="due", order=10, template="tickets/ticket_due.html", context=_due),
        Panel(slug="recognised", order=15, template="tickets/ticket_recognised.html", context=recognised.in_doubt),
        Panel(slug="steps", order=20, template="tickets/ticket_steps.html", context=_steps),
        Panel(slug="taken-for", order=28, template="tickets/ticket_recognised.html", context=recognised.for_sure),
        Panel(slug="properties", order=30, template="tickets/ticket_properties.html", context=_properties),
        Panel(slug="asked", order=40, template="tickets/ticket_asked.html", context=_asked),
        Panel(slug="partner", order=50, template="tickets/ticket_partner.html", context=_partner, tab="partner"),
        Panel(slug="requester", order=60, template="tickets/ticket_requester.html", context=_requester, tab="partner"),
        Panel(slug="history", order=90, template="tickets/ticket_history.html", context=_history),
    ):
        panels.register(panel)


def _due(page: Page) -> Mapping[str, Any]:
    return {"due": page.due}


def _steps(page: Page) -> Mapping[str, Any] | None:
    return {"checklist": page.checklist} if page.checklist else None


def _properties(page: Page) -> Mapping[str, Any]:
    return {"priorities": Priority.choices, "chosen_by": recognised.by_whom(page.taken)}


def _asked(page: Page) -> Mapping[str, Any] | None:
    """What the request form asked, in its own words and order; unknown names come last as they are."""
    fields = {field.name: field for field in _fields(page)}
    given = {name: value for name, value in page.ticket.fields.items() if name not in FORM_NAMES_HIDDEN}
    names = [name for name in fields if name in given] + [name for name in given if name not in fields]
    rows = [_answer(fields.get(name), name, given[name]) for name in names]
    answered = [row for row in rows if row["value"]]
    return {"rows": answered} if answered else None


def _fields(page: Page) -> list[Field]:
    cards = [card.fields or () for card in page.kind.cards if card.topic == page.ticket.topic]
    return [*page.kind.fields, *(field for fields in cards for field in fields)]


def _answer(field: kinds.Field | None, name: str, value: object) -> dict[str, Any]:
    choices = dict(field.choices) if field else {}
    values = value if isinstance(value, list) else [value]
    said = ", ".join(str(choices.get(str(one), one)) for one in values if one not in (None, "", False))
    label = field.label if field else name.replace("_", " ").capitalize()
    return {"label": label, "value": said, "mono": bool(field and field.mono)}


def _partner(page: Page) -> Mapping[str, Any]:
    account = page.ticket.partner
    if account is None:
        return {"account": None, "link": page.link}
    own = _gate_of.get(page.ticket.kind)
    gate = own(page.ticket) if own else gates.for_kind(page.ticket.kind)
    return {
        "account": account,
        "link": page.link,
        "manager": page.ticket.channel_manager or account.channel_manager,
        "open": page.partner_open,
        "certified": page.partner_certified,
        "salesforce": links.record_url("Account", account.salesforce_id),
        "gate": gates.GATES.get(gate),
        "standing": standing.standing_of(account, gate, on=timezone.localdate()) if gate else None,
        "freshness": _freshness(account, page.mirrored),
    }


def _freshness(account: Account, mirrored: datetime | None) -> sync.Freshness | None:
    """Since when the partner is as it is here; nothing for one that Salesforce does not know."""
    if not account.salesforce_id:
        return None
    at = max((moment for moment in (account.synced, mirrored) if moment), default=None)
    return sync.Freshness(at=at, working=False, problem="", stale=at is None or timezone.now() - at > sync.STALE)


def _requester(page: Page) -> Mapping[str, Any]:
    return {"contact": page.ticket.requester, "others": page.others}


def _history(page: Page) -> Mapping[str, Any]:
    """Read when it is unfolded: a page needs none of it to be worked with."""
    return {"count": len(page.events)}
