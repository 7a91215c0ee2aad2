"""The built-in views of the queue, as data: what each holds, what it is called, how it is sorted at first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from partners.models import Region
from people.models import User
from tickets import sla
from tickets.kinds import Words
from tickets.models import Status, Ticket
from tickets.models.ordering import due_or_never, paused
from tickets.models.ticket import ACTIVE, OURS
from web.keyset import rows_before

Holder = Literal["anyone", "me", "nobody"]
TEAM = _("Team")
REGIONS = _("Regions")
NOTHING = _("Nothing is waiting here.")


def breaching(now: datetime) -> Combinable:
    """Overdue, or due within two hours; a paused clock does not run out."""
    return rows_before([paused(), due_or_never()], [False, now + sla.DUE_SOON])


@dataclass(frozen=True, kw_only=True)
class View:
    """Which tickets, in plain values, so that the database and the counters read the same rule.

    `statuses` are what it holds; where `open_ended`, the reader's status filter may ask for others.
    """

    slug: str
    title: Words
    icon: str
    group: Words = ""
    statuses: frozenset[str] = ACTIVE
    open_ended: bool = False
    holder: Holder = "anyone"
    region: str = ""
    breaching: bool = False
    sort: str = "due"
    for_desk: bool = False
    empty: Words = NOTHING

    def scope(self, tickets: QuerySet[Ticket], *, user: User, now: datetime) -> QuerySet[Ticket]:
        """Those of `tickets` it holds, whatever their status."""
        if self.holder != "anyone":
            tickets = tickets.filter(assignee=user if self.holder == "me" else None)
        if self.region:
            tickets = tickets.filter(region=self.region)
        return tickets.filter(breaching(now)) if self.breaching else tickets

    def holds(self, tickets: QuerySet[Ticket], *, user: User, now: datetime) -> QuerySet[Ticket]:
        return self.scope(tickets, user=user, now=now).filter(status__in=sorted(self.statuses))

    def takes(self, *, status: str, holder: str, region: str) -> bool:
        """Whether a breaching ticket with these values stands in it."""
        return self.holder in ("anyone", holder) and self.region in ("", region) and status in self.statuses


def _of_region(region: str, *, icon: str = "globe") -> View:
    slug = region.lower().replace(" ", "-")
    return View(slug=slug, title=Region(region).label, icon=icon, group=REGIONS, region=region, open_ended=True)


VIEWS: dict[str, View] = {
    view.slug: view
    for view in (
        View(slug="mine", title=_("My open"), icon="user", holder="me", open_ended=True, for_desk=True),
        View(slug="all", title=_("All open"), icon="inbox", group=TEAM, open_ended=True),
        View(slug="unassigned", title=_("Unassigned"), icon="circle-dashed", group=TEAM, holder="nobody"),
        View(slug="new", title=_("New"), icon="sparkles", group=TEAM, statuses=frozenset({Status.NEW})),
        View(slug="due", title=_("Due in 2 h"), icon="timer", group=TEAM, breaching=True,
             empty=_("Nothing is due within two hours.")),
        View(slug="waiting-on-us", title=_("Waiting on us"), icon="corner-down-left", group=TEAM,
             statuses=OURS | {Status.PENDING_INTERNAL}),
        View(slug="waiting-on-partner", title=_("Waiting on partner"), icon="reply", group=TEAM,
             statuses=frozenset({Status.PENDING_PARTNER})),
        View(slug="solved", title=_("Resolved"), icon="circle-check", group=TEAM, sort="updated",
             statuses=frozenset({Status.SOLVED, Status.CLOSED}), empty=_("Nothing is resolved yet.")),
        _of_region(Region.AMER),
        _of_region(Region.EMEA),
        _of_region(Region.APAC),
        _of_region(Region.US_PUBSEC, icon="landmark"),
    )
}  # fmt: skip
FIRST = "all"


def views_of(user: User) -> list[View]:
    """The views `user` has a use for: nobody assigns tickets to a channel manager."""
    return [view for view in VIEWS.values() if user.on_desk or not view.for_desk]
