"""Prepare, compare, confirm, undo: each act one transaction with its event; only leads change the mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.storing import store
from journal.record import Actor, actor_of, record
from people.models import ChannelManager, User
from routing import book, dating, forgetting
from routing.dating import Refused
from routing.importing import applying, checking, comparing, reading
from routing.importing.applying import Watch, quiet
from routing.importing.comparing import Difference
from routing.importing.naming import plain
from routing.importing.reading import Line, Sheet
from routing.keys import fiscal_year
from routing.models import MappingImport

AREA: Final = "mapping"
MOST_BYTES: Final = 10 * 1024 * 1024
State = MappingImport.State
Lines = Callable[[list[Line]], Iterable[Line]]


def prepare(
    content: bytes,
    *,
    name: str,
    by: User | Actor,
    effective: date,
    year: str = "",
    said: Mapping[str, str] | None = None,
) -> MappingImport:
    """Reads the file and keeps it beside the mapping; `documents.tables.Unfit` says why it cannot be read."""
    actor = _let_in(by)
    sheet = reading.read(content, name, said=said)
    with transaction.atomic():
        change = MappingImport(
            file=store(content, name=name, area=AREA),
            name=name[:255],
            fiscal_year=year or sheet.fiscal_year or fiscal_year(effective),
            effective=effective,
            imported_by=actor.user,
        )
        _keep(change, sheet, said or {})
        change.save()
        _count(change, compared(change))
        record(change, "mapping prepared", by=actor, after=_said_of(change))
    return change


def try_out(
    content: bytes, *, name: str, effective: date, year: str = "", watch: Lines = lambda lines: lines
) -> Difference:
    """What it would change; nothing is kept."""
    sheet = reading.read(content, name)
    label = year or sheet.fiscal_year or fiscal_year(effective)
    checked = checking.check(watch(sheet.lines), on=effective)
    return comparing.compare(checked, sheet.blocks, on=effective, fiscal_year=label)


def compared(change: MappingImport, *, watch: Lines = lambda lines: lines) -> Difference:
    """Against the mapping as it is now: what was prepared weeks ago is looked at anew."""
    lines = [Line(one["table"], one["key"], one["result"], one["row"], one["cell"]) for one in change.rows]
    checked = checking.check(watch(lines), on=change.effective, names=names_of(change))
    return comparing.compare(checked, tables_of(change), on=change.effective, fiscal_year=change.fiscal_year)


def confirm(
    change: MappingImport, *, by: User | Actor, skip_bad: bool = False, seen: str = "", watch: Watch = quiet
) -> MappingImport:
    """Into the mapping from its day on. `seen` is the digest of the comparison somebody looked at."""
    actor = _let_in(by)
    with transaction.atomic():
        dating.one_at_a_time()
        change = _locked(change, State.PREPARED)
        found = compared(change)
        if seen and seen != found.digest():
            raise Refused(_("The mapping, or the managers, changed since you compared. Look at it once more."))
        if found.rejected and not skip_bad:
            raise Refused(_rejected(len(found.rejected)))
        memo = applying.apply(found, change, tables=tables_of(change), watch=watch)
        change.columns = {**change.columns, "undo": memo}
        change.state, change.skip_bad = State.APPLIED, skip_bad and bool(found.rejected)
        change.confirmed, change.confirmed_by = timezone.now(), actor.user
        _count(change, found)
        record(change, "mapping confirmed", by=actor, after=_said_of(change))
        _forget()
    return change


def undo(change: MappingImport, *, by: User | Actor) -> MappingImport:
    """The mapping is again what it was; refused where something later builds on it."""
    actor = _let_in(by)
    with transaction.atomic():
        dating.one_at_a_time()
        change = _locked(change, State.APPLIED)
        if why := why_not_undo(change):
            raise Refused(why)
        applying.take_out(change)
        change.columns = {name: value for name, value in change.columns.items() if name != "undo"}
        change.state, change.undone, change.undone_by = State.UNDONE, timezone.now(), actor.user
        change.save(update_fields=["columns", "state", "undone", "undone_by"])
        record(change, "mapping undone", by=actor, before=_said_of(change))
        _forget()
    return change


def why_not_undo(change: MappingImport) -> str:
    """A sentence where a later import or edit builds on it; empty where it may be taken back."""
    mine = set(tables_of(change))
    later = MappingImport.objects.filter(state=State.APPLIED, confirmed__gt=change.confirmed).order_by("-confirmed")
    for other in later.only("name", "confirmed", "columns"):
        if mine & set(tables_of(other)) and other.confirmed:
            said = {"name": other.name, "day": date_format(timezone.localtime(other.confirmed), "j M Y, H:i")}
            return _("%(name)s, confirmed %(day)s, builds on it. Undo that first.") % said
    if not applying.is_as_it_left(change):
        return _("Rules of it were changed or ended since. Import a corrected file instead.")
    return ""


def drop(change: MappingImport, *, by: User | Actor) -> MappingImport:
    """What was prepared is not wanted; the file stays to be read."""
    actor = _let_in(by)
    with transaction.atomic():
        change = _locked(change, State.PREPARED)
        change.state = State.DROPPED
        change.save(update_fields=["state"])
        record(change, "mapping dropped", by=actor, before=_said_of(change))
    return change


def explain(change: MappingImport, written: str, manager: ChannelManager | None, *, by: User | Actor) -> MappingImport:
    """Who is meant by a name of this file; None takes it back."""
    actor = _let_in(by)
    with transaction.atomic():
        change = _locked(change, State.PREPARED)
        names = {key: pk for key, pk in names_of(change).items() if key != plain(written)}
        if manager is not None:
            names[plain(written)] = manager.pk
        change.columns = {**change.columns, "names": names}
        _count(change, compared(change))
        after = {"written": written, "manager": manager.name if manager else ""}
        record(change, "mapping name explained", by=actor, after=after)
    return change


def read_again(
    change: MappingImport, *, by: User | Actor, said: Mapping[str, str], effective: date, year: str
) -> MappingImport:
    """The same file with its columns, its day or its year said otherwise."""
    actor = _let_in(by)
    assert change.file is not None  # every import has one; the column is null for those of long ago only
    sheet = reading.read(change.file.read(), change.name, said=said)
    with transaction.atomic():
        change = _locked(change, State.PREPARED)
        before = _said_of(change)
        change.effective = effective
        change.fiscal_year = year or sheet.fiscal_year or fiscal_year(effective)
        _keep(change, sheet, said)
        _count(change, compared(change))
        record(change, "mapping read again", by=actor, before=before, after=_said_of(change))
    return change


def tables_of(change: MappingImport) -> list[str]:
    return list(change.columns.get("blocks", {}))


def names_of(change: MappingImport) -> dict[str, int]:
    return dict(change.columns.get("names", {}))


def _keep(change: MappingImport, sheet: Sheet, said: Mapping[str, str]) -> None:
    change.rows = [line._asdict() for line in sheet.lines]
    given = {table: text.strip() for table, text in said.items() if text.strip()}
    change.columns = {**sheet.columns(), "said": given, "names": names_of(change)}


def _count(change: MappingImport, found: Difference) -> None:
    change.counts = found.counts
    change.rejected = [one.as_json() for one in found.rejected]
    change.save()


def _locked(change: MappingImport, state: str) -> MappingImport:
    """For this transaction alone, and still in that state."""
    found = MappingImport.objects.select_for_update().select_related(None).get(pk=change.pk)
    if found.state != state:
        words = _("This import is not waiting any more: %(state)s. Nothing was changed.")
        raise Refused(words % {"state": found.get_state_display().lower()})
    return found


def _rejected(count: int) -> str:
    words = ngettext(
        "%(count)d row is rejected, so nothing was changed. Correct the file, or leave the row out.",
        "%(count)d rows are rejected, so nothing was changed. Correct the file, or leave the rows out.",
        count,
    )
    return words % {"count": count}


def _said_of(change: MappingImport) -> dict[str, Any]:
    return {
        "file": change.name,
        "fiscal_year": change.fiscal_year,
        "effective": change.effective.isoformat(),
        **change.counts,
    }


def _forget() -> None:
    book.forget()
    forgetting.forget()


def _let_in(by: User | Actor) -> Actor:
    if isinstance(by, Actor):
        return by
    if not by.leads:
        raise PermissionDenied(_("Only leads and administrators change the mapping."))
    return actor_of(by)
