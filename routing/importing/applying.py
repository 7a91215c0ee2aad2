"""Putting a compared file into the mapping, and taking it out again: few statements, whatever its size.

What is replaced ends the day before; a row that would have begun on the very day never held and is kept in the import
itself (`columns["undo"]`), so that taking the import back restores every row as it was, with its id.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.core import serializers
from django.db import connection
from django.db.models import Count, Min, Q

from journal.models import Event
from routing.importing.checking import Key, Row
from routing.importing.comparing import KEY_TABLES, Current, Difference
from routing.importing.linking import LINKED
from routing.models import KeyRule, MappingImport, PartnerRule

BATCH: Final = 2000
DAY: Final = timedelta(days=1)
MODELS: Final[Mapping[str, type[KeyRule | PartnerRule]]] = {"keyrule": KeyRule, "partnerrule": PartnerRule}
Memo = dict[str, Any]
Watch = Callable[[int], object]


def quiet(_rows: int) -> None:
    """Nobody watches."""


def apply(found: Difference, change: MappingImport, *, tables: Iterable[str], watch: Watch = quiet) -> Memo:
    """Ends what is replaced and makes the new rows; answers what `take_out` needs."""
    on = change.effective
    gone = [*found.removed, *(rule for rule, _row in [*found.changed, *found.renewed])]
    rows = [*found.added, *(row for _rule, row in [*found.changed, *found.renewed])]
    memo: Memo = {"ended": {}, "replaced": {}, "made": {}}
    limits = _limits(set(tables), on)
    for name, model in MODELS.items():
        mine = [rule for rule in gone if model_of(rule.table) is model]
        memo["replaced"][name] = _lift(model, [rule.id for rule in mine if rule.valid_from >= on])
        memo["ended"][name] = _end(model, [rule for rule in mine if rule.valid_from < on], change)
        made = [_made(row, change, limits) for row in rows if model_of(row.table) is model]
        for start in range(0, len(made), BATCH):
            model._default_manager.bulk_create(made[start : start + BATCH])  # type: ignore[arg-type]  # noqa: SLF001
            watch(len(made[start : start + BATCH]))
        memo["made"][name] = dict(Counter(_iso(one.valid_to) for one in made))
    return memo


def take_out(change: MappingImport) -> None:
    """Every row it made goes, every row it ended or replaced is as it was."""
    memo = change.columns["undo"]
    for name, model in MODELS.items():
        model.objects.filter(source=change).delete()
        _reopen(model, memo["ended"].get(name, {}), change)
        for kept in serializers.deserialize("python", memo["replaced"].get(name, [])):
            kept.save()


def is_as_it_left(change: MappingImport) -> bool:
    """Nobody has ended, corrected or followed a row of it since, nor said anew what it took out."""
    made = change.columns["undo"]["made"]
    for name, model in MODELS.items():
        if _said_anew(change, name, model) or _ended_otherwise(change, name, model):
            return False
        mine = model.objects.filter(source=change)
        edits = Event.objects.filter(subject_type=model._meta.label_lower, subject_id__in=mine.values("pk"))  # noqa: SLF001
        if edits.filter(created__gte=change.confirmed).exclude(verb=LINKED).exists():
            return False
        now = mine.order_by().values_list("valid_to").annotate(Count("pk"))
        if {_iso(valid_to): count for valid_to, count in now} != made.get(name, {}):
            return False
    return True


def _said_anew(change: MappingImport, name: str, model: Any) -> bool:
    """A key whose row would come back has got another one since, beside which it must not stand."""
    on = Q(valid_to=None) | Q(valid_to__gte=change.effective)
    since = model.objects.filter(on, created__gt=change.confirmed).exclude(source=change).order_by()
    fresh = set(since.values_list("table", "folded"))
    if not fresh:
        return False
    lifted = {(row["fields"]["table"], row["fields"]["folded"]) for row in change.columns["undo"]["replaced"][name]}
    ended = model.objects.filter(ended_by=change).order_by().values_list("table", "folded")
    return bool(fresh & (lifted | set(ended)))


def _ended_otherwise(change: MappingImport, name: str, model: Any) -> bool:
    """A row that had a last day of its own before was changed since: which day its followers had is not known."""
    had = change.columns["undo"]["ended"].get(name, {})
    return bool(had) and model.objects.filter(pk__in=had, ended_by=change).count() != len(had)


def model_of(table: str) -> type[KeyRule | PartnerRule]:
    return KeyRule if table in KEY_TABLES else PartnerRule


def _made(row: Row, change: MappingImport, limits: Callable[[Key], date | None]) -> KeyRule | PartnerRule:
    values = {
        "table": row.table,
        "folded": row.folded,
        "result": row.result,
        "manager_id": row.manager,
        "row": row.row,
        "cell": row.cell,
        "remark": row.remark,
        "source": change,
        "fiscal_year": change.fiscal_year,
        "valid_from": change.effective,
        "valid_to": limits((row.table, row.folded)),
    }
    if row.table in KEY_TABLES:
        return KeyRule(key=row.key, **values)
    return PartnerRule(partner_name=row.key, account_id=row.account, **values)


def _limits(tables: set[str], on: date) -> Callable[[Key], date | None]:
    """The last day of a new row: what was confirmed for a later day stays as it was confirmed."""
    later: dict[str, date] = {}
    for effective, columns in MappingImport.objects.filter(
        state=MappingImport.State.APPLIED, effective__gt=on
    ).values_list("effective", "columns__blocks"):
        for table in tables & set(columns or {}):
            later[table] = min(effective, later.get(table, effective))
    starts: dict[Key, date] = {}
    for model in MODELS.values():
        rows = model.objects.filter(table__in=tables, valid_from__gt=on).order_by().values_list("table", "folded")
        starts |= {(table, key): start for table, key, start in rows.annotate(Min("valid_from"))}

    def limit(key: Key) -> date | None:
        days = [day for day in (later.get(key[0]), starts.get(key)) if day]
        return min(days) - DAY if days else None

    return limit


def _end(model: Any, rules: list[Current], change: MappingImport) -> dict[str, Any]:
    """Answers the last day each had before, and by which import; those that had none are left out."""
    ids = [rule.id for rule in rules]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} SET valid_to = %s, ended_by_id = %s WHERE id = ANY(%s)",  # noqa: S608, SLF001 - a table of ours
            [change.effective - DAY, change.pk, ids],
        )
    return {str(rule.id): [_iso(rule.valid_to), rule.ended_by] for rule in rules if rule.valid_to is not None}


def _reopen(model: Any, had: Mapping[str, tuple[str, int | None]], change: MappingImport) -> None:
    by_end: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for pk, (day, ended_by) in had.items():
        by_end[day, ended_by].append(int(pk))
    mine = model.objects.filter(ended_by=change)
    for (day, ended_by), ids in by_end.items():
        mine.filter(pk__in=ids).update(valid_to=day, ended_by=ended_by)
    mine.update(valid_to=None, ended_by=None)


def _lift(model: Any, ids: list[int]) -> list[dict[str, Any]]:
    """Takes rows out that would never hold; answers them whole."""
    rows = model.objects.filter(pk__in=ids)
    kept: list[dict[str, Any]] = [_plain(row) for row in serializers.serialize("python", rows)]
    rows.delete()
    return kept


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    fields = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row["fields"].items()
    }
    return {**row, "fields": fields}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
