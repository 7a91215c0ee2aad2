"""One requirement against what is known of a partner: met with its evidence, missing, or unknown with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from partners import telling
from partners.courses import names_one_of
from partners.facts import Facts, Line
from partners.models import Account, DashboardReport, Gate
from partners.team_facts import Team, computed, count
from partners.verdicts import Verdict

OPEN_REQS: Final = "Open Reqs Met?"
Say = Callable[[], str]


@dataclass(frozen=True)
class Found:
    """What a check says; its words are put together when somebody reads them, for thousands are only counted.

    `contrary` says what the other source counts where it says the contrary; else nothing.
    """

    verdict: Verdict
    say: Say
    contrary: Say | None = None

    @property
    def words(self) -> str:
        return self.say()

    @property
    def differs(self) -> str:
        return self.contrary() if self.contrary else ""


def check(row: Gate, account: Account, facts: Facts) -> Found:
    """Whether `account` meets `row`, as far as `facts` can tell."""
    return CHECKS[row.check_kind](row, account, facts)


def _status(row: Gate, account: Account, _facts: Facts) -> Found:
    return _one_of(row, account.partner_status, lambda: _("Partner status"))


def _track(row: Gate, account: Account, _facts: Facts) -> Found:
    return _one_of(row, account.track, lambda: _("Track"))


def _type(row: Gate, account: Account, _facts: Facts) -> Found:
    return _one_of(row, account.partner_type, lambda: _("Partner type"))


def _one_of(row: Gate, value: str, label: Say) -> Found:
    def said() -> dict[str, str]:
        return {"label": label(), "value": value, "wanted": _(" or ").join(row.values)}

    if not value.strip():
        return Found("unknown", lambda: _("%(label)s is empty in Salesforce; it must be %(wanted)s.") % said())
    if value.strip().casefold() in {one.strip().casefold() for one in row.values}:
        return Found("met", lambda: _("%(label)s is %(value)s.") % said())
    return Found("missing", lambda: _("%(label)s is %(value)s; it must be %(wanted)s.") % said())


def _contract(_row: Gate, account: Account, facts: Facts) -> Found:
    signed = account.signed_contract_date
    if signed is None:
        return Found("unknown", lambda: _("Salesforce has no date of a signed agreement."))
    said = {"day": date_format(signed, "j M Y")}
    if signed > facts.on:
        return Found("missing", lambda: _("The agreement is signed on %(day)s only.") % said)
    return Found("met", lambda: _("The agreement was signed on %(day)s.") % said)


def _open_reqs(_row: Gate, account: Account, facts: Facts) -> Found:
    """The dashboard decides (handbook: column G); what the team's export counts is told where it says the contrary."""
    found, team = _by_column_g(account, facts), facts.teams.get(account.pk)
    if team is None:
        return found

    def contrary() -> str:
        verdict, counted = computed(facts.opens, account, team)
        return "" if verdict in {"unknown", found.verdict} else telling.all_counted(verdict, counted, team)

    return replace(found, contrary=contrary)


def _by_column_g(account: Account, facts: Facts) -> Found:
    if facts.report is None:
        return Found("unknown", lambda: _("No certification dashboard is there for that day."))
    lines = facts.lines.get(account.pk, [])

    def said() -> dict[str, Any]:
        return {"day": _day(facts.report), "numbers": _numbers(lines), "count": len(lines)}

    answers = {line.open_reqs_met for line in lines}
    if not lines:
        return Found("unknown", lambda: _("The partner is not on the certification dashboard as of %(day)s.") % said())
    if len(answers) > 1:
        words = gettext_noop("The dashboard as of %(day)s has %(count)d lines for the partner, and they differ.")
        return Found("unknown", lambda: _(words) % said())
    if None in answers:
        return Found("unknown", lambda: _("“Open Reqs Met?” is empty on the dashboard as of %(day)s.") % said())
    if answers == {True}:
        return Found("met", lambda: _("“Open Reqs Met?” is Yes on the dashboard as of %(day)s.") % said())
    return Found("missing", lambda: _("“Open Reqs Met?” is No on the dashboard as of %(day)s%(numbers)s.") % said())


def _numbers(lines: list[Line]) -> str:
    """The numbers of the line, so that somebody sees what is short."""
    counts = lines[0].counts.items() if len(lines) == 1 else ()
    said = [f"{name} {value}" for name, value in counts if type(value) in {int, float}]
    return f" ({', '.join(said[:6])})" if said else ""


def _certifications(row: Gate, account: Account, facts: Facts) -> Found:
    """Whichever of Salesforce, the dashboard and the team's export shows enough people; else what the others say."""
    found, team = _kept_elsewhere(row, account, facts), facts.teams.get(account.pk)
    if team is None or (team.old and found.verdict != "unknown"):
        return found
    if found.verdict == "met":
        return replace(found, contrary=partial(_too_few, row, account, team))
    return _with_team(row, account, facts, found, team)


def _with_team(row: Gate, account: Account, facts: Facts, found: Found, team: Team) -> Found:
    """`found`, which the others say and is not met, beside what the team's export counts."""
    counted = count(row, account, team)
    say = partial(telling.counted, row, counted, team)
    if found.verdict == "unknown":
        return Found(counted.verdict, say)
    if counted.verdict == "met":
        return Found("met", say, found.say)
    if counted.verdict == "missing":
        return found
    if _on_dashboard(row, facts.lines.get(account.pk, [])):  # its No stands, that of Salesforce gives way
        return Found("missing", lambda: f"{found.words} {say()}")
    return Found("unknown", say)


def _too_few(row: Gate, account: Account, team: Team) -> str:
    counted = count(row, account, team)
    return telling.counted(row, counted, team) if counted.verdict == "missing" else ""


def _kept_elsewhere(row: Gate, account: Account, facts: Facts) -> Found:
    """Salesforce or the dashboard, whichever shows enough people; unknown when neither keeps such numbers."""
    people = {one.person for one in facts.passes.get(account.pk, []) if names_one_of(one.title, row.values)}
    if len(people) >= row.at_least:
        return Found("met", partial(_say, IN_SALESFORCE, row, facts, len(people)))
    if OPEN_REQS in row.values and _by_column_g(account, facts).verdict == "met":
        return Found("met", partial(_say, TAKES_MORE, row, facts))
    if shown := _on_dashboard(row, facts.lines.get(account.pk, [])):
        return _by_columns(row, shown, facts)
    if facts.passes_known:
        return Found("missing", partial(_say, IN_SALESFORCE, row, facts, len(people)))
    return Found("unknown", partial(_say, NOBODY_COUNTS, row, facts))


def _by_columns(row: Gate, shown: list[int], facts: Facts) -> Found:
    """Numbers of several columns may be of the same people: only a sum that is too small is a no."""
    if max(shown) >= row.at_least:
        return Found("met", partial(_say, BY_COLUMNS, row, facts, max(shown)))
    if sum(shown) < row.at_least:
        return Found("missing", partial(_say, BY_COLUMNS, row, facts, sum(shown)))
    return Found("unknown", partial(_say, THE_SAME_PEOPLE, row, facts))


IN_SALESFORCE: Final = gettext_noop("%(names)s: %(count)d in Salesforce, %(needed)d needed.")
TAKES_MORE: Final = gettext_noop("“Open Reqs Met?” is Yes on the dashboard as of %(day)s, which takes more.")
BY_COLUMNS: Final = gettext_noop("%(names)s: %(count)d on the dashboard as of %(day)s, %(needed)d needed.")
THE_SAME_PEOPLE: Final = gettext_noop(
    "%(names)s: the columns of the dashboard as of %(day)s may count the same people; %(needed)d needed."
)
NOBODY_COUNTS: Final = gettext_noop("%(names)s: neither Salesforce nor the dashboard says how many people passed.")


def _say(words: str, row: Gate, facts: Facts, there: int = 0) -> str:
    names = row.values[0] if row.values else ""
    return _(words) % {"names": names, "count": there, "needed": row.at_least, "day": _day(facts.report)}


def _on_dashboard(row: Gate, lines: list[Line]) -> list[int]:
    """The numbers of the columns about these certifications; of several lines the weakest counts."""
    return min((list(_counted(row, line)) for line in lines), key=sum, default=[])


def _counted(row: Gate, line: Line) -> Iterator[int]:
    for name, value in line.counts.items():
        if type(value) is int and names_one_of(name, row.values):
            yield value


def _day(report: DashboardReport | None) -> str:
    return date_format(report.as_of, "j M Y") if report else ""


CHECKS: Final[Mapping[str, Callable[[Gate, Account, Facts], Found]]] = {
    Gate.Check.STATUS: _status,
    Gate.Check.TRACK: _track,
    Gate.Check.TYPE: _type,
    Gate.Check.OPEN_REQS: _open_reqs,
    Gate.Check.CERTIFICATIONS: _certifications,
    Gate.Check.CONTRACT: _contract,
}
