"""Which contracted territories go with an owner: what is there, and what the new owner's area suggests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Func, TextField

from partners.models import Account
from people.models import ChannelManager
from routing import places
from routing.models import Coverage


@dataclass(frozen=True, kw_only=True)
class Territory:
    """A value of the field; `fits` says whether the new owner looks after it, None where nobody can tell."""

    name: str
    fits: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    present: list[Territory]
    suggested: list[Territory]  # missing, and the partner's own country or all of the new owner's that are meant
    others: list[Territory]  # what else some partner has


def offer(account: Account, manager: ChannelManager | None, *, on: date) -> Offer:
    """Of values that Salesforce knows: the field takes no others."""
    area = _area(manager, on) if manager else set[str]()
    known = {name: Territory(name=name, fits=_fits(name, area)) for name in known_names()}
    missing = [one for name, one in known.items() if name not in account.contracted_territories]
    home = places.country(account.country) if account.country else None
    suggested = [one for one in missing if one.fits and home is not None and _code(one.name) == home.code]
    return Offer(
        present=[Territory(name=name, fits=_fits(name, area)) for name in account.contracted_territories],
        suggested=suggested,
        others=sorted((one for one in missing if one not in suggested), key=lambda one: (not one.fits, one.name)),
    )


def known_names() -> list[str]:
    """Every value that some partner has."""
    parts = Func("contracted_territories", function="unnest", output_field=TextField())
    rows = Account.objects.filter(deleted=None).order_by().annotate(one=parts)
    return sorted(set(rows.values_list("one", flat=True).distinct()))


def _area(manager: ChannelManager, on: date) -> set[str]:
    """The countries a manager's rows of the directory name, by code."""
    rows, known = Coverage.objects.valid_on(on).filter(manager=manager), places.groups()
    return {code for row in rows for code in places.countries_of(row, known)}


def _fits(name: str, area: set[str]) -> bool | None:
    code = _code(name)
    return code in area if area and code else None


def _code(name: str) -> str:
    found = places.country(name)
    return found.code if found else ""
