"""The cards beside a conversation. The desk registers its own; higher apps add theirs (a procedure, a licence)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tickets.page import Page

Context = Callable[[Page], Mapping[str, Any] | None]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A card: `context(page)` gives what `template` reads as `card`, or None where it has nothing to show.

    `tab` is where phones show it: among the details, or with the partner.
    """

    slug: str
    order: int
    template: str
    context: Context
    tab: Literal["steps", "partner"] = "steps"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A card ready to be drawn."""

    panel: Panel
    card: Mapping[str, Any]


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    _panels[panel.slug] = panel


def shown(page: Page) -> list[Shown]:
    """The cards of this page in their order."""
    cards = [(panel, panel.context(page)) for panel in sorted(_panels.values(), key=lambda one: one.order)]
    return [Shown(panel=panel, card=card) for panel, card in cards if card is not None]
