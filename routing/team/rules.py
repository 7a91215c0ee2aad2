"""The rules somebody is named by, whichever table they stand in: how they are called, found and shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import ChannelManager
from routing import places
from routing.dating import AnyRule
from routing.models import GROUP, Coverage, KeyRule, PartnerRule

TABLES: Final[Mapping[str, type[Any]]] = {"coverage": Coverage, "keyrule": KeyRule, "partnerrule": PartnerRule}


def rules_of(manager: ChannelManager, *, on: date | None = None) -> list[AnyRule]:
    """Every rule that names them on that day (today) or on a later one, territories first."""
    day = on or timezone.localdate()
    return [row for table in TABLES for row in holding(table, day).filter(manager=manager)]


def holding(table: str, day: date) -> QuerySet[Any]:
    """The rules of a table that hold on that day or begin later."""
    rows: QuerySet[Any] = TABLES[table]._default_manager.select_related("manager")  # noqa: SLF001
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=day))


def id_of(row: AnyRule) -> str:
    """“coverage:12”, as answers name their rules."""
    return f"{type(row).__name__.lower()}:{row.pk}"


def read(ids: Iterable[str]) -> dict[str, AnyRule]:
    """By id; one statement for each table, and nothing for what is no id or gone."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in ids:
        table, _colon, number = one.partition(":")
        if table in TABLES and number.isascii() and number.isdigit() and len(number) < 19:
            wanted[table].add(int(number))
    return {
        id_of(row): row
        for table, numbers in wanted.items()
        for row in TABLES[table]._default_manager.select_related("manager").filter(pk__in=numbers)  # noqa: SLF001
    }


def words_of(row: AnyRule, groups: Mapping[str, Any]) -> str:
    """What it is about: “New York”, “DACH”, “Large-AMER-East-Named”, “Acme”."""
    if isinstance(row, KeyRule):
        return row.key
    if isinstance(row, PartnerRule):
        return row.partner_name
    if row.public_sector:
        return row.area
    if row.place.startswith(GROUP):
        group = groups.get(row.place.removeprefix(GROUP))
        return group.name if group else row.area
    return places.name_of(row.place, row.part)


def list_of(row: AnyRule) -> str:
    """Where it stands: the published list, or the table of the mapping."""
    if isinstance(row, Coverage):
        return row.section_title
    return _("Mapping, %(table)s") % {"table": row.get_table_display()}
