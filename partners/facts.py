"""What is known of some partners on a day, beside their Salesforce fields: read at once, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from partners import gates, team_facts
from partners.models import Account, Certification, DashboardReport, DashboardRow, Gate
from partners.team_facts import Team

OPEN: Final = "open"  # the gate that says what “Open Reqs Met?” stands for


@dataclass(frozen=True)
class Line:
    """A partner's line of the dashboard: “Open Reqs Met?” and the numbers beside it."""

    open_reqs_met: bool | None
    counts: Mapping[str, Any]


@dataclass(frozen=True)
class Pass:
    """A certification somebody holds on the day; name and address as far as Salesforce knows them.

    Whom Salesforce keeps twice is one `person`.
    """

    title: str
    person: int
    name: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """`report` is the dashboard that counts on the day; None when there is none.

    `teams` are the exports of the partner portal, `opens` what “Open Reqs Met?” stands for, to compute it from them.
    """

    on: date
    report: DashboardReport | None = None
    lines: Mapping[int, list[Line]] = field(default_factory=dict)
    passes: Mapping[int, list[Pass]] = field(default_factory=dict)
    passes_known: bool = False  # Salesforce keeps certifications at all
    teams: Mapping[int, Team] = field(default_factory=dict)
    opens: Sequence[Gate] = ()


def dashboard_on(on: date) -> DashboardReport | None:
    """The newest dashboard as of that day or earlier that was not withdrawn."""
    return DashboardReport.objects.filter(as_of__lte=on, withdrawn=None).order_by("-as_of", "-id").first()


def about(accounts: Iterable[Account], *, on: date) -> Facts:
    """Five queries, whatever the number of accounts; one more where the portal's exports say something."""
    ids = {account.pk for account in accounts}
    report = dashboard_on(on)
    passes = _passes(ids, on)
    teams = team_facts.of(ids, on)
    return Facts(
        on=on,
        report=report,
        lines=_lines(ids, report),
        passes=passes,
        passes_known=bool(passes) or Certification.objects.filter(deleted=None).exists(),
        teams=teams,
        opens=list(_opens(on)) if teams else (),
    )


def of_one(account: Account, *, on: date) -> Facts:
    """What `about` finds of one account, in one statement: for a page that reads much else."""
    reports = DashboardReport.objects.filter(as_of__lte=on, withdrawn=None).order_by("-as_of", "-id")
    lines = DashboardRow.objects.filter(report=Subquery(reports.values("pk")[:1]), account=OuterRef("pk"))
    passes = held(on).filter(account=OuterRef("pk"))
    found = (
        Account.objects.filter(pk=account.pk)
        .annotate(
            report=Subquery(reports.values("pk")[:1]),
            as_of=Subquery(reports.values("as_of")[:1]),
            lines=ArraySubquery(lines.values(line=JSONObject(met="open_reqs_met", counts="counts"))),
            passes=ArraySubquery(passes.values(held=_HELD)),
            kept=Exists(Certification.objects.filter(deleted=None)),
            team=team_facts.told_of(OuterRef("pk"), on),
            opens=ArraySubquery(_opens(on).values(row=_OPEN_ROW)),
        )
        .values("report", "as_of", "lines", "passes", "kept", "team", "opens")
        .first()
    )
    if found is None:
        return Facts(on=on)
    held_now = [
        Pass(one["title"], one["person"] or -one["pk"], one["name"] or "", one["email"] or "")
        for one in found["passes"]
    ]
    return Facts(
        on=on,
        report=DashboardReport(pk=found["report"], as_of=found["as_of"]) if found["report"] else None,
        lines={account.pk: [Line(one["met"], one["counts"]) for one in found["lines"]]},
        passes={account.pk: held_now},
        passes_known=found["kept"],
        teams={account.pk: team_facts.read(found["team"], on)} if found["team"] else {},
        opens=[Gate(**row) for row in found["opens"]],
    )


def _opens(on: date) -> QuerySet[Gate]:
    return gates.valid_on(on).filter(gate=OPEN, check_kind=Gate.Check.CERTIFICATIONS, advisory=False)


_PERSON: Final = Coalesce("contact__double_of", "contact")
_HELD: Final = JSONObject(title="title", pk="pk", person=_PERSON, name="contact__name", email="contact__email")
_OPEN_ROW: Final = JSONObject(
    **{name: name for name in ("id", "gate", "check_kind", "values", "at_least", "words", "how", "link", "source")}
)


def _lines(ids: set[int], report: DashboardReport | None) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    if report is not None and ids:
        rows = DashboardRow.objects.filter(report=report, account__in=ids)
        for account, met, counts in rows.values_list("account_id", "open_reqs_met", "counts"):
            found[account].append(Line(met, counts))
    return dict(found)


def _passes(ids: set[int], on: date) -> dict[int, list[Pass]]:
    """Held on the day by somebody who is still there; a pass without a person counts as somebody of its own."""
    rows = held(on).filter(account__in=ids)
    found: dict[int, list[Pass]] = defaultdict(list)
    told = rows.values_list("pk", "account_id", "title", _PERSON, "contact__name", "contact__email")
    for pk, account, title, contact, name, email in told:
        found[account].append(Pass(title, contact or -pk, name or "", email or ""))
    return dict(found)


def held(on: date) -> QuerySet[Certification]:
    """What counts on the day: passed, not expired, by somebody Salesforce has as active."""
    return Certification.objects.filter(
        Q(passed=None) | Q(passed__lte=on), Q(expires=None) | Q(expires__gt=on), deleted=None
    ).exclude(Q(contact__active=False) | Q(contact__deleted__isnull=False))
