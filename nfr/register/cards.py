"""Licences where people work: the partner's page, beside a ticket about one, and when a manager changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from django.db.models import BooleanField, Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nfr import policy
from nfr.models import Licence
from nfr.register import access, states
from nfr.register.listing import Row
from partners import panels
from partners.panels import Page, Panel
from people.models import User
from routing.team import hooks
from routing.team.hooks import Flight
from tickets import panels as ticket_panels
from tickets import partner_page
from tickets.page import Page as TicketPage

SLUG: Final = "licences"  # in place of the card that only lists tickets
SHOWN: Final = 5


def register() -> None:
    """Called once when the process starts."""
    panels.register(
        Panel(
            slug=SLUG,
            title=gettext_lazy("NFR licences"),
            template="nfr/register/partner_card.html",
            read=read,
            order=32,
            half=True,
        )
    )
    ticket_panels.register(
        ticket_panels.Panel(
            slug="nfr-licences", order=52, template="nfr/register/ticket_card.html", context=beside, tab="partner"
        )
    )
    hooks.on_under_way(under_way)


def read(page: Page) -> Mapping[str, Any] | None:
    """The tickets the page has read anyway, and one statement: the licences, those in force first."""
    held = partner_page.family(page, SLUG)
    rows = _rows(page.account.pk, page.user)
    if not rows and held is None:
        return None
    return {"lines": rows[:SHOWN], "more": len(rows) > SHOWN, "held": held}


def beside(page: TicketPage) -> Mapping[str, Any] | None:
    """Only beside a ticket about NFR licences whose partner is known; one statement."""
    ticket = page.ticket
    if ticket.kind != access.KIND or ticket.partner_id is None:
        return None
    rows = _rows(ticket.partner_id, page.user)
    return {"lines": rows[:SHOWN], "more": len(rows) > SHOWN, "partner": ticket.partner_id}


def under_way(accounts: Collection[int]) -> Iterator[Flight]:
    """Licences in force whose end is near or that are over their seats, for those who take the partners over."""
    today = timezone.localdate()
    rows = Licence.objects.filter(policy.in_force(today), account__in=accounts).select_related("account", "renewal")
    for one in rows.order_by("account", "pk"):
        row = Row(licence=one, state=states.of(one, on=today))
        if row.over or row.state.slug == "expiring":
            said = {"name": one.namespace or one.get_type_display(), "state": row.state.words}
            words = _("NFR licence %(name)s: %(state)s") % said
            yield Flight(account=one.account_id or 0, words=words, url=f"/nfr/{one.pk}/")


def _rows(account: int, user: User) -> list[Row]:
    today = timezone.localdate()
    over = Case(
        When(policy.not_over(today), then=Value(value=False)), default=Value(value=True), output_field=BooleanField()
    )
    rows = access.licences_for(user).filter(account=account).select_related("account", "renewal")
    found = rows.annotate(past=over).order_by("past", "ends", "pk")[: SHOWN + 1]
    return [Row(licence=one, state=states.of(one, on=today)) for one in found]
