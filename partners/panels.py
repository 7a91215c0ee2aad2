"""The cards of a partner's page. Partners registers its own; higher apps add theirs (tickets, letters, licences)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from django.utils.functional import Promise

from partners.models import Account
from people.models import User

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Page:
    """One partner before one reader's eyes; `asked` holds the parameters of the address."""

    account: Account
    user: User
    asked: Mapping[str, str] = field(default_factory=dict)
    _read: dict[str, Any] = field(default_factory=dict)

    def once(self, key: str, read: Callable[[], T]) -> T:
        """What `read` gives, read once for the page, so that several panels share a statement."""
        if key not in self._read:
            self._read[key] = read()
        found: T = self._read[key]
        return found


Read = Callable[[Page], Mapping[str, Any] | None]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A card: `read(page)` gives what `template` reads as `card`, or None where it has nothing to show.

    A panel with the slug of another takes its place. `column` is where wide screens show it, `half` lets two of them
    stand beside each other there.
    """

    slug: str
    title: str | Promise
    template: str
    read: Read
    order: int
    column: Literal["main", "side"] = "main"
    half: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A card ready to be drawn."""

    panel: Panel
    card: Mapping[str, Any]


_panels: dict[str, Panel] = {}


def register(panel: Panel, *, own: bool = False) -> None:
    """Partners' own cards give way to one that a higher app, which starts earlier, put in their place."""
    if own:
        _panels.setdefault(panel.slug, panel)
    else:
        _panels[panel.slug] = panel


def shown(page: Page) -> list[Shown]:
    """The cards of this page in their order."""
    cards = [(panel, panel.read(page)) for panel in sorted(_panels.values(), key=lambda one: one.order)]
    return [Shown(panel=panel, card=card) for panel, card in cards if card is not None]


def one(page: Page, slug: str) -> Shown | None:
    """A single card of this page."""
    panel = _panels.get(slug)
    card = panel.read(page) if panel else None
    return Shown(panel=panel, card=card) if panel and card is not None else None
