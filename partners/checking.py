"""One requirement against what is known of a partner: met with its evidence, missing, or unknown with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners import telling
from partners.courses import names_one_of
from partners.facts import Facts, Line
from partners.models import Account, DashboardReport, Gate
from partners.team_facts import Counted, computed, count
from partners.verdicts import Verdict

OPEN_REQS: Final = "Open Reqs Met?"


@dataclass(frozen=True)
class Found:
    """What a check says, in words for people; `differs` is what the other source counts, where it says the contrary."""

    verdict: Verdict
    words: str
    differs: str = ""


def check(row: Gate, account: Account, facts: Facts) -> Found:
    """Whether `account` meets `row`, as far as `facts` can tell."""
    return CHECKS[Gate.Check(row.check_kind)](row, account, facts)


def _status(row: Gate, account: Account, _facts: Facts) -> Found:
    return _one_of(row, account.partner_status, _("Partner status"))


def _track(row: Gate, account: Account, _facts: Facts) -> Found:
    return _one_of(row, account.track, _("Track"))


def _type(row: Gate, account: Account, _facts: Facts) -> Found:
    return _one_of(row, account.partner_type, _("Partner type"))


def _one_of(row: Gate, value: str, label: str) -> Found:
    said = {"label": label, "value": value, "wanted": _(" or ").join(row.values)}
    if not value.strip():
        return Found("unknown", _("%(label)s is empty in Salesforce; it must be %(wanted)s.") % said)
    if value.strip().casefold() in {one.strip().casefold() for one in row.values}:
        return Found("met", _("%(label)s is %(value)s.") % said)
    return Found("missing", _("%(label)s is %(value)s; it must be %(wanted)s.") % said)


def _contract(_row: Gate, account: Account, facts: Facts) -> Found:
    signed = account.signed_contract_date
    if signed is None:
        return Found("unknown", _("Salesforce has no date of a signed agreement."))
    said = {"day": date_format(signed, "j M Y")}
    if signed > facts.on:
        return Found("missing", _("The agreement is signed on %(day)s only.") % said)
    return Found("met", _("The agreement was signed on %(day)s.") % said)


def _open_reqs(_row: Gate, account: Account, facts: Facts) -> Found:
    """The dashboard decides (handbook: column G); what the team's export counts is told where it says the contrary."""
    found = _on_the_dashboard(account, facts)
    team = facts.teams.get(account.pk)
    if team is None:
        return found
    verdict, counted = computed(facts.opens, account, team)
    if verdict in {"unknown", found.verdict}:
        return found
    return replace(found, differs=telling.all_counted(verdict, counted, team))


def _on_the_dashboard(account: Account, facts: Facts) -> Found:
    if facts.report is None:
        return Found("unknown", _("No certification dashboard is there for that day."))
    said = {"day": _day(facts.report), "numbers": ""}
    lines = facts.lines.get(account.pk, [])
    if not lines:
        return Found("unknown", _("The partner is not on the certification dashboard as of %(day)s.") % said)
    answers = {line.open_reqs_met for line in lines}
    if len(answers) > 1:
        words = _("The dashboard as of %(day)s has %(count)d lines for the partner, and they differ.")
        return Found("unknown", words % {**said, "count": len(lines)})
    if None in answers:
        return Found("unknown", _("“Open Reqs Met?” is empty on the dashboard as of %(day)s.") % said)
    if answers == {True}:
        return Found("met", _("“Open Reqs Met?” is Yes on the dashboard as of %(day)s.") % said)
    said["numbers"] = _numbers(lines)
    return Found("missing", _("“Open Reqs Met?” is No on the dashboard as of %(day)s%(numbers)s.") % said)


def _numbers(lines: list[Line]) -> str:
    """The numbers of the line, so that somebody sees what is short."""
    said = [f"{name} {value}" for name, value in lines[0].counts.items() if type(value) in {int, float}]
    return f" ({', '.join(said[:6])})" if len(lines) == 1 and said else ""


def _certifications(row: Gate, account: Account, facts: Facts) -> Found:
    """Whichever of Salesforce, the dashboard and the team's export shows enough people; else what the others say."""
    team = facts.teams.get(account.pk)
    found, counted = _kept_elsewhere(row, account, facts), count(row, account, team) if team else None
    if team is None or counted is None:
        return found
    words = telling.counted(row, counted, team)
    if counted.verdict == found.verdict:
        return Found("unknown", words) if found.verdict == "unknown" else found
    if counted.verdict == "met":
        return Found("met", words, differs=found.words if found.verdict == "missing" else "")
    if found.verdict == "met":
        return replace(found, differs=words if counted.verdict == "missing" else "")
    return Found(_of_two(found.verdict, counted, facts, account), words)


def _of_two(other: Verdict, counted: Counted, facts: Facts, account: Account) -> Verdict:
    """One says missing, one cannot tell: a No of the dashboard's line stands, any other gives way to a doubt."""
    if counted.verdict == "unknown" and other == "missing":
        return "missing" if facts.lines.get(account.pk) else "unknown"
    return counted.verdict


def _kept_elsewhere(row: Gate, account: Account, facts: Facts) -> Found:
    """Salesforce or the dashboard, whichever shows enough people; unknown when neither keeps such numbers."""
    said = {"needed": row.at_least, "names": row.values[0] if row.values else "", "day": _day(facts.report)}
    people = {one.person for one in facts.passes.get(account.pk, []) if names_one_of(one.title, row.values)}
    if len(people) >= row.at_least:
        words = _("%(names)s: %(count)d in Salesforce, %(needed)d needed.")
        return Found("met", words % {**said, "count": len(people)})
    if OPEN_REQS in row.values and _on_the_dashboard(account, facts).verdict == "met":
        return Found("met", _("“Open Reqs Met?” is Yes on the dashboard as of %(day)s, which takes more.") % said)
    shown = _on_dashboard(row, facts.lines.get(account.pk, []))
    if shown and max(shown) >= row.at_least:
        words = _("%(names)s: %(count)d on the dashboard as of %(day)s, %(needed)d needed.")
        return Found("met", words % {**said, "count": max(shown)})
    return _too_few(row, said, shown, len(people), known=facts.passes_known)


def _too_few(row: Gate, said: Mapping[str, Any], shown: list[int], people: int, *, known: bool) -> Found:
    """Numbers of several columns may be of the same people: only a sum that is too small is a no."""
    if shown and sum(shown) < row.at_least:
        words = _("%(names)s: %(count)d on the dashboard as of %(day)s, %(needed)d needed.")
        return Found("missing", words % {**said, "count": sum(shown)})
    if shown:
        words = _("%(names)s: the columns of the dashboard as of %(day)s may count the same people; %(needed)d needed.")
        return Found("unknown", words % said)
    if known:
        words = _("%(names)s: %(count)d in Salesforce, %(needed)d needed.")
        return Found("missing", words % {**said, "count": people})
    return Found("unknown", _("%(names)s: neither Salesforce nor the dashboard says how many people passed.") % said)


def _on_dashboard(row: Gate, lines: list[Line]) -> list[int]:
    """The numbers of the columns about these certifications; of several lines the weakest counts."""
    return min((list(_counted(row, line)) for line in lines), key=sum, default=[])


def _counted(row: Gate, line: Line) -> Iterator[int]:
    for name, value in line.counts.items():
        if type(value) is int and names_one_of(name, row.values):
            yield value


def _day(report: DashboardReport | None) -> str:
    return date_format(report.as_of, "j M Y") if report else ""


CHECKS: Final[Mapping[Gate.Check, Callable[[Gate, Account, Facts], Found]]] = {
    Gate.Check.STATUS: _status,
    Gate.Check.TRACK: _track,
    Gate.Check.TYPE: _type,
    Gate.Check.OPEN_REQS: _open_reqs,
    Gate.Check.CERTIFICATIONS: _certifications,
    Gate.Check.CONTRACT: _contract,
}
