"""A partner's orders and quotes that went astray: how many came, whether they get fewer, and the newest of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders import trend
from orders.trend import Month
from partners import panels
from partners.panels import Page, Panel
from tickets import partner_page

SLUG: Final = "orders"
WIDTH, GAP, HEIGHT = 8, 4, 28  # of the bars, in the units of their picture


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A month of the small chart."""

    month: Month
    x: int
    y: int
    height: int


def register() -> None:
    """Called once when the process starts; the card takes the place of the desk's plain list of tickets."""
    panels.register(
        Panel(
            slug=SLUG,
            title=gettext_lazy("Orders and quotes"),
            template="orders/partner_card.html",
            read=read,
            order=36,
            half=True,
        )
    )


def read(page: Page) -> Mapping[str, Any] | None:
    """One statement where there are any, none where there is nothing."""
    held = partner_page.family(page, SLUG)
    if held is None:
        return None
    months = trend.by_month(account=page.account)
    return {
        "held": held,
        "bars": _bars(months),
        "width": len(months) * (WIDTH + GAP) - GAP,
        "height": HEIGHT,
        "words": words(months),
    }


def words(months: Sequence[Month]) -> str:
    """“7 in 6 months, more than before. Order Operations had 2 of them.”"""
    count, copied = sum(one.count for one in months), sum(one.copied for one in months)
    said = ngettext("%(n)d request in %(months)d months", "%(n)d requests in %(months)d months", count)
    first = said % {"n": count, "months": len(months)}
    rising = trend.is_rising(months)
    if rising is not None:
        first = _("%(said)s, rising") % {"said": first} if rising else _("%(said)s, falling") % {"said": first}
    second = _("Order Operations had %(n)d of them.") % {"n": copied} if copied else ""
    return f"{first}. {second}".strip()


def _bars(months: Sequence[Month]) -> list[Bar]:
    """An empty month has a line at its foot."""
    tallest = max((one.count for one in months), default=0) or 1
    heights = [max(1, round(HEIGHT * one.count / tallest)) for one in months]
    return [
        Bar(month=one, x=place * (WIDTH + GAP), y=HEIGHT - height, height=height)
        for place, (one, height) in enumerate(zip(months, heights, strict=True))
    ]
