"""What the address of the letters' pages asks for, and the rows it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from loa import access
from loa.models import Letter, LetterRequest
from partners.narrowing import number, of_manager, of_region
from people.models import User
from tickets.models.ticket import number_of
from web.keyset import Way

View = Literal["board", "list"]
KEPT: Final = ("view", "show", "region", "manager", "partner", "q")
LONGEST: Final = 200


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The filters, the view, what the list shows, which request stands open, and where a page starts."""

    view: View
    show: str
    region: str
    manager: str
    partner: int | None
    text: str
    opened: int | None
    way: Way
    cursor: str
    query: QueryDict

    @property
    def narrowed(self) -> bool:
        return bool(self.region or self.manager or self.partner or self.text)

    def href(self, changes: Mapping[str, str | int] | None = None) -> str:
        """The page with some parameters changed, from its first row; an empty value takes one away."""
        query = self.query.copy()
        for name, value in (changes or {}).items():
            if value:
                query[name] = str(value)
            else:
                query.pop(name, None)
        written = query.urlencode()
        return reverse("loa:board") + (f"?{written}" if written else "")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The filters, for the search form."""
        return [(name, str(value)) for name, value in self.query.items() if name != "q"]

    @property
    def close(self) -> str:
        return self.href({"request": ""})


def asked_for(given: QueryDict) -> Asked:
    query = QueryDict(mutable=True)
    for name in KEPT:
        value = given.get(name, "").replace("\x00", "")[:LONGEST]
        if value:
            query[name] = value
    view = "list" if query.get("view") == "list" else "board"
    way: Way = "before" if given.get("before") else "after"
    return Asked(
        view=cast("View", view),
        show=query.get("show", "") if view == "list" else "",
        region=query.get("region", ""),
        manager=query.get("manager", ""),
        partner=number(query.get("partner", "")),
        text=" ".join(query.get("q", "").split()),
        opened=number(given.get("request", "")),
        way=way,
        cursor=given.get(way, ""),
        query=query,
    )


def requests(asked: Asked, user: User) -> QuerySet[LetterRequest]:
    """The requests the filters leave of those that `user` may read."""
    rows = access.requests_for(user)
    if asked.region:
        rows = rows.filter(of_region(asked.region, "region") | of_region(asked.region) & Q(region=""))
    if asked.manager:
        rows = rows.filter(of_manager(asked.manager, user))
    if asked.partner:
        rows = rows.filter(account=asked.partner)
    if asked.text:
        rows = rows.filter(_words(asked.text) | Q(ticket=number_of(asked.text) or 0))
    return rows


def letters(asked: Asked, user: User) -> QuerySet[Letter]:
    """The letters the filters leave of those that `user` may read."""
    rows = access.letters_for(user)
    if asked.region:
        rows = rows.filter(of_region(asked.region))
    if asked.manager:
        rows = rows.filter(of_manager(asked.manager, user))
    if asked.partner:
        rows = rows.filter(account=asked.partner)
    if asked.text:
        rows = rows.filter(_words(asked.text) | Q(request__ticket=number_of(asked.text) or 0))
    return rows


def _words(text: str) -> Q:
    """Each word stands in a name or address of the letter."""
    wanted = Q()
    for word in text.split()[:8]:
        found = Q(account__name__icontains=word)
        for column in ("company", "requester_name", "requester_email", "end_customer"):
            found |= Q(**{f"{column}__icontains": word})
        wanted &= found
    return wanted
