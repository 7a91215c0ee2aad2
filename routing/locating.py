"""From what people write to a spot: country, state, and the part of a state its postal code lies in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

from routing import places
from routing.book import Book, Part
from routing.facts import Where
from routing.found import UNASSIGNED, Because, Found
from routing.places import PUERTO_RICO, Place
from routing.weighing import no_rule

_DIGITS: Final = 5
_ZIP: Final = re.compile(r"(?<![0-9])[0-9]{5}(?![0-9])")
_SHORT: Final = (("ern", ""), ("eastern", "e"), ("western", "w"), ("northern", "n"), ("southern", "s"))


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where an account is, as far as it is known. `doubt` are the parts it may lie in, when that is not sure.

    `any_state`: states decide in this country, and none was given. `at_odds`: its postal code lies in another part.
    """

    country: Place
    state: Place | None = None
    part: Part | None = None
    doubt: Sequence[Part] = ()
    postal_code: str = ""
    any_state: bool = False
    at_odds: bool = False
    ignored: tuple[Because, ...] = ()

    @property
    def codes(self) -> list[str]:
        """A territory of the United States that ISO has among the countries is asked for as both."""
        too = self.state is not None and self.state.code in places.COUNTRIES_TOO
        return [*([self.state.code[3:]] if too and self.state else []), self.country.code]


def spot_of(where: Where, book: Book) -> Spot | Found:
    """The spot, or the answer that nobody knows where it is."""
    both = places.by_code(where.country) or (places.by_code(where.subdivision) if not where.country else None)
    country = Place(both.country, places.name_of(both.country)) if both else places.country(where.country)
    if country is None:
        return _unknown_country(where, book)
    if country.code == PUERTO_RICO.code[3:]:
        both, country = PUERTO_RICO, Place(places.US, places.name_of(places.US))
    return _in_country(where, country, both, book)


def _in_country(where: Where, country: Place, state: Place | None, book: Book) -> Spot | Found:
    decides = country.code in book.has_subdivisions
    given = places.subdivision(country.code, where.subdivision) if where.subdivision else None
    named = _part_named(country, where.subdivision, book) if given is None else None
    if named is not None:
        return _in_part(where, country, named, book)
    if state is not None and given is not None and given != state:
        return _two_states(where, country, (state, given), book)
    state = state or given
    if state is not None:
        return _in_state(where, country, state, book)
    if not where.subdivision:
        return Spot(country=country, any_state=decides)
    if decides:
        return _unknown_state(where, country, book)
    words = _("not known in %(country)s, where no rule goes by it") % {"country": country.name}
    return Spot(country=country, ignored=(no_rule("subdivision", where.subdivision, words=words),))


def _in_part(where: Where, country: Place, named: tuple[Place, Part], book: Book) -> Spot:
    """The part by its name; in doubt when the postal code says another."""
    code = _postal(where.postal_code)
    state, part = named
    other = _part_of(code, book.parts.get(state.code, ()))
    if other is None or other == part:
        return Spot(country=country, state=state, part=part)
    return Spot(country=country, state=state, doubt=(part, other), postal_code=code, at_odds=True)


def _in_state(where: Where, country: Place, state: Place, book: Book) -> Spot:
    code = _postal(where.postal_code)
    parts = book.parts.get(state.code, ())
    part = _part_of(code, parts)
    whole = any(not rule.part for rule in book.at(state.code))
    doubt = parts if part is None and not (code and whole) else ()
    return Spot(country=country, state=state, part=part, doubt=doubt, postal_code=code)


def _part_of(code: str, parts: Sequence[Part]) -> Part | None:
    return next((one for one in parts if code and one.holds(code)), None)


def _part_named(country: Place, text: str, book: Book) -> tuple[Place, Part] | None:
    """“Western PA”, “PA-West”, `US-PA:western`, “Pennsylvania, eastern part”."""
    wanted = places.folded(text)
    for code, parts in book.parts.items() if wanted else ():
        state = places.by_code(code)
        for part in parts if state is not None and state.country == country.code else ():
            if state is not None and wanted in _names_of(state, part):
                return state, part
    return None


@lru_cache(maxsize=256)
def _names_of(state: Place, part: Part) -> frozenset[str]:
    short = state.code.partition("-")[2]
    names = {part.name, f"{state.code}:{part.slug}"}
    for word in _words_of(part.slug):
        for place in (state.name, short):
            names |= {f"{word} {place}", f"{place} {word}", f"{place}, {word} part", f"{word} part of {place}"}
    return frozenset(map(places.folded, names))


def _words_of(slug: str) -> Iterator[str]:
    """eastern, east, e"""
    yield slug
    yield from (slug.removesuffix(long) + short for long, short in _SHORT if slug.endswith(long))


def _postal(text: str) -> str:
    """The digits of a ZIP code, with “PA” before it or without; ZIP+4 gives its first five."""
    plain = unicodedata.normalize("NFKC", text)
    found = _ZIP.search(plain)
    return found[0] if found else "".join(sign for sign in plain.partition("-")[0] if sign.isalnum())[:_DIGITS]


def _unknown_country(where: Where, book: Book) -> Found:
    if not where.country:
        return _no_country(where, book)
    countries = _countries_of(where.country, book)
    if countries:
        words = _("a group of countries: the country would decide")
        said = no_rule("country", where.country, words=words)
        return Found(outcome=UNASSIGNED, because=(said,), near_misses=countries, as_of=book.on)
    near = [*_states_called(where.country, [places.US]), *places.near_countries(where.country)]
    said = no_rule("country", where.country, words=_("not a country we know"))
    return Found(outcome=UNASSIGNED, because=(said,), near_misses=tuple(near[: places.NEAR]), as_of=book.on)


def _no_country(where: Where, book: Book) -> Found:
    """Many countries have states of one name; those where a rule goes by it are what may be meant."""
    if not where.subdivision:
        said = no_rule("country", "", words=_("No country is given, and no partner whose account has one."))
        return Found(outcome=UNASSIGNED, because=(said,), as_of=book.on)
    near = tuple(_states_called(where.subdivision, sorted(book.has_subdivisions)))
    said = no_rule("country", "", words=_("No country is given, and a state alone does not say which."))
    return Found(outcome=UNASSIGNED, because=(said,), near_misses=near[: places.NEAR], as_of=book.on)


def _states_called(text: str, countries: Sequence[str]) -> list[str]:
    found = [places.subdivision(one, text) for one in countries]
    return [f"{state.name}, {places.name_of(state.country)}" for state in found if state is not None]


def _countries_of(group: str, book: Book) -> tuple[str, ...]:
    """Countries of the group of that name: “DACH”."""
    wanted = places.folded(group)
    found = [
        places.name_of(code)
        for code, groups in book.groups.items()
        if any(wanted in {places.folded(one.name), places.folded(one.key)} for one in groups)
    ]
    return tuple(found[: places.NEAR])


def _two_states(where: Where, country: Place, states: Sequence[Place], book: Book) -> Found:
    near = tuple(f"{state.name}, {country.name}" for state in states)
    words = _("The country that is given says %(state)s already.") % {"state": states[0].name}
    said = no_rule("subdivision", where.subdivision, words=words)
    return Found(outcome=UNASSIGNED, because=(said,), near_misses=near, as_of=book.on)


def _unknown_state(where: Where, country: Place, book: Book) -> Found:
    near = places.near_subdivisions(country.code, where.subdivision)
    words = _("not a state or province of %(country)s we know") % {"country": country.name}
    said = no_rule("subdivision", where.subdivision, words=words)
    return Found(outcome=UNASSIGNED, because=(said,), near_misses=tuple(near), as_of=book.on)
