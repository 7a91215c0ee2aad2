"""`partners/{id}/standing/` (contract §5): state and all reasons of a day; what nobody knows is a problem."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from partners import gates
from partners.models import Account
from tests.conftest import Cast
from tests.partners.dashboards import dashboard


@pytest.fixture
def address(cast: Cast) -> str:
    gates.load()
    Account.objects.filter(pk=cast.northwind.pk).update(partner_status="NDA")
    dashboard(date(2022, 11, 18), {cast.northwind: False})
    return f"/api/v1/partners/{cast.northwind.pk}/standing/"


@pytest.fixture
def desk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.nadia)
    return client


def test_both_reasons_come_at_once_with_the_day_and_where_it_is_written(desk: Client, address: str, cast: Cast) -> None:
    said = desk.get(address, {"gate": "loa", "on": "2022-11-22"}).json()
    assert {name: said[name] for name in ("partner", "gate", "title", "on", "state", "dashboard")} == {
        "partner": cast.northwind.pk,
        "gate": "loa",
        "title": "Letter of authorization",
        "on": "2022-11-22",
        "state": "missing",
        "dashboard": "2022-11-18",
    }
    assert [(one["kind"], one["words"]) for one in said["reasons"]] == [
        ("missing", "Partner status is NDA; it must be Authorized."),
        ("missing", "“Open Reqs Met?” is No on the dashboard as of 18 Nov 2022."),
    ]
    assert all(one["how"] and one["source"].startswith("https://") for one in said["reasons"])
    assert (said["met"], said["hints"]) == ([], [])


def test_what_cannot_be_told_is_unknown_and_what_is_met_shows_its_evidence(
    desk: Client, address: str, cast: Cast
) -> None:
    Account.objects.filter(pk=cast.northwind.pk).update(partner_status="Authorized")
    said = desk.get(address, {"gate": "loa", "on": "2022-11-10"}).json()
    assert (said["state"], said["dashboard"]) == ("unknown", None)
    assert [one["kind"] for one in said["reasons"]] == ["unknown"]
    assert [one["evidence"] for one in said["met"]] == ["Partner status is Authorized."]
    assert desk.get(address, {"gate": "nfr"}).json()["hints"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"gate": "coffee"}, "gate"),
        ({}, "gate"),
        ({"gate": "loa", "on": "20221122"}, "on"),
        ({"gate": "loa", "on": ""}, "on"),
        ({"gate": "loa", "when": "2022-11-22"}, "when"),
    ],
)
def test_what_nobody_knows_is_a_problem(desk: Client, address: str, asked: dict[str, str], field: str) -> None:
    answer = desk.get(address, asked)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == [field]
    if field == "gate":
        assert ", ".join(gates.GATES) in answer.json()["errors"]["gate"][0]


def test_no_partner_and_no_colleague(desk: Client, address: str, cast: Cast) -> None:
    assert desk.get("/api/v1/partners/999999/standing/?gate=loa").status_code == 404
    partner = Client()
    partner.force_login(cast.katrin.user)  # type: ignore[arg-type]
    assert partner.get(address, {"gate": "loa"}).status_code == 403
