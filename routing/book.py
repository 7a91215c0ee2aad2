"""Every rule valid on a day, kept in the process: a look-up asks no database."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db import transaction

from integrations import shared
from partners import names
from people.models import Absence, ChannelManager
from routing import forgetting
from routing.keys import folded
from routing.models import (
    GROUP,
    CountryGroup,
    Coverage,
    KeyAlias,
    KeyRule,
    PartnerRule,
    PrecedenceStep,
    SubdivisionPart,
)
from routing.state import state
from web.memory import Memory

SECONDS: Final = 5
DAYS: Final = 3  # today, and what a page that looks back or ahead asks for
CHANGED: Final = "routing:changed"
A_DAY: Final = 86_400
AN_HOUR: Final = 3_600
_kept: Final = Memory(seconds=SECONDS, most=DAYS)
_read: Final = Memory(seconds=AN_HOUR, most=DAYS)  # by the state they were read in
_told: Final = Memory(seconds=0.02, most=1)  # thousands of look-ups in a row ask Redis fifty times a second


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the directory or of the mapping, whichever table it comes from.

    `key` is what it is found by, `result` what it says; without a manager the result names nobody, or nobody known.
    """

    id: str
    table: str
    key: str
    result: str
    manager: int | None
    source: str
    fiscal_year: str
    effective: date
    track: str = ""
    part: str = ""
    section: str = ""
    account: int | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    name: str
    catch_all: bool
    settled: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a state; `postal` holds the first digits of its codes, from and to."""

    slug: str
    name: str
    postal: tuple[tuple[str, str], ...]
    note: str

    def holds(self, postal_code: str) -> bool:
        """A code too short to tell is in none."""
        return any(
            len(postal_code) >= max(len(first), len(last))
            and first <= postal_code[: len(first)]
            and postal_code[: len(last)] <= last
            for first, last in self.postal
        )


Rules = Sequence[Rule]


class Book:
    """What holds on `on`; read it, never write to it."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.managers: Mapping[int, ChannelManager] = ChannelManager.objects.in_bulk()
        self.absences = _absences(on)
        self.groups = _groups()
        self.parts = _parts()
        self.places, self.public_sector = _coverage(on)
        self.keys = _keys(on)
        self.partners = _partners(on)
        self.aliases = _aliases()
        self.precedence: Sequence[str] = list(PrecedenceStep.objects.values_list("table", flat=True))

    def at(self, place: str) -> Rules:
        """Rules of exactly this place: “US-NY”, “JP”, “group:dach”."""
        return self.places.get(place, ())

    def by_key(self, table: str, key: str) -> Rules:
        return self.keys[table].get(folded(key), ())

    def alias(self, table: str, key: str) -> KeyAlias | None:
        return self.aliases.get((table, folded(key)))

    def by_partner(self, table: str, *, account: int | None, name: str) -> Rules:
        """Rules linked to the account; else those written with its name that are linked to no other."""
        by_account, by_name = self.partners[table]
        if account is not None and account in by_account:
            return by_account[account]
        found = next((by_name[one] for one in _spellings(name) if one in by_name), ())
        return [one for one in found if account is None or one.account in {None, account}]

    def partner_names(self, table: str) -> Sequence[str]:
        return self._partner_names[table]

    @cached_property
    def _partner_names(self) -> Mapping[str, Sequence[str]]:
        return {
            table: sorted({rule.key for rules in by_name.values() for rule in rules})
            for table, (_by_account, by_name) in self.partners.items()
        }

    @cached_property
    def has_subdivisions(self) -> frozenset[str]:
        """Countries whose states have rules of their own."""
        return frozenset(place[:2] for place in self.places if "-" in place and not place.startswith(GROUP))

    @cached_property
    def written(self) -> Mapping[str, Mapping[str, str]]:
        """Keys as written by what is left of them without blanks and signs; for near misses."""
        return {
            table: {squeezed(key): rules[0].key for key, rules in of_table.items()}
            for table, of_table in self.keys.items()
        }


def book(on: date) -> Book:
    """The rules of that day: as they were five seconds ago at worst, and as they are once somebody has told us."""
    told = _told.get(CHANGED, lambda: shared.read(CHANGED))
    return _kept.get((on, told), lambda: _unless_changed(on))


def _unless_changed(on: date) -> Book:
    """Reading thousands of rules takes too long to do it every five seconds for nothing.

    A book of its own each time all the same: what others remember beside a book is as old as that one at most.
    """
    return copy(_read.get((on, state()), lambda: Book(on)))


def forget() -> None:
    """After every change of a rule: here at once, and everywhere as soon as others can see it."""
    _kept.forget()
    transaction.on_commit(tell)


def tell() -> None:
    """Every process reads the rules anew; where Redis is away, within five seconds."""
    shared.keep(CHANGED, time.time_ns(), seconds=A_DAY)
    _told.forget()
    _kept.forget()


forgetting.hooks.append(tell)


def squeezed(key: str) -> str:
    """Letters and digits only: `Large AMER-PNW/MW-1` and `Large-AMER-PNW/MW-1` are one."""
    return "".join(sign for sign in key.lower() if sign.isalnum())


def _coverage(on: date) -> tuple[Mapping[str, Rules], Rules]:
    """By place, and the rows of the US public sector aside: those go by partner."""
    by_place: dict[str, list[Rule]] = defaultdict(list)
    public: list[Rule] = []
    rows = Coverage.objects.valid_on(on).order_by("position", "id")
    for row in rows.values(
        *("id", "place", "part", "track", "public_sector", "manager_id", "section_title", "area", "remark", "source"),
        *("fiscal_year", "valid_from"),
    ).iterator():
        (public if row["public_sector"] else by_place[row["place"]]).append(_covering(row))
    return dict(by_place), public


def _covering(row: Mapping[str, Any]) -> Rule:
    words = row["source"] or row["area"]
    return Rule(
        id=f"coverage:{row['id']}",
        table="coverage",
        key=row["place"],
        result=row["remark"],
        manager=row["manager_id"],
        source=f"{row['fiscal_year']} {row['section_title']}, “{words}”".strip(),
        fiscal_year=row["fiscal_year"],
        effective=row["valid_from"],
        track=row["track"],
        part=row["part"],
        section=row["section_title"],
        remark=row["remark"],
    )


def _keys(on: date) -> Mapping[str, Mapping[str, Rules]]:
    found: dict[str, dict[str, list[Rule]]] = {table: defaultdict(list) for table in KeyRule.Table.values}
    rows = KeyRule.objects.valid_on(on).order_by("row", "id")
    for row in rows.values("table", "key", *_MAPPED).iterator():
        found[row["table"]][folded(row["key"])].append(_mapped("keyrule", row, key=row["key"]))
    return {table: dict(rules) for table, rules in found.items()}


def _partners(on: date) -> Mapping[str, tuple[Mapping[int, Rules], Mapping[str, Rules]]]:
    found: dict[str, tuple[dict[int, list[Rule]], dict[str, list[Rule]]]] = {
        table: (defaultdict(list), defaultdict(list)) for table in PartnerRule.Table.values
    }
    rows = PartnerRule.objects.valid_on(on).order_by("row", "id")
    for row in rows.values("table", "partner_name", "account_id", *_MAPPED).iterator():
        rule = _mapped("partnerrule", row, key=row["partner_name"], account=row["account_id"])
        by_account, by_name = found[row["table"]]
        if rule.account is not None:
            by_account[rule.account].append(rule)
        for name in set(_known_as(rule.key)):
            by_name[name].append(rule)
    return {table: (dict(by_account), dict(by_name)) for table, (by_account, by_name) in found.items()}


_MAPPED: Final = ("id", "result", "manager_id", "row", "cell", "remark", "source_id", "fiscal_year", "valid_from")


def _mapped(kind: str, row: Mapping[str, Any], *, key: str, account: int | None = None) -> Rule:
    where = f"row {row['row']}" if row["row"] else row["cell"] or "entered here"
    return Rule(
        id=f"{kind}:{row['id']}",
        table=row["table"],
        key=key,
        result=row["result"],
        manager=row["manager_id"],
        source=f"{row['fiscal_year']} mapping, {where}".strip(),
        fiscal_year=row["fiscal_year"],
        effective=row["valid_from"],
        account=account,
        remark=row["remark"],
    )


def _known_as(written: str) -> tuple[str, ...]:
    """What finds a rule: its name, its words in the same legal form, its words where one of the two has no form."""
    apart = names.taken_apart(written)
    any_form = f"{apart.core}\x00" if not apart.form else f"{apart.core}\x00?"
    return (folded(written), f"{apart.core}\x00{apart.form}", any_form)


def _spellings(asked: str) -> tuple[str, ...]:
    """Acme GmbH is not Acme Inc.; but Acme may be either, where a table has one of them."""
    apart = names.taken_apart(asked)
    if not apart.core:
        return ()
    any_form = f"{apart.core}\x00" if apart.form else f"{apart.core}\x00?"
    return (folded(asked), f"{apart.core}\x00{apart.form}", any_form)


def _groups() -> Mapping[str, Sequence[Group]]:
    """The groups each country belongs to."""
    found: dict[str, list[Group]] = defaultdict(list)
    for row in CountryGroup.objects.all():
        for code in row.codes:
            found[code].append(Group(row.key, row.name, row.catch_all, row.settled))
    return dict(found)


def _parts() -> Mapping[str, Sequence[Part]]:
    found: dict[str, list[Part]] = defaultdict(list)
    for row in SubdivisionPart.objects.all():
        postal = tuple((str(first), str(last)) for first, last in row.postal)
        found[row.place].append(Part(row.slug, row.name, postal, row.note if row.assumption else ""))
    return dict(found)


def _aliases() -> Mapping[tuple[str, str], KeyAlias]:
    return {(row.table, folded(row.key)): row for row in KeyAlias.objects.select_related("said_by")}


def _absences(on: date) -> Mapping[int, Absence]:
    rows: Iterable[Absence] = Absence.objects.filter(manager__isnull=False, first_day__lte=on)
    return {row.manager_id: row for row in rows if row.manager_id and (row.last_day is None or on <= row.last_day)}
