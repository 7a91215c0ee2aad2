"""The answer of the rules where people work: beside a ticket, and on a partner's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from partners import panels as partner_panels
from routing import in_tickets
from routing.page import showing
from routing.page.question import ACCOUNT, Question
from tickets import hooks
from tickets import panels as ticket_panels
from tickets.page import Page

TICKET: Final = "routing/ticket_card.html"
PARTNER: Final = "routing/partner_card.html"


def register() -> None:
    """Called once when the process starts. A ticket that asks for the manager shows the answer first."""
    hooks.on_choose_manager(in_tickets.choose)
    hooks.on_opened(in_tickets.keep_for_new)
    for panel in (
        ticket_panels.Panel(slug="routing-asked", order=20, template=TICKET, context=_asked),
        ticket_panels.Panel(slug="routing", order=55, template=TICKET, context=_beside, tab="partner"),
    ):
        ticket_panels.register(panel)
    partner_panels.register(
        partner_panels.Panel(
            slug="routing",
            title=_("Channel manager by the rules"),
            template=PARTNER,
            read=_partner,
            order=15,
            column="side",
        )
    )


def _asked(page: Page) -> Mapping[str, Any] | None:
    return _card(page) if page.ticket.kind == in_tickets.KIND else None


def _beside(page: Page) -> Mapping[str, Any] | None:
    return _card(page) if page.ticket.kind != in_tickets.KIND else None


def _card(page: Page) -> Mapping[str, Any] | None:
    ticket = page.ticket
    if not in_tickets.may_be_answered(ticket):
        return None
    where = in_tickets.question(ticket)
    values = {"country": where.country, "subdivision": where.subdivision, "postal_code": where.postal_code}
    question = Question(
        values={name: value for name, value in values.items() if value},
        number=str(ticket.partner_id or ""),
        ticket=ticket.reference,
    )
    asked = ticket.kind == in_tickets.KIND
    return {"shown": showing.show(question, in_tickets.answer(ticket), account=ticket.partner), "asked": asked}


def _partner(page: partner_panels.Page) -> Mapping[str, Any] | None:
    """Nothing for a partner that is gone."""
    if page.account.deleted is not None:
        return None
    question = Question(about=ACCOUNT, number=str(page.account.pk))
    return {"shown": showing.show(question, question.find(page.account), account=page.account)}
