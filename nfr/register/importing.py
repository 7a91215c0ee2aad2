"""A list kept elsewhere becomes licences: looked at first, taken over once; what is there already stays as it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import tables
from documents.models import StoredFile
from documents.storing import store
from nfr import terms
from nfr.models import Terms
from nfr.register import access, comparing, sheet, writing
from nfr.register.comparing import There
from nfr.register.sheet import Grid, Line, Rejected, Sheet
from partners import learning
from partners.dashboard import linking
from partners.learning import CannotRemember
from partners.matching import Candidate, match
from partners.models import Account
from people.models import User

AREA: Final = "nfr"
GRID: Final = "application/json"
MOST_BYTES: Final = 10 * 1024 * 1024
KEPT: Final = timedelta(days=1)
WITH_SUGGESTIONS: Final = 20  # names; each costs a statement


@dataclass(kw_only=True)
class Unknown:
    """A name that means no single partner, and its lines; `asks` where it is worth a look who may be meant."""

    name: str
    lines: int
    asks: bool = True

    @cached_property
    def suggested(self) -> Sequence[Candidate]:
        """Read where a page shows it."""
        return match(company=self.name).candidates[:3] if self.asks else ()

    @property
    def key(self) -> str:
        """Of the name itself: what a page says of it stays so, whatever became known meanwhile."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:20]


@dataclass(kw_only=True)
class Plan:
    """What the file would bring."""

    file: StoredFile
    sheet: Sheet
    new: list[tuple[Line, Account | None]] = field(default_factory=list)
    same: list[Line] = field(default_factory=list)
    others: list[Rejected] = field(default_factory=list)  # the register says something else about the same licence
    unknown: list[Unknown] = field(default_factory=list)

    @property
    def not_taken(self) -> list[Rejected]:
        return sorted([*self.sheet.rejected, *self.others], key=lambda one: one.number)

    @property
    def shown(self) -> list[tuple[Line, Account | None]]:
        return self.new[:50]

    @property
    def more(self) -> int:
        return max(0, len(self.new) - 50)


@dataclass(frozen=True, kw_only=True)
class Done:
    """`left` are lines that the register has got otherwise, or that somebody else took over meanwhile."""

    taken: int
    left: int


def keep(content: bytes, *, name: str, by: User) -> StoredFile:
    """What is read in the file, for the preview; never the file itself. Raises `Unfit` when it cannot be taken."""
    check_may(by)
    grid = sheet.grid(tables.read(content, name))
    if not grid.rows:
        raise tables.Unfit(_("There is no licence in this file, only its head."))
    forget_old()
    with transaction.atomic():
        return store(json.dumps(asdict(grid)).encode(), name=name, declared_type=GRID, area=AREA)


def waiting_file(pk: UUID) -> StoredFile | None:
    return StoredFile.objects.filter(pk=pk, key__startswith=f"{AREA}/", declared_type=GRID).first()


def plan(file: StoredFile) -> Plan:
    """Four statements."""
    found = sheet.of(Grid(**json.loads(file.read())))
    partners = linking.known()
    by_name = {line.partner: partners.account_of(line.partner) for line in found.lines}
    accounts = Account.objects.in_bulk([pk for pk in by_name.values() if pk])
    planned, there = Plan(file=file, sheet=found), There.now()
    for line in found.lines:
        account = accounts.get(by_name[line.partner] or 0)
        if there.has(line, account):
            planned.same.append(line)
        elif words := there.otherwise(line, account):
            planned.others.append(Rejected(line.number, words, line.partner))
        else:
            planned.new.append((line, account))
            there.add(line, account)
    planned.unknown = _unknown(planned.new)
    return planned


def take_over(file: StoredFile, *, chosen: Mapping[str, int], by: User) -> Done:
    """Every new line becomes a licence; `chosen` says whose the unknown names are, by their key. Twice brings none.

    The names a person said are remembered.
    """
    check_may(by)
    planned = plan(file)
    with transaction.atomic():
        comparing.one_at_a_time()
        said = _said(planned.unknown, chosen, by=by)
        there, rows = There.now(), list(Terms.objects.order_by("track", "-valid_from", "-id"))
        taken = list[tuple[dict[str, Any], int | None]]()
        for line, found in planned.new:
            account = found or said.get(line.partner)
            if not there.has(line, account) and not there.otherwise(line, account):
                taken.append((_values(line, account, rows), line.used))
                there.add(line, account)
        writing.take_in(taken, by=by)
    return Done(taken=len(taken), left=len(planned.new) - len(taken))


def forget_old() -> None:
    """Lists that were uploaded, taken over or not, a day later; their bytes go with the next sweep of files."""
    StoredFile.objects.filter(key__startswith=f"{AREA}/", created__lt=timezone.now() - KEPT).delete()


def check_may(by: User) -> None:
    if not access.may_write(by):
        raise PermissionDenied(_("Only the desk writes the register."))


def _values(line: Line, account: Account | None, rows: Sequence[Terms]) -> dict[str, Any]:
    """By the columns of a licence; what the program allows is that of its first day."""
    values = {**line.values, "partner_name": line.partner, "account": account}
    if values["seats_allowed"] is None and account is not None:
        on = values["starts"] or timezone.localdate()
        found = terms.of_track(terms.of_day(rows, on), account.track)
        values["seats_allowed"] = found.seats if found else None
    return values


def _said(unknown: Iterable[Unknown], chosen: Mapping[str, int], *, by: User) -> dict[str, Account]:
    accounts = Account.objects.filter(deleted=None, merged_into=None).in_bulk(list(chosen.values()))
    found = {}
    for one in unknown:
        account = accounts.get(chosen.get(one.key, 0))
        if account is not None:
            found[one.name] = account
            _remember(account, one.name, by=by)
    return found


def _remember(account: Account, name: str, *, by: User) -> None:
    """A name too common to be remembered is still said for these lines."""
    try:
        with transaction.atomic():
            learning.remember(account, name=name, by=by, why=_("List of NFR licences"))
    except CannotRemember:
        return


def _unknown(new: Iterable[tuple[Line, Account | None]]) -> list[Unknown]:
    counted: dict[str, int] = {}
    for line, account in new:
        if account is None:
            counted[line.partner] = counted.get(line.partner, 0) + 1
    return [
        Unknown(name=name, lines=lines, asks=number <= WITH_SUGGESTIONS)
        for number, (name, lines) in enumerate(counted.items(), start=1)
    ]
