"""The filter by standing for letters says of every partner what `standing` says of it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from django.test import Client
from django.utils import timezone

from documents.storing import store
from partners import letters
from partners.models import Account, DashboardReport, DashboardRow, Gate
from partners.standing import standings
from tests.conftest import Cast
from tests.partners.pages.conftest import ClientOf
from web import memory

TODAY = timezone.localdate
LINES: list[list[bool | None]] = [[], [True], [False], [None], [True, False], [True, True], [False, None]]


def a_dashboard(on: date) -> DashboardReport:
    return DashboardReport.objects.create(file=store(b"x", name="d.csv"), as_of=on)


def every_kind_of_partner(report: DashboardReport | None) -> None:
    """Each status with each answer of the dashboard, and who is gone."""
    number = 0
    for status, lines, gone in product(["Authorized", " authorized", "Pending", ""], LINES, [False, True]):
        account = Account.objects.create(
            name=f"{status} {lines} {gone}", partner_status=status, deleted=timezone.now() if gone else None
        )
        for met in lines:
            if report is None:
                continue
            number += 1
            DashboardRow.objects.create(
                report=report, number=number, partner_name=account.name, account=account, open_reqs_met=met
            )


def assert_the_same(on: date) -> dict[str, int]:
    accounts = list(Account.objects.all())
    told = standings(accounts, on=on, only=[letters.GATE])
    counted = {}
    for state in (letters.MET, letters.MISSING, letters.UNKNOWN):
        wanted = {one.pk for one in accounts if told[one.pk, letters.GATE].state == state}
        assert set(Account.objects.filter(letters.where(state, on)).values_list("pk", flat=True)) == wanted, state
        counted[state] = len(wanted)
    return counted


def test_the_filter_agrees_with_the_standing_of_each(handbook: None) -> None:
    """F-28, F-30: missing and unknown are kept apart."""
    every_kind_of_partner(a_dashboard(TODAY() - timedelta(days=3)))
    counted = assert_the_same(TODAY())
    assert all(counted.values())


def test_without_a_dashboard_nothing_is_met(handbook: None) -> None:
    every_kind_of_partner(None)
    assert assert_the_same(TODAY())[letters.MET] == 0


def test_other_requirements_and_hints_are_followed(db: None) -> None:
    begun = {"gate": letters.GATE, "valid_from": date(2022, 2, 1)}
    Gate.objects.create(check_kind="track", values=["Select"], words="Track", **begun)
    Gate.objects.create(check_kind="contract", words="Agreement", **begun)
    Gate.objects.create(check_kind="status", values=["Never"], words="Hint", advisory=True, **begun)
    for track, signed in product(["Select", "Open", ""], [None, TODAY(), TODAY() + timedelta(days=1)]):
        Account.objects.create(name=f"{track} {signed}", track=track, signed_contract_date=signed)
    assert all(assert_the_same(TODAY()).values())
    assert letters.can_tell()


def test_where_only_standing_can_tell_no_filter_is_offered(cast: Cast, client_of: ClientOf) -> None:
    desk = client_of(cast.nadia)
    assert "f-letters" not in desk.get("/partners/").content.decode()  # nothing is required: nobody knows
    Gate.objects.create(gate=letters.GATE, check_kind="status", values=["x"], words="S", valid_from=date(2022, 2, 1))
    memory.forget_all()
    assert "f-letters" in desk.get("/partners/").content.decode()
    Gate.objects.create(
        gate=letters.GATE, check_kind="certifications", values=["x"], words="C", valid_from=date(2022, 2, 1)
    )
    memory.forget_all()
    assert "f-letters" not in desk.get("/partners/").content.decode()
    assert desk.get("/partners/?letters=met").status_code == 200


@pytest.mark.parametrize("state", ["met", "missing", "unknown", "perhaps"])
def test_the_list_narrows_by_it(cast: Cast, client_of: ClientOf, handbook: None, state: str) -> None:
    desk: Client = client_of(cast.nadia)
    report = a_dashboard(TODAY())
    Account.objects.filter(pk=cast.northwind.pk).update(partner_status="Authorized")
    DashboardRow.objects.create(report=report, number=1, partner_name="N", account=cast.northwind, open_reqs_met=True)
    Account.objects.filter(pk=cast.bluepeak.pk).update(partner_status="Denied")
    Account.objects.create(name="Nobody knows")
    page = desk.get(f"/partners/?letters={state}").content.decode()
    found = {name for name in ("Northwind", "Bluepeak", "Nobody knows") if f"<bdi>{name}" in page}
    wanted = {"met": {"Northwind"}, "missing": {"Bluepeak"}, "unknown": {"Nobody knows"}}
    assert found == wanted.get(state, set())
