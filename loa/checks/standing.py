"""May the partner hold a letter: Partner Status, and what is behind “Open Reqs Met?” (dated rows of the gate)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, time
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.salesforce import links
from loa.checks.shapes import Check, Known, Verdict, not_checked
from partners import facts, gates
from partners.checking import OPEN_REQS
from partners.facts import OPEN, Facts
from partners.models import Account, Gate
from partners.standing import Reason, Standing, judge
from partners.trainings import Training, trainings_of
from routing import contract_regions

GATE: Final = "loa"
STATUS: Final = "status"
REQUIREMENTS: Final = "requirements"
OF_THE_DASHBOARD: Final = frozenset({Gate.Check.OPEN_REQS, Gate.Check.CERTIFICATIONS})


def checks(account: Account | None, known: Known, *, on: date, may_name: bool) -> tuple[Check, Check]:
    """Status, then requirements, by what holds on that day.

    `may_name`: the requester is surely of the partner, so that what is sent may name who is certified already.
    """
    if account is None or account.deleted or account.merged_into_id:
        return _not_asked(STATUS, _title(STATUS)), _not_asked(REQUIREMENTS, _title(REQUIREMENTS))
    rows = list(gates.valid_on(on).filter(gate__in=[GATE, OPEN]))
    of_gate = [row for row in rows if row.gate == GATE]
    by_status = [row for row in of_gate if row.check_kind not in OF_THE_DASHBOARD]
    by_training = [row for row in of_gate if row.check_kind in OF_THE_DASHBOARD]
    about = facts.of_one(account, on=on)
    status = _status(account, by_status, about, known, any_rows=bool(of_gate))
    courses = trainings_of(account, _once(row for row in rows if row.gate == OPEN or row in by_training), about)
    requirements = _Requirements(account, about, courses, may_name=may_name)
    return status, requirements.check(by_training, any_rows=bool(of_gate))


def _status(account: Account, rows: Sequence[Gate], about: Facts, known: Known, *, any_rows: bool) -> Check:
    made = _Made(STATUS, value=account.partner_status, source=_("Salesforce, GitLab Partner Program Info"))
    made.at, made.link = known.at, links.record_url("Account", account.salesforce_id)
    if not rows:
        return made.without_rows(any_rows=any_rows)
    standing = judge(account, rows, about)
    if known.too_old:
        return made.check("unknown", _old(account, known), how=_how_old())
    more = f" {known.problem}" if known.problem else ""
    said = _words(standing)
    return made.check(
        standing.state,
        said + more,
        how=_how(standing),
        reasons=tuple(reason.words for reason in standing.reasons if reason.kind == "missing"),
    )


class _Requirements:
    """The dashboard's answer, and the numbers of people behind a No."""

    def __init__(self, account: Account, about: Facts, courses: Sequence[Training], *, may_name: bool) -> None:
        self.account, self.about, self.courses, self.may_name = account, about, courses, may_name
        self.region = contract_regions.agreed_of(account).region
        answers = {line.open_reqs_met for line in about.lines.get(account.pk, [])}
        answer = next(iter(answers)) if len(answers) == 1 else None
        self.made = _Made(REQUIREMENTS, value={True: _("Yes"), False: _("No"), None: ""}[answer], source=_source(about))
        self.made.at = _midnight(about.report.as_of) if about.report else None
        self.made.link = reverse("dashboard:current")

    def check(self, rows: Sequence[Gate], *, any_rows: bool) -> Check:
        if not rows:
            return self.made.without_rows(any_rows=any_rows)
        standing = judge(self.account, rows, self.about)
        if standing.state != "missing":
            return self.made.check(standing.state, _words(standing), how=_how(standing))
        short = [one for one in self.courses if one.short]
        return self.made.check(
            "missing",
            self._missing(standing, rows),
            how=_how(standing) if short else _contradiction(standing),
            reasons=_reasons(self.courses),
            trainings=tuple(_training(one, self.region, may_name=self.may_name) for one in short),
        )

    def _missing(self, standing: Standing, rows: Sequence[Gate]) -> str:
        """The numbers behind a No, where there are any: the No itself is the check's value."""
        if not self.courses:
            return _words(standing)
        known = any(one.there is not None for one in self.courses)
        told = {row.pk for row in rows if row.check_kind == Gate.Check.OPEN_REQS} if known else set[int]()
        rest = replace(standing, reasons=tuple(one for one in standing.reasons if one.gate_row not in told), met=())
        differs = (words for words in standing.differs if words not in rest.differs)
        return " ".join(filter(None, (_words(rest), _numbers(self.courses), _counted(self.region), *differs)))


class _Made:
    """One check while it is made."""

    def __init__(self, slug: str, *, value: str, source: str) -> None:
        self.slug, self.value, self.source = slug, value, source
        self.at: datetime | None = None
        self.link = ""

    def check(
        self,
        verdict: Verdict,
        words: str,
        *,
        how: str = "",
        reasons: tuple[str, ...] = (),
        trainings: tuple[str, ...] = (),
    ) -> Check:
        return Check(
            slug=self.slug, title=_title(self.slug), verdict=verdict, words=words, how=how, value=self.value,
            source=self.source, at=self.at, link=self.link, reasons=reasons, trainings=trainings,
        )  # fmt: skip

    def without_rows(self, *, any_rows: bool) -> Check:
        """A lead has ended this requirement: told, and it stops nothing. Without any row nobody can tell."""
        if any_rows:
            return self.check("note", _("Nothing of this kind is required for a letter on that day."))
        words = _("Nobody has written down what a letter takes on that day.")
        return self.check("unknown", words, how=_("A lead writes it under Requirements."))


def _title(slug: str) -> str:
    return _("Partner Status") if slug == STATUS else OPEN_REQS


def _not_asked(slug: str, title: str) -> Check:
    return Check(slug=slug, title=title, verdict="unknown", words=not_checked())


def _words(standing: Standing) -> str:
    """All that is missing or cannot be told; else what shows that it is met. What another source counts, and hints."""
    said = [reason.words for reason in standing.reasons] or [one.evidence for one in standing.met]
    return " ".join([*said, *standing.differs, *(hint.words for hint in standing.hints)])


def _how(standing: Standing) -> str:
    """How what is missing is put right; what cannot be told has to be found out first."""
    return " ".join(dict.fromkeys(_way(reason) for reason in standing.reasons))


def _way(reason: Reason) -> str:
    if reason.kind == "missing":
        return reason.way
    return _("Find out: look at the account in Salesforce and the line of the dashboard, then check again.")


def _old(account: Account, known: Known) -> str:
    said = {"status": account.partner_status or _("empty"), "when": _moment(known.at), "problem": known.problem}
    words = _("%(problem)s The status was %(status)s on %(when)s; that is too long ago to decide on.")
    return (words % said).strip()


def _how_old() -> str:
    return _("It is checked again by itself when Salesforce answers; or look at the account there.")


def _numbers(courses: Iterable[Training]) -> str:
    """“Sales Core 1 of 2, Solution Architect Core 1 of 1. Certified: F. Sarr, M. Ndiaye.”"""
    said = {True: _("%(course)s ? of %(needed)d"), False: _("%(course)s %(there)d of %(needed)d")}
    found = [said[one.there is None] % asdict(one) for one in courses]
    people = sorted({name for one in courses for name in one.people})
    certified = " " + _("Certified: %(names)s.") % {"names": ", ".join(people)} if people else ""
    return f"{', '.join(found)}.{certified}"


def _counted(region: str) -> str:
    if region:
        return _("Counted: people who are there, in %(region)s, the region of the agreement.") % {"region": region}
    return _("Counted: people who are there, in the region of the agreement.")


def _contradiction(standing: Standing) -> str:
    words = _("Enough people are counted, and still the dashboard says No: look at both before you decline.")
    return f"{words} {_how(standing)}"


def _reasons(courses: Sequence[Training]) -> tuple[str, ...]:
    """As the partner may read it: how many people of which course, not what our dashboard is called."""
    told = [
        _("%(course)s: %(there)d of %(needed)d people") % asdict(one)
        for one in courses
        if one.short and one.there is not None
    ]
    numbers = f" ({'; '.join(told)})" if told else ""
    return (_("The Open training requirements are not met%(numbers)s.") % {"numbers": numbers},)


def _training(one: Training, region: str, *, may_name: bool) -> str:
    """A line for the partner: how many more people have to pass which course, where they count, who has it."""
    said = {"course": one.course, "count": one.short, "there": one.there, "needed": one.needed, "where": _where(region)}
    if one.there is None:
        words = ngettext("%(course)s: %(count)d person%(where)s.", "%(course)s: %(count)d people%(where)s.", one.short)
    else:
        words = ngettext(
            "%(course)s: %(count)d more person%(where)s (%(there)d of %(needed)d so far).",
            "%(course)s: %(count)d more people%(where)s (%(there)d of %(needed)d so far).",
            one.short,
        )
    people = one.people if may_name else ()
    more = " " + _("Certified already: %(names)s.") % {"names": ", ".join(people)} if people else ""
    return words % said + more


def _where(region: str) -> str:
    return _(", counted in %(region)s") % {"region": region} if region else ""


def _once(rows: Iterable[Gate]) -> list[Gate]:
    """A course that two gates ask for is told once, with the higher number."""
    found: dict[str, Gate] = {}
    for row in rows:
        name = row.values[0] if row.values else ""
        if name not in found or row.at_least > found[name].at_least:
            found[name] = row
    return list(found.values())


def _source(about: Facts) -> str:
    if about.report is None:
        return _("Certification dashboard")
    return _("Certification dashboard as of %(day)s") % {"day": date_format(about.report.as_of, "j M Y")}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "j M Y H:i") if at else _("an unknown day")
