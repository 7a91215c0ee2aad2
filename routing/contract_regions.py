"""Which of the four regions of partner agreements a country, or a territory as Salesforce writes it, lies in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Final

from partners.models import Account, Region
from partners.regions import Agreement
from routing import places
from routing.audit.regions import regions as parts_of_the_world
from web import datafiles

_FILE: Final = Path(__file__).parent / "data" / "contract_regions.toml"
_NO_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """Where a partner's agreement holds: the regions, the countries by code, and how Salesforce wrote them.

    `unread`: there are territories besides that nobody here knows.
    """

    regions: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    words: str = ""
    unread: bool = False

    @property
    def region(self) -> str:
        """The one region; empty where there are several, or none."""
        return next(iter(self.regions)) if len(self.regions) == 1 else ""


def agreed_of(account: Account) -> Agreed:
    """By the contracted territories; where Salesforce names none, by the region the desk keeps."""
    if not account.contracted_territories:
        regions = frozenset({account.region} if account.region else ())
        return Agreed(regions=regions, countries=frozenset(), words=account.region)
    found = [(region_of(one), country_code(one)) for one in account.contracted_territories]
    return Agreed(
        regions=frozenset(region for region, _code in found if region),
        countries=frozenset(code for _region, code in found if code),
        words=", ".join(account.contracted_territories),
        unread=any(not region and not code for region, code in found),
    )


def agreement_of(account: Account) -> Agreement:
    """For partners, who know no map: where people count for this partner."""
    agreed = agreed_of(account)
    if not agreed.words:
        return Agreement()
    return Agreement(words=", ".join(sorted(agreed.regions)) or agreed.words, holds=partial(_holds, agreed))


def _holds(agreed: Agreed, country: str) -> bool | None:
    region, code = _placed(country)
    if region and within(agreed, region=region, code=code):
        return True
    return None if agreed.unread or not region else False


def within(agreed: Agreed, *, region: str, code: str) -> bool:
    """The United States are in two regions: of its public sector alone, and of everybody else in America."""
    if region in agreed.regions or code in agreed.countries:
        return True
    american = region == Region.AMER and code == "US"
    return american and Region.US_PUBSEC.value in agreed.regions


@lru_cache(maxsize=4000)
def _placed(country: str) -> tuple[str, str]:
    return region_of(country), country_code(country)


def region_of(text: str) -> str:
    """Of a country, or of a region by one of its names; empty where nobody knows."""
    by_name = _by_name().get(" ".join(_NO_WORD.split(text.casefold())).strip())
    return by_name or _by_country().get(country_code(text), "")


def country_code(text: str) -> str:
    place = places.country(text) if text.strip() else None
    return place.code if place else ""


@cache
def _by_name() -> Mapping[str, str]:
    return {name: row["code"] for row in _rows() for name in row.get("also", ())}


@cache
def _by_country() -> Mapping[str, str]:
    parts = parts_of_the_world()
    found: dict[str, str] = {}
    for row in _rows():
        codes: Iterable[str] = (code for part in row.get("parts", ()) for code in parts[part])
        found |= dict.fromkeys([*codes, *row.get("countries", ())], Region(row["code"]).value)
    return found


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = datafiles.read(_FILE)["region"]
    return rows
