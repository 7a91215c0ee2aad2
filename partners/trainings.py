"""How many people hold the certifications a partner needs, who they are, and how many more it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from partners.courses import names_one_of
from partners.facts import Facts
from partners.models import Account, Gate
from partners.team_facts import count


@dataclass(frozen=True, kw_only=True)
class Training:
    """One course: how many people it takes and have it; `there` is None where nothing says how many."""

    course: str
    needed: int
    there: int | None = None
    people: tuple[str, ...] = ()  # by name, as far as Salesforce or the team's export know them
    how: str = ""
    link: str = ""

    @property
    def short(self) -> int:
        """How many more it takes; all of them while nobody can tell."""
        return max(0, self.needed - (self.there or 0))


def trainings_of(account: Account, rows: Iterable[Gate], known: Facts) -> tuple[Training, ...]:
    """Pure: for each requirement of `rows` that counts people."""
    wanted = [row for row in rows if row.check_kind == Gate.Check.CERTIFICATIONS and row.values and not row.advisory]
    return tuple(
        Training(
            course=row.values[0],
            needed=row.at_least,
            there=there(account, row, known),
            people=tuple(sorted(_named(account, row, known) | _of_team(account, row, known))),
            how=row.how,
            link=row.link,
        )
        for row in wanted
    )


def _holders(account: Account, row: Gate, known: Facts) -> set[int]:
    return {one.person for one in known.passes.get(account.pk, []) if names_one_of(one.title, row.values)}


def _named(account: Account, row: Gate, known: Facts) -> set[str]:
    """By name, as far as Salesforce knows it."""
    held = known.passes.get(account.pk, [])
    return {one.name for one in held if one.name and names_one_of(one.title, row.values)}


def there(account: Account, row: Gate, known: Facts) -> int | None:
    """Salesforce, the dashboard or the team, whichever shows most.

    Columns of the dashboard may count the same people, so the fullest one says.
    """
    team = known.teams.get(account.pk)
    counts = [
        len(_holders(account, row, known)) if known.passes_known else None,
        on_dashboard(account, row, known),
        len(count(row, account, team).sure) if team and not team.old else None,
    ]
    return max((one for one in counts if one is not None), default=None)


def on_dashboard(account: Account, row: Gate, known: Facts) -> int | None:
    """The fullest column about these certifications; None where there is no such column."""
    return max(_columns(row, [line.counts for line in known.lines.get(account.pk, [])]), default=None)


def _of_team(account: Account, row: Gate, known: Facts) -> set[str]:
    team = known.teams.get(account.pk)
    return {str(one) for one in count(row, account, team).sure} if team else set()


def _columns(row: Gate, lines: Sequence[Mapping[str, Any]]) -> list[int]:
    """Of several lines of the dashboard the weakest counts."""
    found = [
        [value for name, value in line.items() if type(value) is int and names_one_of(name, row.values)]
        for line in lines
    ]
    return min((each for each in found if each), key=max, default=[])
