"""The mapping as a whole, what is only our reading of the handbook, and states in several parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from routing import places
from routing.audit import fixes
from routing.audit.finding import AMBER, GREY, RED, Finding, Kind
from routing.audit.said import names_of
from routing.book import Book, Group, Part
from routing.keys import fiscal_year
from routing.models import GROUP, MappingImport

State = MappingImport.State
JANUARY: Final = 1


def find(book: Book) -> Iterator[Finding]:
    yield from _whole(book)
    yield from _next_year(book)
    for place, parts in book.parts.items():
        yield _split(book, place, list(parts))
    for group, codes in _read_by_us(book).items():
        yield _reading(book, group, codes)


def _whole(book: Book) -> Iterator[Finding]:
    if not any(book.keys.values()):
        yield Finding(
            slug="mapping-none",
            kind=Kind.MAPPING,
            tone=RED,
            area=fiscal_year(book.on),
            words=_("No mapping is loaded: no opportunity is found by its keys"),
            fixes=[fixes.import_mapping()],
        )


def _next_year(book: Book) -> Iterator[Finding]:
    """Until 1 February the mapping of the year that begins must be here, at least prepared."""
    if book.on.month != JANUARY:
        return
    begins = book.on.replace(month=2, day=1)
    coming = MappingImport.objects.filter(state__in=[State.PREPARED, State.APPLIED], effective__gte=begins)
    if not coming.exists():
        yield Finding(
            slug="mapping-next",
            kind=Kind.MAPPING,
            tone=RED,
            area=fiscal_year(begins),
            words=_("No mapping is prepared for the fiscal year that begins on 1 February"),
            fixes=[fixes.import_mapping()],
        )


def _split(book: Book, place: str, parts: list[Part]) -> Finding:
    rules = [rule for rule in book.at(place) if rule.part and rule.manager is not None]
    assumed = any(part.note for part in parts)
    words = _("Split: the postal code decides, and where the border runs is our assumption")
    return Finding(
        slug=f"split-{place}".lower(),
        kind=Kind.SPLIT,
        tone=AMBER if assumed else GREY,
        area=places.name_of(place),
        managers=names_of(book, rules),
        words=words if assumed else _("Split: the postal code decides"),
        places=[f"{part.name} {_ranges(part)}" for part in parts],
        fixes=[fixes.parts()],
    )


def _ranges(part: Part) -> str:
    return ", ".join(f"{first}–{last}" for first, last in part.postal)  # noqa: RUF001 - an en dash between numbers


def _read_by_us(book: Book) -> dict[Group, list[str]]:
    """Groups of countries the handbook names without spelling them out, as far as rules use them."""
    found: dict[Group, list[str]] = {}
    for code, groups in book.groups.items():
        for group in groups:
            if not group.settled and book.at(f"{GROUP}{group.key}"):
                found.setdefault(group, []).append(code)
    return found


def _reading(book: Book, group: Group, codes: list[str]) -> Finding:
    rules = book.at(f"{GROUP}{group.key}")
    return Finding(
        slug=f"reading-{group.key}",
        kind=Kind.READING,
        tone=GREY,
        area=group.name,
        track=rules[0].track if len({rule.track for rule in rules}) == 1 else "",
        managers=names_of(book, rules),
        words=_("The handbook does not say which countries these are; the list is our reading"),
        places=[places.name_of(code) for code in codes],
        fixes=[fixes.groups()],
    )
