"""How long the lists beside the dashboard take: 10,000 partners with two exports of their teams and two dashboards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

from django.utils import timezone

from documents.storing import store
from partners import gates
from partners.certified.leavers import leavers
from partners.certified.moving import moves
from partners.certified.nearly import one_short
from partners.filters import LIVE
from partners.models import Account, DashboardReport, DashboardRow, TeamMember, TeamReport

PARTNERS, PEOPLE = 10_000, 8
PREFIX: Final = "Certified partner "
GATE: Final = "loa"
BEFORE, LATELY = timedelta(days=40), timedelta(days=3)
PIECE: Final = 5_000


class Found(NamedTuple):
    """Milliseconds for each list."""

    short: float
    moved: float
    left: float


def measured() -> Found:
    today = timezone.localdate()
    _forget()
    gates.load()
    try:
        _fill(today)
        living = Account.objects.filter(LIVE, name__startswith=PREFIX).order_by("name")
        short, for_short = _clocked(lambda: one_short(living, GATE, on=today))
        moved, for_moved = _clocked(lambda: moves(living, GATE, since=today - timedelta(days=30), on=today))
        left, for_left = _clocked(lambda: leavers(living, on=today))
        assert short
        assert moved.gained
        assert moved.lost
        assert left
        return Found(short=for_short, moved=for_moved, left=for_left)
    finally:
        _forget()


def _fill(today: date) -> None:
    """In each tenth partner somebody has left; one line in twenty turns to Yes and one to No."""
    partners = Account.objects.bulk_create(
        (
            Account(
                name=f"{PREFIX}{number}",
                salesforce_id=f"001C{number:011d}AAA",
                partner_status="Authorized",
                partner_type="Channel",
                region="EMEA",
            )
            for number in range(PARTNERS)
        ),
        batch_size=PIECE,
    )
    for later, as_of in enumerate((today - BEFORE, today - LATELY)):
        file = store(b"Partner;Open Reqs Met?\n", name=f"{PREFIX}{later}.csv")
        report = DashboardReport.objects.create(file=file, as_of=as_of, rows_count=PARTNERS)
        _in_pieces(DashboardRow, (_line(report, one, number, later) for number, one in enumerate(partners)))
        teams = TeamReport.objects.bulk_create(
            (TeamReport(account=one, as_of=as_of, people_count=PEOPLE) for one in partners), batch_size=PIECE
        )
        _in_pieces(TeamMember, (row for number, one in enumerate(teams) for row in _people(one, number, later)))


def _line(report: DashboardReport, account: Account, number: int, later: int) -> DashboardRow:
    met = number % 20 == 1 - later or number % 20 > 9
    counts = {"Sales Core": 2 if met else number % 2, "Solution Architect Core": 1}
    return DashboardRow(
        report=report, number=number + 2, partner_name=account.name, account=account, open_reqs_met=met, counts=counts
    )


def _people(team: TeamReport, number: int, later: int) -> Iterator[TeamMember]:
    for at in range(PEOPLE):
        yield TeamMember(
            report=team,
            name=f"Person {number} {at}",
            email=f"p{at}@{number}.example",
            country="Germany",
            active=not (later and at == 0 and number % 10 == 0),
            courses=["Sales Badged", "SA Verified"][: 2 - at] if at < 2 - number % 2 else [],
        )


def _in_pieces(model: Any, rows: Iterator[Any]) -> None:
    while piece := list(islice(rows, PIECE)):
        model.objects.bulk_create(piece)


def _forget() -> None:
    """In statements that walk no relation: the rows are ours alone."""
    ours = {"account__name__startswith": PREFIX}
    reports = list(DashboardReport.objects.filter(file__name__startswith=PREFIX).values_list("pk", flat=True))
    teams = list(TeamReport.objects.filter(**ours).values_list("pk", flat=True))
    for model, where in (
        (TeamMember, {"report__in": teams}),
        (TeamReport, {"pk__in": teams}),
        (DashboardRow, {"report__in": reports}),
        (DashboardReport, {"pk__in": reports}),
        (Account, {"name__startswith": PREFIX}),
    ):
        rows: Any = model._default_manager.filter(**where)  # noqa: SLF001 - Django's documented door
        rows._raw_delete(rows.db)  # noqa: SLF001 - Django's own quick way


def _clocked(act: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = act()
    return found, (time.perf_counter() - began) * 1000
