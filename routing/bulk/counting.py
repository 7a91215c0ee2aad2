"""A change in numbers: how many accounts go from whom to whom, which territories they get. A statement each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Count, Q, QuerySet

from partners.models import Account
from routing.models import OwnershipChange, OwnershipRow

State = OwnershipRow.State
ASKED: Final = frozenset({State.WAITING, State.SENT, State.DONE, State.REFUSED, State.SKIPPED})
MOST_TERRITORIES: Final = 100


@dataclass(frozen=True, kw_only=True)
class Group:
    """Accounts that go from one owner to another."""

    old: str
    new: str
    accounts: int
    done: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class Territory:
    """A contracted territory that accounts get or lose; `known` when some partner has it already."""

    name: str
    added: int
    removed: int
    known: bool


def groups_of(change: OwnershipChange) -> list[Group]:
    """The largest first."""
    found = _rows(change).filter(state__in=ASKED).values_list("old_owner_name", "new_owner_name")
    counted = found.annotate(
        accounts=Count("id"),
        done=Count("id", filter=Q(state=State.DONE)),
        refused=Count("id", filter=Q(state=State.REFUSED)),
    ).order_by("-accounts", "old_owner_name", "new_owner_name")
    return [
        Group(old=old, new=new, accounts=accounts, done=done, refused=refused)
        for old, new, accounts, done, refused in counted
    ]


def territories_of(change: OwnershipChange) -> list[Territory]:
    """What is added and taken, by name; a territory that no partner has may be a slip of the pen."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH named AS (
                SELECT unnest(add_territories) AS name, 1 AS added, 0 AS removed FROM {_table(OwnershipRow)}
                WHERE change_id = %(change)s AND state = ANY(%(asked)s)
                UNION ALL
                SELECT unnest(remove_territories), 0, 1 FROM {_table(OwnershipRow)}
                WHERE change_id = %(change)s AND state = ANY(%(asked)s)
            )
            SELECT name, sum(added), sum(removed),
                   name IN (SELECT unnest(contracted_territories) FROM {_table(Account)})
            FROM named GROUP BY name ORDER BY 4, 2 DESC, name LIMIT %(most)s
            """,  # noqa: S608 - our own tables' names
            {"change": change.pk, "asked": sorted(ASKED), "most": MOST_TERRITORIES},
        )
        found = cursor.fetchall()
    return [Territory(name=name, added=added, removed=removed, known=known) for name, added, removed, known in found]


def _rows(change: OwnershipChange) -> QuerySet[OwnershipRow]:
    return OwnershipRow.objects.filter(change=change)


def _table(model: type[OwnershipRow | Account]) -> str:
    return model._meta.db_table  # noqa: SLF001 - the documented way to a table's name
