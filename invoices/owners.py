"""Who answers what the desk only passes on, and where that is written: `data/owners.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from tickets.models import Resource
from tickets.procedures import Fact
from web import datafiles

DATA: Final = Path(__file__).parent / "data" / "owners.toml"


@dataclass(frozen=True, kw_only=True)
class Owner:
    """`who` does it, `does` says what, `response` answers the partner, `resources` are where the desk looks."""

    matter: str
    who: str
    does: str
    response: str
    resources: tuple[str, ...]


@cache
def all_owners() -> dict[str, Owner]:
    rows = datafiles.read(DATA)["owner"]
    return {row["matter"]: Owner(**row | {"resources": tuple(row["resources"])}) for row in rows}


def owner_of(matter: str) -> Owner:
    return all_owners()[matter]


def facts_of(owner: Owner) -> list[Fact]:
    """What stands behind the answer, for the desk: the owner, and the resources as `/resources/` has them now."""
    found = Resource.objects.filter(slug__in=owner.resources)
    rows = [Fact(name=one.section, value=one.title, source=one.remark, link=one.address) for one in found]
    return [Fact(name=_("Answered by"), value=owner.who, source=owner.does), *rows]
