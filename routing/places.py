"""Names of states and countries as people write them, and what the codes of a rule stand for."""

from __future__ import annotations

import gettext
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import pycountry
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from routing.models import GROUP, CountryGroup, Coverage
from web import datafiles

US: Final = "US"
NEAR: Final = 5
LEAST_ALIKE: Final = 76
SHORTEST_ALIKE: Final = 4
LONGEST: Final = 120
COUNTRIES_TOO: Final = frozenset({"US-AS", "US-GU", "US-MP", "US-UM", "US-VI"})  # the roster has them as such
_FILE: Final = Path(__file__).parent / "data" / "names.toml"
_NO_WORD: Final = re.compile(r"[\W_]+")
_JOINING: Final = frozenset({"the", "of", "state", "province"})
_CODE: Final = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")
_PIECES: Final = re.compile(r"[,;:/()]|\s[-–—]\s")  # noqa: RUF001 - dashes as people type them


@dataclass(frozen=True, slots=True)
class Place:
    """A country (“FR”) or a part of one (“US-NY”), with the name our pages call it."""

    code: str
    name: str

    @property
    def country(self) -> str:
        return self.code[:2]


PUERTO_RICO: Final = Place("US-PR", "Puerto Rico")  # a country to ISO, a state to the roster


def country(text: str) -> Place | None:
    """The country that a name in any language of names.toml, an ISO code or an everyday word means."""
    code = _country_code(folded(text)) or _in_pieces(text, _country_code)
    return Place(code, countries()[code]) if code else None


def subdivision(of: str, text: str) -> Place | None:
    """The state or province of the country with that code; with “US-” before it or without."""
    code = _subdivision_code(of, folded(text)) or _in_pieces(text, lambda one: _subdivision_code(of, one), beside=of)
    return Place(code, subdivisions(of)[code]) if code else None


def by_code(text: str) -> Place | None:
    """“us-ny” alone says the country too; nothing but a code of ISO 3166-2 does."""
    found = _CODE.fullmatch(text.strip().upper())
    known = subdivisions(found[1]) if found else {}
    return Place(found[0], known[found[0]]) if found and found[0] in known else None


def near_countries(text: str) -> list[str]:
    """Names of countries that somebody may have meant, the likeliest first."""
    found = _near(folded(text), _countries_by_name())
    return [countries()[code] for code in found]


def near_subdivisions(of: str, text: str) -> list[str]:
    found = _near(folded(text), _subdivisions_by_name(of))
    return [subdivisions(of)[code] for code in found]


def beginning_countries(text: str) -> Iterator[Place]:
    """The country a text means, then those with a word that begins so; without any, those like it."""
    yield from _beginning(text, country(text), countries(), near_countries)


def beginning_subdivisions(of: str, text: str) -> Iterator[Place]:
    known = subdivisions(of)
    exact = subdivision(of, text) or next((one for one in (by_code(text),) if one and one.country == of), None)
    yield from _beginning(text, exact, known, lambda words: near_subdivisions(of, words))


def _beginning(
    text: str, exact: Place | None, known: Mapping[str, str], near: Callable[[str], list[str]]
) -> Iterator[Place]:
    wanted = folded(text)
    found = {exact.code: exact} if exact else {}
    for code, name in known.items() if wanted else ():
        if f" {folded(name)}".find(f" {wanted}") >= 0:
            found.setdefault(code, Place(code, name))
    if not found and len(wanted) >= SHORTEST_ALIKE:
        names = {name: code for code, name in known.items()}
        found = {names[name]: Place(names[name], name) for name in near(text) if name in names}
    yield from found.values()


@cache
def countries() -> Mapping[str, str]:
    """Country names by ISO 3166-1 code, in the order of the codes."""
    shown = _file()["shown"]
    rows = ((one.alpha_2, getattr(one, "common_name", one.name)) for one in pycountry.countries)
    return dict(sorted((code, shown.get(code, name)) for code, name in rows))


@cache
def states() -> Mapping[str, str]:
    """US states, the District of Columbia and Puerto Rico, by ISO 3166-2 code."""
    return {code: name for code, name in subdivisions(US).items() if code not in COUNTRIES_TOO}


def subdivisions(of: str) -> Mapping[str, str]:
    """Names by ISO 3166-2 code, by name."""
    return _all_subdivisions().get(of, {})


def groups() -> dict[str, CountryGroup]:
    return {group.key: group for group in CountryGroup.objects.all()}


def countries_of(row: Coverage, known: Mapping[str, CountryGroup]) -> list[str]:
    """Every country a row names, groups spelled out."""
    return _of_group(row.place, known) if row.place.startswith(GROUP) else [row.place[:2]]


def states_of(rows: Iterable[Coverage]) -> set[str]:
    """Every US state some row names, in whole or in part."""
    return {row.place for row in rows if row.place.startswith("US-")}


def spelled_out(row: Coverage, known: Mapping[str, CountryGroup]) -> str:
    """The places of a row by name: “Germany, Austria, Switzerland”."""
    if row.place.startswith(GROUP):
        return ", ".join(name_of(one) for one in _of_group(row.place, known))
    return name_of(row.place, row.part)


def name_of(place: str, part: str = "") -> str:
    """“New York”, “Pennsylvania, eastern part”, “France”."""
    name = countries().get(place) or subdivisions(place[:2]).get(place, place)
    return _("%(place)s, %(part)s part") % {"place": name, "part": part} if part else name


def _of_group(code: str, known: Mapping[str, CountryGroup]) -> list[str]:
    group = known.get(code.removeprefix(GROUP))
    return group.codes if group else []


def _country_code(wanted: str) -> str:
    return _named(wanted, _countries_by_name(), _countries_joined()) or _countries_in_languages().get(wanted, "")


def _subdivision_code(of: str, wanted: str) -> str:
    return _named(wanted, _subdivisions_by_name(of), _subdivisions_joined(of))


def _named(wanted: str, names: Mapping[str, str], joined: Mapping[str, str]) -> str:
    return names.get(wanted) or names.get(_short(wanted)) or joined.get(wanted.replace(" ", ""), "")


def _in_pieces(text: str, meant: Callable[[str], str], *, beside: str = "") -> str:
    """“Germany (DE)”, “New York, NY, USA”: all pieces mean the same; the country itself may stand beside."""
    pieces = [one for one in map(folded, _PIECES.split(text[:LONGEST])) if one]
    if len(pieces) < 2:
        return ""
    codes = {meant(one) for one in pieces if not beside or _countries_by_name().get(one) != beside}
    return codes.pop() if len(codes) == 1 else ""


@cache
def _file() -> Mapping[str, Any]:
    return datafiles.read(_FILE)


@cache
def _countries_by_name() -> Mapping[str, str]:
    """In English, by code, and as names.toml has them; what two countries are called is in none."""
    return _unambiguous(_names_of_countries())


def _names_of_countries() -> Iterator[tuple[str, str]]:
    for code, names in _file()["countries"].items():
        yield from ((name, code) for name in names)
    for code, name in countries().items():
        yield from ((name, code), (code, code))
    for one in pycountry.countries:
        names = (one.alpha_3, one.name, getattr(one, "official_name", ""), getattr(one, "common_name", ""))
        yield from ((name, one.alpha_2) for name in names)


@cache
def _countries_joined() -> Mapping[str, str]:
    return _unambiguous((name.replace(" ", ""), code) for name, code in _countries_by_name().items())


@cache
def _countries_in_languages() -> Mapping[str, str]:
    """Read only when English, codes and our own list did not know a name; the catalogues are not kept."""
    return _unambiguous(pair for language in _file()["languages"] for pair in _names_in(language))


def _names_in(language: str) -> Iterator[tuple[str, str]]:
    path = Path(pycountry.LOCALES_DIR) / language / "LC_MESSAGES" / "iso3166-1.mo"
    with suppress(FileNotFoundError), path.open("rb") as file:
        words = gettext.GNUTranslations(file)
        for one in pycountry.countries:
            for name in (one.name, getattr(one, "common_name", ""), getattr(one, "official_name", "")):
                yield (words.gettext(name), one.alpha_2) if name else ("", "")


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    doubtful = set()
    for name, code in pairs:
        key = folded(name)
        if key and found.setdefault(key, code) != code:
            doubtful.add(key)
    return {key: code for key, code in found.items() if key not in doubtful}


@lru_cache(maxsize=64)
def _subdivisions_by_name(of: str) -> Mapping[str, str]:
    return _unambiguous(_names_of_subdivisions(of))


@lru_cache(maxsize=64)
def _subdivisions_joined(of: str) -> Mapping[str, str]:
    """“N. Y.”, “D. C.”, “Newyork”: without the blanks."""
    return _unambiguous((name.replace(" ", ""), code) for name, code in _subdivisions_by_name(of).items())


def _names_of_subdivisions(of: str) -> Iterator[tuple[str, str]]:
    taught = _file()["subdivisions"]
    for code, name in subdivisions(of).items():
        yield from ((name, code), (code, code), (code.partition("-")[2], code))
        yield from ((other, code) for other in taught.get(code, ()))


@cache
def _all_subdivisions() -> Mapping[str, Mapping[str, str]]:
    """Straight from the library's file: its own objects for the 5,000 would weigh 5 MB in every process."""
    path = Path(pycountry.DATABASE_DIR) / "iso3166-2.json"
    found: dict[str, dict[str, str]] = {}
    for row in json.loads(path.read_text(encoding="utf-8"))["3166-2"]:
        found.setdefault(row["code"][:2], {})[row["code"]] = row["name"]
    return {of: dict(sorted(names.items(), key=lambda pair: pair[1])) for of, names in found.items()}


def _near(wanted: str, names: Mapping[str, str]) -> list[str]:
    if len(wanted) < 2:
        return []
    known = [name for name in names if len(name) > 3]
    found = process.extract(wanted, known, scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE, limit=4 * NEAR)
    return list(dict.fromkeys(names[name] for name, _alike, _at in found))[:NEAR]


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Without capitals, accents, dots and other signs: “Wash., D.C.” is `wash dc`."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST].replace("&", " and ")).casefold().replace(".", "")
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(_NO_WORD.sub(" ", bare).split())


def _short(wanted: str) -> str:
    """Without the words that say nothing: “the state of New York”."""
    return " ".join(word for word in wanted.split() if word not in _JOINING)
