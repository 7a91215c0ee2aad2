"""The cards partners show on their own page: facts, people, deals, invoices, what people taught us, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners import access, deals, events, facts, gates, owners, panels, people, taught, timeline
from partners.certified import picture
from partners.facts import Facts
from partners.models import Gate, Invoice
from partners.panels import Page, Panel
from partners.standing import judge

INVOICES_SHOWN = 6


def register() -> None:
    """Called once when the process starts."""
    timeline.register("event", events.read)
    for panel in (
        Panel(
            slug="facts", title=_("Salesforce"), template="partners/facts.html", read=_facts, order=10, column="side"
        ),
        Panel(slug="standing", title=_("Standing"), template="partners/standing.html", read=_standing, order=10),
        Panel(
            slug="certified",
            title=_("Certifications"),
            template="partners/certified/card.html",
            read=_certified,
            order=15,
        ),
        Panel(
            slug="people",
            title=_("People and certifications"),
            template="partners/people.html",
            read=_people,
            order=40,
            column="side",
        ),
        Panel(
            slug="opportunities",
            title=_("Opportunities"),
            template="partners/opportunities.html",
            read=_opportunities,
            order=55,
        ),
        Panel(slug="invoices", title=_("Invoices"), template="partners/invoices.html", read=_invoices, order=60),
        Panel(slug="known", title=_("Known by"), template="partners/known.html", read=_known, order=70, column="side"),
        Panel(slug="timeline", title=_("Timeline"), template="partners/timeline.html", read=_timeline, order=90),
    ):
        panels.register(panel, own=True)


def _facts(page: Page) -> Mapping[str, Any]:
    return {"account": page.account, "differs": owners.owner_differs(page.account)}


def _standing(page: Page) -> Mapping[str, Any]:
    known = _known_of(page)
    rows = _rows_of(page, known)
    found = [
        (title, judge(page.account, [row for row in rows if row.gate == gate], known))
        for gate, title in gates.GATES.items()
    ]
    team = known.teams.get(page.account.pk)
    as_of = {"dashboard": known.report.as_of if known.report else None, "team": team.as_of if team else None}
    return {"gates": found, **as_of}


def _certified(page: Page) -> Mapping[str, Any]:
    known = _known_of(page)
    return {"picture": picture.draw(page.account, _rows_of(page, known), known)}


def _rows_of(page: Page, known: Facts) -> list[Gate]:
    return page.once("requirements", lambda: list(gates.valid_on(known.on)))


def _people(page: Page) -> Mapping[str, Any]:
    return {"people": people.people_of(page.account, known=_known_of(page))}


def _known_of(page: Page) -> Facts:
    """What the cards read of certifications, in one statement."""
    return page.once("facts", lambda: facts.of_one(page.account, on=timezone.localdate()))


def _opportunities(page: Page) -> Mapping[str, Any] | None:
    found = deals.newest(page.account)
    return {"deals": found} if found.lines else None


def _invoices(page: Page) -> Mapping[str, Any] | None:
    """The newest, with one more read to know whether there are others."""
    found = list(
        Invoice.objects.filter(account=page.account, deleted=None).order_by(F("date").desc(nulls_last=True), "-pk")[
            : INVOICES_SHOWN + 1
        ]
    )
    today = timezone.localdate()
    return {"invoices": found, "today": today} if found else None


def _known(page: Page) -> Mapping[str, Any]:
    """Where the domain of the website is also one that somebody said, it stands there once."""
    known, website = taught.known_of(page.account), page.account.website_domain
    said = any(one.words == website for one in known.domains)
    return {"known": known, "website": "" if said else website, "may_teach": access.may_teach(page.user)}


def _timeline(page: Page) -> Mapping[str, Any]:
    return {"stretch": timeline.stretch(page, before=page.asked.get("before", ""))}
