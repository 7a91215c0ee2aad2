"""The letters' page: board or list, the menus that narrow both, and the request that stands open beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from loa import access
from loa.board.asking import Asked
from loa.board.lanes import Board
from loa.board.listing import Listing
from loa.board.opened import Opened
from partners import narrowing
from partners.models import Account
from partners.narrowing import Option
from people.models import User


@dataclass(frozen=True)
class Letters:
    """Nothing is read before the template asks."""

    asked: Asked
    user: User

    @cached_property
    def board(self) -> Board:
        return Board(self.asked, self.user)

    @cached_property
    def listing(self) -> Listing:
        return Listing(self.asked, self.user)

    @cached_property
    def opened(self) -> Opened | None:
        """The request the address names, with its neighbours; None where there is none, or none for this reader."""
        if self.asked.opened is None:
            return None
        try:
            request = access.request_for(self.user, self.asked.opened)
        except Http404:
            return None
        before, after = self._neighbours(request.pk)
        return Opened(request, self.user, previous=before, next=after, close=self.asked.close)

    @property
    def missing(self) -> bool:
        """A request was asked for that is not there."""
        return self.asked.opened is not None and self.opened is None

    @cached_property
    def first(self) -> str:
        """What the key for the next request opens while none is open."""
        order = self._order
        return self._opens(order[0]) if order else ""

    @cached_property
    def regions(self) -> list[Option]:
        return self._options("region", narrowing.regions())

    @cached_property
    def managers(self) -> list[Option]:
        return self._options("manager", narrowing.managers(self.user))

    @property
    def region(self) -> str | Promise:
        return _chosen(self.regions)

    @property
    def manager(self) -> str | Promise:
        return _chosen(self.managers)

    @cached_property
    def partner(self) -> str:
        """The partner the page is narrowed to; empty where it is not."""
        if not self.asked.partner:
            return ""
        name = Account.objects.filter(pk=self.asked.partner).values_list("name", flat=True).first()
        return name or _("another partner")

    @property
    def without_partner(self) -> str:
        return self.asked.href({"partner": ""})

    @property
    def everything(self) -> str:
        """The same view without a filter."""
        return self.asked.href({"region": "", "manager": "", "partner": "", "q": ""})

    @property
    def views(self) -> tuple[str, str]:
        return self.asked.href({"view": "", "show": ""}), self.asked.href({"view": "list"})

    @property
    def exports(self) -> tuple[str, str]:
        query = self.asked.query.copy()
        for name in ("view", "show"):
            query.pop(name, None)
        return f"?{query.urlencode()}&format=csv", f"?{query.urlencode()}&format=xlsx"

    @property
    def _order(self) -> list[int]:
        return self.board.order if self.asked.view == "board" else self.listing.order

    def _neighbours(self, pk: int) -> tuple[str, str]:
        order = self._order
        if pk not in order:
            return "", self._opens(order[0]) if order else ""
        at = order.index(pk)
        before = self._opens(order[at - 1]) if at else ""
        return before, self._opens(order[at + 1]) if at + 1 < len(order) else ""

    def _opens(self, pk: int) -> str:
        return self.asked.href({"request": pk})

    def _options(self, name: str, choices: Sequence[tuple[str, str | Promise]]) -> list[Option]:
        now = self.asked.query.get(name, "")
        return [
            Option(words=words, href=self.asked.href({name: value}), chosen=value == now) for value, words in choices
        ]


def _chosen(options: Sequence[Option]) -> str | Promise:
    return next((one.words for one in options if one.chosen), options[0].words)
