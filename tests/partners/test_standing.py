"""What a partner must have for what: all reasons at once, dated; “unknown” is not “no” (domain §2.1 to 2.13)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from partners import gates
from partners.models import Account, Certification, Contact, Gate
from partners.standing import gates_of, missing_for, standing_of, standings
from tests.partners.dashboards import dashboard

ON = date(2022, 11, 22)
STATUSES = ["Authorized", "NDA", "Pending", "Former", "Denied", "Prospect", ""]
LINES: dict[str, Any] = {"Yes": True, "No": False, "blank": None, "partner missing": ...}


@pytest.fixture
def acme(db: None) -> Account:
    gates.load()
    return Account.objects.create(name="Acme", partner_status="Authorized", partner_type="Channel", track="Open")


def wanted(status: str, line: str) -> str:
    """The matrix of domain §2.13, said independently of the code."""
    if status == "Authorized" and line == "Yes":
        return "met"
    surely_not = status not in ("Authorized", "") or line == "No"
    return "missing" if surely_not else "unknown"


@pytest.mark.parametrize(("status", "line"), [*product(STATUSES, LINES)])
def test_a_letter_needs_authorized_and_yes(acme: Account, status: str, line: str) -> None:
    """The LoA matrix: only Authorized with Yes is met; empty or absent is a hold; both reasons come at once."""
    acme.partner_status = status
    dashboard(ON - timedelta(days=4), {acme: LINES[line]} if line != "partner missing" else {})
    standing = standing_of(acme, "loa", on=ON)
    assert standing.state == wanted(status, line)
    by_status = {"Authorized": [], "": ["unknown"]}.get(status, ["missing"])
    by_line = {"Yes": [], "No": ["missing"]}.get(line, ["unknown"])
    assert [reason.kind for reason in standing.reasons] == by_status + by_line
    assert len(standing.met) == 2 - len(standing.reasons)
    assert missing_for(acme, "loa", ON) == standing.reasons
    assert standing.unsure == ("unknown" in by_status + by_line)


def test_a_partner_that_nobody_found_is_a_hold(db: None) -> None:
    standing = standing_of(None, "loa", on=ON)
    assert standing.state == "unknown"
    assert "nothing can be checked" in standing.reasons[0].words


def test_reasons_say_what_is_there_how_it_is_mended_and_where_it_is_written(acme: Account) -> None:
    acme.partner_status = "Pending"
    dashboard(date(2022, 11, 18), [(acme, False, {"Sales Core": 1, "Solution Architect Core": 0, "Remark": "asked"})])
    by_status, by_dashboard = standing_of(acme, "loa", on=ON).reasons
    assert by_status.words == "Partner status is Pending; it must be Authorized."
    assert by_dashboard.words == (
        "“Open Reqs Met?” is No on the dashboard as of 18 Nov 2022 (Sales Core 1, Solution Architect Core 0)."
    )
    assert "Two people pass Sales Core" in by_dashboard.how
    assert by_dashboard.source.endswith("#approving-letters-of-authorization")
    assert by_dashboard.gate_row
    assert Gate.objects.get(pk=by_dashboard.gate_row).check_kind == "open_reqs"


def test_the_dashboard_of_the_day_counts(acme: Account) -> None:
    """The newest as of that day that was not withdrawn; a later one changes nothing about the past."""
    dashboard(date(2022, 11, 1), {acme: False})
    dashboard(date(2022, 11, 18), {acme: True})
    dashboard(date(2022, 11, 20), {acme: False}, withdrawn=True)
    dashboard(date(2022, 11, 25), {acme: False})
    states = {on: standing_of(acme, "loa", on=date(2022, 11, on)).state for on in (10, 18, 22, 25)}
    assert states == {10: "missing", 18: "met", 22: "met", 25: "missing"}
    assert standing_of(acme, "loa", on=date(2022, 10, 31)).state == "unknown"
    assert standing_of(acme, "loa", on=ON).dashboard == date(2022, 11, 18)


def test_two_lines_that_differ_are_unknown(acme: Account) -> None:
    dashboard(ON, [(acme, True, {}), (acme, False, {})])
    standing = standing_of(acme, "loa", on=ON)
    assert (standing.state, len(standing.reasons)) == ("unknown", 1)
    dashboard(ON, [(acme, True, {}), (acme, True, {})])
    assert standing_of(acme, "loa", on=ON).state == "met"


def test_an_account_that_is_gone_is_a_hold(acme: Account) -> None:
    dashboard(ON, {acme: True})
    acme.deleted = timezone.now()
    assert standing_of(acme, "loa", on=ON).state == "unknown"
    acme.merged_into = Account.objects.create(name="Acme Group")
    assert "merged" in standing_of(acme, "loa", on=ON).reasons[0].words


def test_an_nfr_needs_good_standing_and_a_technical_person_only_as_a_hint(acme: Account) -> None:
    """The sources disagree about the certificate: it is told, and stops nothing (domain §2.3)."""
    Certification.objects.create(salesforce_id="a01", account=acme, title="Sales Core Training")
    standing = standing_of(acme, "nfr", on=ON)
    assert standing.state == "met"
    assert [(hint.kind, hint.words) for hint in standing.hints] == [
        ("missing", "Solution Architect Core: 0 in Salesforce, 1 needed.")
    ]
    Gate.objects.filter(gate="nfr", check_kind="certifications").update(advisory=False)
    assert standing_of(acme, "nfr", on=ON).state == "missing"
    pse = Certification.objects.create(salesforce_id="a02", account=acme, title="PSE Certified 2021")
    assert standing_of(acme, "nfr", on=ON).state == "met"
    pse.expires = ON
    pse.save()
    assert standing_of(acme, "nfr", on=ON).state == "missing"


def test_nobody_keeping_numbers_is_unknown_and_the_dashboard_counts_too(acme: Account) -> None:
    acme.partner_type = "Channel"
    assert standing_of(acme, "deal_registration", on=ON).state == "unknown"
    dashboard(date(2022, 11, 2), [(acme, False, {"Sales Core": 0, "Sales Certified": 3})])
    assert standing_of(acme, "deal_registration", on=ON).state == "missing"
    dashboard(date(2022, 11, 3), [(acme, False, {"Sales Core": 1})])
    assert standing_of(acme, "deal_registration", on=ON).state == "met"
    dashboard(date(2022, 11, 4), [(acme, True, {})])
    assert standing_of(acme, "deal_registration", on=ON).state == "met"


def test_people_are_counted_once_and_only_while_they_are_there(acme: Account) -> None:
    """Three titles of one person are one person; who left does not count."""
    people = [Contact.objects.create(name=name, account=acme) for name in ("Ann", "Ben", "Cem")]
    for number, person in enumerate([*people, people[0]]):
        Certification.objects.create(
            salesforce_id=f"c{number}", account=acme, contact=person, title=f"PSE Certified 202{number % 2}"
        )
    dashboard(ON, {acme: True})
    assert standing_of(acme, "service_attach", on=ON).state == "met"
    Contact.objects.filter(name="Cem").update(active=False)
    standing = standing_of(acme, "service_attach", on=ON)
    assert [reason.words for reason in standing.reasons] == ["PSE: 2 in Salesforce, 3 needed."]


def test_rules_changed_on_a_day(acme: Account) -> None:
    """One sales training was enough for a quote until the fiscal year 2025; then Open Compliant."""
    Certification.objects.create(salesforce_id="a01", account=acme, title="Sales Core Training")
    dashboard(date(2022, 11, 1), {acme: False})
    assert standing_of(acme, "quote", on=date(2024, 1, 31)).state == "met"
    assert standing_of(acme, "quote", on=date(2024, 2, 1)).state == "missing"
    assert standing_of(acme, "quote", on=date(2022, 1, 31)).state == "unknown"  # before what we know


def test_gates_cost_the_same_for_one_and_for_many(
    acme: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    dashboard(ON, {acme: True})
    many = [acme, *(Account.objects.create(name=f"P{number}", partner_status="Authorized") for number in range(30))]
    with django_assert_num_queries(6):
        assert [gate for gate, _standing in gates_of(acme, ON)] == list(gates.GATES)
    with django_assert_num_queries(6):
        found = standings(many, on=ON, only=["loa"])
    assert found[acme.pk, "loa"].may
    assert {found[one.pk, "loa"].state for one in many[1:]} == {"unknown"}


def test_kinds_know_their_gate() -> None:
    assert [gates.for_kind(kind) for kind in ("loa", "nfr", "purchase_order", "invoice")] == ["loa", "nfr", "quote", ""]


def test_loading_again_keeps_what_the_desk_changed(handbook: None) -> None:
    row = Gate.objects.get(gate="loa", check_kind="open_reqs")
    before = Gate.objects.count()
    row.valid_until = ON
    row.save()
    call_command("load_handbook", verbosity=0)
    row.refresh_from_db()
    assert (row.valid_until, Gate.objects.count()) == (ON, before)
    assert set(Gate.objects.values_list("gate", flat=True)) == set(gates.GATES)
