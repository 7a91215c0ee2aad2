"""A change in numbers: how far it is, how many accounts go from whom to whom, what was rejected. A statement each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Count, Q, QuerySet

from partners.models import Account
from routing.models import OwnershipChange, OwnershipRow

State = OwnershipRow.State
AT_WORK: Final = frozenset({State.WAITING, State.SENT})
ASKED: Final = frozenset({State.WAITING, State.SENT, State.DONE, State.REFUSED, State.SKIPPED})
PAGE: Final = 50
MOST_TERRITORIES: Final = 100


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many rows are in which state."""

    by_state: dict[str, int]

    def __getitem__(self, state: str) -> int:
        if state not in State.values:
            raise KeyError(state)  # a template goes on to the properties
        return self.by_state.get(state, 0)

    @property
    def asked(self) -> int:
        """Rows that are to be written, or were."""
        return sum(self[state] for state in ASKED)

    @property
    def over(self) -> int:
        return self.asked - self.left

    @property
    def left(self) -> int:
        return sum(self[state] for state in AT_WORK)

    @property
    def percent(self) -> int:
        """100 only when nothing is left."""
        return self.over * 100 // self.asked if self.asked else 100

    @property
    def lines(self) -> int:
        return sum(self.by_state.values())


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


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A page of rows by their line; `more` is the line to go on behind."""

    rows: list[OwnershipRow]
    more: int


def progress_of(change: OwnershipChange) -> Progress:
    found = _rows(change).values_list("state").annotate(rows=Count("id")).order_by()
    return Progress(by_state=dict(found))


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


def lines_of(change: OwnershipChange, *, state: str, after: int = 0) -> Lines:
    found = list(_rows(change).filter(state=state, number__gt=after).order_by("number")[: PAGE + 1])
    return Lines(rows=found[:PAGE], more=found[PAGE - 1].number if len(found) > PAGE else 0)


def _rows(change: OwnershipChange) -> QuerySet[OwnershipRow]:
    return OwnershipRow.objects.filter(change=change)


def _table(model: type[OwnershipRow | Account]) -> str:
    return model._meta.db_table  # noqa: SLF001 - the documented way to a table's name
