"""What a search finds: the ticket it names, partners, people, and the newest tickets with all of its words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.html import escape
from django.utils.safestring import SafeString

from partners import access as partner_access
from partners import finding as partner_finding
from partners.filters import LIVE
from partners.models import Account, Contact
from people.models import User
from tickets import access, search
from tickets.models import Ticket
from tickets.models.ticket import number_of
from tickets.queue import rows
from tickets.queue.orders import SORTS
from tickets.queue.page import SIZE
from tickets.queue.rows import Reader, Row
from web.keyset import Way, page_of

ROOT = "/search/"
LONGEST = 200
SHORTEST_NAME = 2
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Found:
    """The answer to a search, ready for the page."""

    text: str
    named: Ticket | None
    partners: list[Account]
    people: list[Contact]
    rows: list[Row]
    next: str = ""
    previous: str = ""

    @property
    def nothing(self) -> bool:
        return not (self.named or self.partners or self.people or self.rows)


def clean(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:LONGEST]


def ticket_named(user: User, text: str) -> Ticket | None:
    """The ticket whose reference or number `text` is, if the reader may see it."""
    number = number_of(text)
    return access.tickets_for(user).filter(pk=number).first() if number is not None else None


def is_reference(text: str) -> bool:
    return text.upper().startswith("PHD-") and number_of(text) is not None


def find(text: str, to: Reader, *, cursor: str = "", way: Way = "after", size: int = SIZE, others: int = 5) -> Found:
    """Everything that fits `text`; only the first page lists partners and people."""
    order = SORTS["newest"].order
    start = order.read(cursor)
    tickets = search.matching(access.tickets_for(to.user), text)
    if start is not None:
        tickets = tickets.filter(order.beyond(start, way=way))
    read = rows.read(tickets.order_by(*order.by(backwards=start is not None and way == "before"))[: size + 1])
    page = page_of(order, read, size=size, way=way if start is not None else "after", started=start is not None)
    first = start is None and len(text) >= SHORTEST_NAME
    return Found(
        text=text,
        named=ticket_named(to.user, text) if start is None else None,
        partners=list(_partners(to.user, text)[:others]) if first else [],
        people=list(_people(to.user, text, [one.id for one in page.rows])[:others]) if first else [],
        rows=rows.rows_for(page.rows, to),
        next=_href(text, after=page.next),
        previous=_href(text, before=page.previous),
    )


def marker(text: str) -> Callable[[Any], SafeString]:
    """Puts <mark> around the words of `text` in what the rows show; everything else is escaped."""
    wanted = search.words(text)
    whole, beginning = frozenset(wanted), wanted[-1] if wanted else ""

    def hit(word: str) -> bool:
        folded = search.fold(word)
        return folded in whole or bool(beginning and folded.startswith(beginning))

    def mark(shown: Any) -> SafeString:
        parts: list[str] = []
        text_of, end = str(shown), 0
        for match in _WORD.finditer(text_of):
            if hit(match[0]):
                parts += [escape(text_of[end : match.start()]), "<mark>", escape(match[0]), "</mark>"]
                end = match.end()
        return SafeString("".join([*parts, escape(text_of[end:])]))

    return mark


def _partners(user: User, text: str) -> QuerySet[Account]:
    """By name, mail domain or Salesforce id; those Salesforce has deleted or merged are found on their own list."""
    return partner_finding.matching(partner_access.accounts_for(user).filter(LIVE), text).order_by("name", "pk")


def _people(user: User, text: str, tickets: list[int]) -> QuerySet[Contact]:
    """Who wrote the tickets found and has one of the words as name, and whoever's address begins like this."""
    named = Q()
    for word in text.split()[:5]:
        named |= Q(name__icontains=word) | Q(email__icontains=word)
    wrote = Q(pk__in=Ticket.objects.filter(pk__in=tickets).values("requester"))
    found = Contact.objects.select_related("account").alias(address=Lower("email"))
    if not user.on_desk:
        found = found.filter(account__channel_manager__user=user)
    return found.filter((wrote & named) | Q(address__startswith=text.lower())).order_by("name", "pk")


def _href(text: str, **cursor: str) -> str:
    return f"{ROOT}?{urlencode({'q': text, **cursor})}" if any(cursor.values()) else ""
