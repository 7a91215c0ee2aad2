"""The tabs of `/certification/`: the dashboard, our lists, and what a higher floor adds (reports)."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Tab:
    slug: str
    label: str | Promise
    url_name: str
    order: int


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A tab of a page; `count` is None where the page does not say how many."""

    label: str | Promise
    href: str
    current: bool
    count: int | None = None


DASHBOARD = "dashboard"
_tabs: dict[str, Tab] = {
    DASHBOARD: Tab(slug=DASHBOARD, label=_("Dashboard"), url_name="dashboard:current", order=0),
    "short": Tab(slug="short", label=_("One certificate short"), url_name="certified:short", order=10),
    "gained": Tab(slug="gained", label=_("Newly met"), url_name="certified:gained", order=20),
    "lost": Tab(slug="lost", label=_("Newly lost"), url_name="certified:lost", order=30),
    "left": Tab(slug="left", label=_("Certified, but left"), url_name="certified:left", order=40),
}


def register(tab: Tab) -> None:
    """A page of a higher floor joins in; call it when the process starts."""
    _tabs[tab.slug] = tab


def shown(current: str, *, counts: dict[str, int] | None = None, query: str = "") -> list[Shown]:
    """The tabs in their order, for `partners/certified/tabs.html`; our lists keep the filters in `query`."""
    kept = f"?{query}" if query else ""
    known = counts or {}
    return [
        Shown(
            label=tab.label,
            href=reverse(tab.url_name) + (kept if tab.slug in LISTS else ""),
            current=tab.slug == current,
            count=known.get(tab.slug),
        )
        for tab in sorted(_tabs.values(), key=lambda one: one.order)
    ]


LISTS = ("short", "gained", "lost", "left")
