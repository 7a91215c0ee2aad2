"""May this partner have that, and if not, everything that is missing at once. “Unknown” is not “no”."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from partners import checking, facts, gates
from partners.checking import Found
from partners.facts import Facts
from partners.models import Account, Gate
from partners.verdicts import Verdict, worst


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One thing the partner has, with what shows it."""

    words: str
    evidence: str
    source: str = ""
    gate_row: int | None = None
    link: str = ""
    differs: str = ""  # what the other source counts, where it says the contrary
    advisory: bool = False


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One thing the partner does not have, or that nobody can tell, and how it is put right."""

    kind: Literal["missing", "unknown"]
    words: str
    how: str = ""
    source: str = ""
    gate_row: int | None = None
    requirement: str = ""
    link: str = ""  # where it is put right
    differs: str = ""  # what the other source counts, where it says the contrary

    @property
    def way(self) -> str:
        """What to do, with the address of where, as a mail says it."""
        return " ".join(filter(None, (self.how, self.link if self.link not in self.how else "")))


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`missing` when one thing is surely not there; `unknown` (hold, never a no) when something cannot be told.

    `hints` are what a requirement that is only a hint says; they change nothing.
    """

    state: Verdict
    met: tuple[Requirement, ...] = ()
    reasons: tuple[Reason, ...] = ()
    hints: tuple[Reason, ...] = ()
    dashboard: date | None = None  # as of when the dashboard is that was read
    team: date | None = None  # as of when the team's export is that was counted

    @property
    def may(self) -> bool:
        return self.state == "met"

    @property
    def unsure(self) -> bool:
        """Something could not be told, whatever else is missing."""
        return any(reason.kind == "unknown" for reason in self.reasons)

    @property
    def differs(self) -> tuple[str, ...]:
        """Where dashboard and export say the contrary of each other about what counts: both are shown."""
        said = [one.differs for one in self.reasons] + [one.differs for one in self.met if not one.advisory]
        return tuple(dict.fromkeys(filter(None, said)))


def standing_of(account: Account | None, gate: str, *, on: date) -> Standing:
    """Where the partner stands at a gate on a day; two queries."""
    if account is None:
        return _nobody()
    return judge(account, gates.valid_on(on).filter(gate=gate), facts.of_one(account, on=on))


def missing_for(account: Account | None, gate: str, on: date) -> tuple[Reason, ...]:
    """Every reason why not, at once; empty when the partner may."""
    return standing_of(account, gate, on=on).reasons


def gates_of(account: Account | None, on: date, *, only: Collection[str] = ()) -> list[tuple[str, Standing]]:
    """All gates of one partner; seven queries at most."""
    wanted = only or gates.GATES
    if account is None:
        return [(gate, _nobody()) for gate in wanted]
    found = standings([account], on=on, only=wanted)
    return [(gate, found[account.pk, gate]) for gate in wanted]


def standings(
    accounts: Iterable[Account], *, on: date, only: Collection[str] = (), rows: Iterable[Gate] | None = None
) -> dict[tuple[int, str], Standing]:
    """By account and gate; as many queries for a thousand partners as for one.

    `rows` stand for the requirements of the day: what would be if they were other ones.
    """
    partners = list(accounts)
    known = facts.about(partners, on=on)
    by_gate = _by_gate(gates.valid_on(on) if rows is None else rows)
    wanted = only or gates.GATES
    return {(one.pk, gate): judge(one, by_gate.get(gate, []), known) for one in partners for gate in wanted}


def _by_gate(rows: Iterable[Gate]) -> Mapping[str, list[Gate]]:
    found: dict[str, list[Gate]] = {}
    for row in rows:
        found.setdefault(row.gate, []).append(row)
    return found


def judge(account: Account, rows: Iterable[Gate], known: Facts) -> Standing:
    """Pure: the standing at the gate whose requirements are `rows`."""
    met: list[Requirement] = []
    reasons, hints = [*_gone(account)], list[Reason]()
    rows = list(rows)
    for row in rows:
        found = checking.check(row, account, known)
        if found.verdict == "met":
            met.append(_requirement(row, found))
        else:
            (hints if row.advisory else reasons).append(_reason(row, found.verdict, found))
    if not rows:
        words = _("Nobody has written down what this took on that day.")
        reasons.append(Reason(kind="unknown", words=words, how=_("A lead writes it under Requirements.")))
    team = known.teams.get(account.pk)
    return Standing(
        state=worst(reason.kind for reason in reasons),
        met=(*met,),
        reasons=(*reasons,),
        hints=(*hints,),
        dashboard=known.report.as_of if known.report else None,
        team=team.as_of if team else None,
    )


def state(account: Account, rows: Iterable[Gate], known: Facts) -> Verdict:
    """Pure: what `judge` would say, without its words: for partners by the thousand."""
    rows = list(rows)
    found = [checking.check(row, account, known).verdict for row in rows if not row.advisory]
    return worst([*found, *(reason.kind for reason in _gone(account))]) if rows else "unknown"


def _requirement(row: Gate, found: Found) -> Requirement:
    return Requirement(
        words=row.words,
        evidence=found.words,
        source=row.source,
        gate_row=row.pk,
        link=row.link,
        differs=found.differs,
        advisory=row.advisory,
    )


def _reason(row: Gate, kind: Literal["missing", "unknown"], found: Found) -> Reason:
    return Reason(
        kind=kind,
        words=found.words,
        how=row.how,
        source=row.source,
        gate_row=row.pk,
        requirement=row.words,
        link=row.link,
        differs=found.differs,
    )


def _gone(account: Account) -> Iterable[Reason]:
    """What Salesforce has deleted, merged or made something else says nothing about the partner of today."""
    if account.merged_into_id:
        words, how = _("Salesforce has merged this account into another one."), _("Look at the account it went into.")
        yield Reason(kind="unknown", words=words, how=how)
    elif account.deleted:
        words, how = (
            _("Salesforce does not have this account as a partner any more."),
            _("Find the account the partner has now."),
        )
        yield Reason(kind="unknown", words=words, how=how)


def _nobody() -> Standing:
    words = _("No partner account is known, so nothing can be checked.")
    how = _("Find the partner's account and link it.")
    return Standing(state="unknown", reasons=(Reason(kind="unknown", words=words, how=how),))
