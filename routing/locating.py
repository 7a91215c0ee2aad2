"""From what people write to a spot: country, state, and the part of a state its postal code lies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from routing import places
from routing.book import Book, Part
from routing.facts import Where
from routing.found import UNASSIGNED, Because, Found
from routing.places import PUERTO_RICO, Place
from routing.weighing import no_rule

_DIGITS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where an account is, as far as it is known. `doubt` are the parts it may lie in, when that is not sure.

    `any_state`: states decide in this country, and none was given.
    """

    country: Place
    state: Place | None = None
    part: Part | None = None
    doubt: Sequence[Part] = ()
    postal_code: str = ""
    any_state: bool = False
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
    named = _part_named(country, where.subdivision, book)
    if named is not None:
        return Spot(country=country, state=named[0], part=named[1])
    state = state or (places.subdivision(country.code, where.subdivision) if where.subdivision else None)
    if state is not None:
        return _in_state(where, country, state, book)
    if not where.subdivision:
        return Spot(country=country, any_state=decides)
    if decides:
        return _unknown_state(where, country, book)
    words = _("not known in %(country)s, where no rule goes by it") % {"country": country.name}
    return Spot(country=country, ignored=(no_rule("subdivision", where.subdivision, words=words),))


def _in_state(where: Where, country: Place, state: Place, book: Book) -> Spot:
    code = _postal(where.postal_code)
    parts = book.parts.get(state.code, ())
    part = next((one for one in parts if code and one.holds(code)), None)
    whole = any(not rule.part for rule in book.at(state.code))
    doubt = parts if part is None and not (code and whole) else ()
    return Spot(country=country, state=state, part=part, doubt=doubt, postal_code=code)


def _part_named(country: Place, text: str, book: Book) -> tuple[Place, Part] | None:
    """“Western PA”, `US-PA:western`, “Pennsylvania, eastern part”."""
    wanted = places.folded(text)
    for code, parts in book.parts.items() if wanted else ():
        state = places.by_code(code)
        for part in parts if state is not None and state.country == country.code else ():
            name = places.name_of(code)
            known = (part.name, f"{code}:{part.slug}", f"{part.slug} {name}", f"{name} {part.slug}")
            more = (f"{name}, {part.slug} part", f"{part.slug} {code[3:]}", f"{code[3:]} {part.slug}")
            if state is not None and wanted in {places.folded(one) for one in (*known, *more)}:
                return state, part
    return None


def _postal(text: str) -> str:
    """The digits of a ZIP code; ZIP+4 gives its first five."""
    return "".join(sign for sign in text.partition("-")[0] if sign.isalnum())[:_DIGITS]


def _unknown_country(where: Where, book: Book) -> Found:
    if not where.country:
        said = no_rule("country", "", words=_("No country is given, and no partner whose account has one."))
        return Found(outcome=UNASSIGNED, because=(said,), as_of=book.on)
    near = places.near_countries(where.country)
    state = places.subdivision(places.US, where.country)
    if state is not None:
        near = [f"{state.name}, {places.name_of(places.US)}", *near]
    said = no_rule("country", where.country, words=_("not a country we know"))
    return Found(outcome=UNASSIGNED, because=(said,), near_misses=tuple(near[: places.NEAR]), as_of=book.on)


def _unknown_state(where: Where, country: Place, book: Book) -> Found:
    near = places.near_subdivisions(country.code, where.subdivision)
    words = _("not a state or province of %(country)s we know") % {"country": country.name}
    said = no_rule("subdivision", where.subdivision, words=words)
    return Found(outcome=UNASSIGNED, because=(said,), near_misses=tuple(near), as_of=book.on)
