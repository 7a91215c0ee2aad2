"""Does Impartner say the same? An export of account and CAM against the rules and against Salesforce."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from documents import tables
from documents.tables import Table, Unfit
from integrations.salesforce import ids
from partners import names
from partners.models import Account, AccountName
from routing import owners
from routing.facts import Where
from tickets.search import fold

ACCOUNT: Final = re.compile(r"\b(account|company|partner|organi[sz]ation)\b(?!.*\b(id|manager|owner)\b)", re.IGNORECASE)
IDENTITY: Final = re.compile(r"\b(salesforce|sfdc|crm)\b.*\bid\b|\baccount id\b", re.IGNORECASE)
MANAGER: Final = re.compile(
    r"\bcam\b|\bchannel\b.*\b(manager|owner)\b|\b(account|partner) (manager|owner)\b", re.IGNORECASE
)
NAME: Final = re.compile(r"\bname\b", re.IGNORECASE)
BESIDE: Final = re.compile(
    r"\b(e-?mail|phone|status|stage|tier|type|level|region|country|city|state|since|date|address|url|web ?site)\b",
    re.IGNORECASE,
)
MOST: Final = 20_000
HEADS: Final = 20  # in which of the first lines the heading may stand


@dataclass(frozen=True, kw_only=True)
class Line:
    """A partner whose channel manager in Impartner is not the one the rules name, or not Salesforce's owner."""

    number: int
    name: str
    account: Account | None
    there: str
    rules: str
    salesforce: str

    @property
    def differs_from_rules(self) -> bool:
        return bool(self.rules) and not same(self.there, self.rules)

    @property
    def differs_from_salesforce(self) -> bool:
        return bool(self.salesforce) and not same(self.there, self.salesforce)


@dataclass(frozen=True, kw_only=True)
class Compared:
    lines: int
    same: int
    differing: Sequence[Line]
    unknown: Sequence[Line]  # no partner of that name, or several
    missing: Sequence[Account]  # of the change, and not in the export


def compare(content: bytes, name: str, *, wanted: Iterable[Account] = (), on: date | None = None) -> Compared:
    """Raises `Unfit` with a sentence where the file has no such columns."""
    rows = list(_rows(tables.read(content, name)))
    lines = list(_lines(rows, on or timezone.localdate()))
    known = [one for one in lines if one.account is not None]
    differing = [one for one in known if one.differs_from_rules or one.differs_from_salesforce]
    there = {one.account.pk for one in known if one.account}
    return Compared(
        lines=len(lines),
        same=len(known) - len(differing),
        differing=differing,
        unknown=[one for one in lines if one.account is None],
        missing=[one for one in wanted if one.pk not in there],
    )


def same(one: str, other: str) -> bool:
    """“MARIA HENRY ” is Maria Henry; so is “Henry, Maria”."""
    return sorted(fold(one.replace(",", " ")).split()) == sorted(fold(other.replace(",", " ")).split())


def _rows(found: Sequence[Table]) -> Iterator[tuple[int, str, str, str]]:
    """Number, name, id and manager of each line of the first tab that has the columns."""
    for table in found:
        for at, (_number, cells) in enumerate(table.rows[:HEADS]):
            columns = _columns(cells)
            if columns is None:
                continue
            if len(table.rows) - at - 1 > MOST:
                raise Unfit(
                    _("This file has more than %(most)d lines. Split it and compare the parts.") % {"most": MOST}
                )
            for number, line in table.rows[at + 1 :]:
                name, identity, manager = (_cell(line, column) for column in columns)
                if name or identity:
                    yield number, name, identity, manager
            return
    raise Unfit(_("No line has the headings we look for: one for the account (“Account Name”) and one for the CAM."))


def _columns(cells: Sequence[str]) -> tuple[int | None, int | None, int] | None:
    """A column called a name comes before others that speak of the account or of its manager: status, tier, address."""
    manager = _called(cells, MANAGER)
    identity = _called(cells, IDENTITY)
    name = _called(cells, ACCOUNT, besides={manager, identity})
    return None if manager is None or name is identity is None else (name, identity, manager)


def _called(cells: Sequence[str], wanted: re.Pattern[str], *, besides: Collection[int | None] = ()) -> int | None:
    found = [at for at, head in enumerate(cells) if at not in besides and wanted.search(head)]
    plain = [at for at in found if not BESIDE.search(cells[at])]
    return next((at for at in [*(one for one in plain if NAME.search(cells[one])), *plain, *found]), None)


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""


def _lines(rows: Sequence[tuple[int, str, str, str]], on: date) -> Iterator[Line]:
    by_id, by_name = _known()
    for number, name, identity, manager in rows:
        account = by_id.get(ids.full_id(identity)) if ids.is_id(identity) else by_name.get(_key(name))
        found = owners.account_owner(Where(account=account), on=on).manager if account else None
        yield Line(
            number=number,
            name=name or identity,
            account=account,
            there=manager,
            rules=str(found or ""),
            salesforce=account.owner_name if account else "",
        )


def _known() -> tuple[Mapping[str, Account], Mapping[str, Account]]:
    """Living partners by id, and by a name that only one of them has; names that people taught us count too."""
    living = {one.pk: one for one in Account.objects.filter(deleted=None, merged_into=None)}
    by_name: dict[str, set[int]] = {}
    for one in living.values():
        by_name.setdefault(_key(one.name), set()).add(one.pk)
    for other in AccountName.objects.filter(account__in=living):
        by_name.setdefault(_key(other.name), set()).add(other.account_id)
    only = {key: living[next(iter(found))] for key, found in by_name.items() if len(found) == 1}
    return {one.salesforce_id: one for one in living.values() if one.salesforce_id}, only


def _key(name: str) -> str:
    apart = names.taken_apart(name)
    return f"{apart.core}\x00{apart.form}"
