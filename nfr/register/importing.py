"""A list kept elsewhere becomes licences: looked at first, taken over once; what is there already stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import tables
from documents.models import StoredFile
from documents.storing import store
from nfr import terms
from nfr.models import Licence, SeatCount
from nfr.register import access, sheet, writing
from nfr.register.sheet import Line, Sheet
from partners import learning, names
from partners.dashboard import linking
from partners.learning import CannotRemember
from partners.matching import Candidate, match
from partners.models import Account
from people.models import User

AREA: Final = "nfr"
MOST_BYTES: Final = 10 * 1024 * 1024
KEPT: Final = timedelta(days=1)
WITH_SUGGESTIONS: Final = 20  # names; each costs a statement
_ONE_AT_A_TIME: Final = 0x6E667231


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A name that means no single partner, its lines, and who may be meant."""

    number: int
    name: str
    lines: int
    suggested: Sequence[Candidate] = ()


@dataclass(kw_only=True)
class Plan:
    """What the file would bring."""

    file: StoredFile
    sheet: Sheet
    new: list[tuple[Line, Account | None]] = field(default_factory=list)
    same: list[Line] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    @property
    def shown(self) -> list[tuple[Line, Account | None]]:
        return self.new[:50]

    @property
    def more(self) -> int:
        return max(0, len(self.new) - 50)


def keep(content: bytes, *, name: str, by: User) -> StoredFile:
    """Reads the file, and keeps it for the preview when it can be taken; raises `Unfit` when it cannot."""
    check_may(by)
    read(content, name)
    forget_old()
    with transaction.atomic():
        return store(content, name=name, area=AREA)


def read(content: bytes, name: str) -> Sheet:
    found = sheet.of(tables.read(content, name))
    if not found.lines and not found.rejected:
        raise tables.Unfit(_("There is no licence in this file, only its head."))
    return found


def waiting_file(pk: UUID) -> StoredFile | None:
    return StoredFile.objects.filter(pk=pk, key__startswith=f"{AREA}/").first()


def plan(file: StoredFile) -> Plan:
    """Four statements, and one for each of the first names nobody knows; raises `Unfit`."""
    found = read(file.read(), file.name)
    partners = linking.known()
    by_name = {line.partner: partners.account_of(line.partner) for line in found.lines}
    accounts = Account.objects.in_bulk([pk for pk in by_name.values() if pk])
    planned = Plan(file=file, sheet=found)
    there = _there()
    for line in found.lines:
        account = accounts.get(by_name[line.partner] or 0)
        keys = _identities(line, account)
        if keys & there:
            planned.same.append(line)
        else:
            planned.new.append((line, account))
            there |= keys
    planned.unknown = _unknown(planned.new)
    return planned


def take_over(file: StoredFile, *, chosen: Mapping[int, int], by: User) -> int:
    """Every new line becomes a licence; `chosen` says whose the unknown names are, by their number. Twice brings none.

    The names a person said are remembered.
    """
    check_may(by)
    planned = plan(file)
    with transaction.atomic():
        _one_at_a_time()
        said = _said(planned.unknown, chosen, by=by)
        there, rows, done = _there(), list(terms.valid_on(timezone.localdate())), 0
        for line, found in planned.new:
            account = found or said.get(line.partner)
            keys = _identities(line, account)
            if not keys & there:
                _write(line, account, rows, by=by)
                there |= keys
                done += 1
    return done


def forget_old() -> None:
    """Lists that were uploaded, taken over or not, a day later; their bytes go with the next sweep of files."""
    StoredFile.objects.filter(key__startswith=f"{AREA}/", created__lt=timezone.now() - KEPT).delete()


def check_may(by: User) -> None:
    if not access.may_write(by):
        raise PermissionDenied(_("Only the desk writes the register."))


def _write(line: Line, account: Account | None, rows: Sequence[Any], *, by: User) -> None:
    values = {**line.values, "partner_name": line.partner}
    if values["seats_allowed"] is None and account is not None:
        found = terms.of_track(rows, account.track)
        values["seats_allowed"] = found.seats if found else None
    fixed = {name: values.pop(name) for name in ("type", "tier", "seats", "namespace", "starts", "ends")}
    made = writing.grant(None, account=account, by=by, more=values, source=Licence.Source.IMPORT, **fixed)
    if line.used is not None:
        writing.count_seats(made, line.used, source=SeatCount.Source.DESK, by=by)


def _said(unknown: Iterable[Unknown], chosen: Mapping[int, int], *, by: User) -> dict[str, Account]:
    accounts = Account.objects.filter(deleted=None, merged_into=None).in_bulk(list(chosen.values()))
    found = {}
    for one in unknown:
        account = accounts.get(chosen.get(one.number, 0))
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
        Unknown(
            number=number,
            name=name,
            lines=lines,
            suggested=match(company=name).candidates[:3] if number <= WITH_SUGGESTIONS else (),
        )
        for number, (name, lines) in enumerate(counted.items(), start=1)
    ]


def _there() -> set[tuple[Any, ...]]:
    """What tells the licences of the register from each other."""
    columns = ("account_id", "partner_name", "type", "namespace", "licence_ref", "starts", "ends")
    found: set[tuple[Any, ...]] = set()
    for account, name, *rest in Licence.objects.values_list(*columns):
        found |= _keys(account, name, *rest)
    return found


def _identities(line: Line, account: Account | None) -> set[tuple[Any, ...]]:
    said = line.values
    places = ("type", "namespace", "licence_ref", "starts", "ends")
    return _keys(account.pk if account else None, line.partner, *(said[name] for name in places))


def _keys(
    account: int | None, name: str, kind: str, namespace: str, ref: str, starts: date | None, ends: date | None
) -> set[tuple[Any, ...]]:
    """Whose it is, as an id or as a name, and which: a line whose partner was said meanwhile is still the same."""
    which = (kind, namespace.casefold(), ref.casefold(), starts, ends)
    keys: set[tuple[Any, ...]] = {("account", account, *which)} if account else set()
    core = names.normalised(name) if name else ""
    return keys | ({("name", core, *which)} if core else set())


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
