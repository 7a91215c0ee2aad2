"""Asking as one types, by command and over the API: `routing/account/` and `routing/opportunity/` (contract §4, §5)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from partners.models import Account, Opportunity
from people.models import User
from people.tokens import issue
from routing import opportunities, tasks, waiting
from routing.asking import ask
from routing.models import Decision
from tests.conftest import Cast
from tests.routing.rows import LOOK, key_rule
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db
ACCOUNT, OPPORTUNITY = "/api/v1/routing/account/", "/api/v1/routing/opportunity/"


@pytest.fixture
def desk(cast: Cast, roster: None) -> APIClient:
    return api_of(cast.nadia)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker runs beside the tests: nobody waits for one."""
    monkeypatch.setattr(waiting, "LONGEST", 0.0)


def api_of(user: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {issue(user)}")
    return client


def command(*words: str) -> Any:
    out = StringIO()
    call_command("who_manages", *words, stdout=out)
    return json.loads(out.getvalue())


def test_the_command_answers_as_the_api_does(desk: APIClient) -> None:
    words = ("account", "--country", "US", "--subdivision", "PA", "--postal-code", "19103", "--on", "2022-11-22")
    said = command(*words)
    answer = desk.get(ACCOUNT, {"country": "US", "subdivision": "PA", "postal_code": "19103", "on": "2022-11-22"})
    assert answer.status_code == 200
    assert {**said, "decision": answer.json()["decision"]} == answer.json()
    assert (said["outcome"], said["manager"]) == ("assigned", {"name": "Jay Bahar", "team": None})


def test_the_command_takes_every_option_of_the_contract(desk: APIClient) -> None:
    key_rule("segment", "Large-AMER-East-Named", LOOK)
    key_rule("territory", "Large-AMER-East-Named-4", "Jay Bahar")
    by_place = command("account", "--country", "US", "--subdivision", "VA", "--track", "open", "--public-sector")
    assert by_place["manager"] == {"name": "Maria del Pilar Mejia", "team": "us_pubsec"}
    by_key = command(
        "opportunity",
        "--segment",
        "Large-AMER-East-Named",
        "--territory",
        "Large-AMER-East-Named-4",
        "--partner",
        "Acme",
    )
    assert by_key["manager"]["name"] == "Jay Bahar"
    assert by_key["as_of"] == date.today().isoformat()  # noqa: DTZ011 - the clock of the tests is UTC
    assert Decision.objects.count() == 2


def test_a_day_the_calendar_does_not_have_is_said(desk: APIClient) -> None:
    with pytest.raises(CommandError, match="2022-13-01 is not a day"):
        command("account", "--country", "US", "--on", "2022-13-01")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"track": "gold"}, "track"),
        ({"on": "yesterday"}, "on"),
        ({"on": "20221122"}, "on"),
        ({"public_sector": "perhaps"}, "public_sector"),
        ({"country": "x" * 256}, "country"),
        ({"country": "a\x00b"}, "country"),
        ({"segment": "Large"}, "segment"),
    ],
)
def test_what_cannot_be_meant_is_a_problem(desk: APIClient, asked: dict[str, str], field: str) -> None:
    answer = desk.get(ACCOUNT, asked)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == [field]


def test_only_colleagues_may_ask(cast: Cast, roster: None) -> None:
    partner = cast.katrin.user
    assert partner is not None
    assert api_of(partner).get(ACCOUNT, {"country": "US"}).status_code == 403
    assert api_of(cast.sofia).get(ACCOUNT, {"country": "US"}).status_code == 200
    assert Client().get(ACCOUNT, {"country": "US"}).status_code == 401


def test_an_answer_over_the_api_is_kept_under_its_asker(cast: Cast, desk: APIClient) -> None:
    first = desk.get(ACCOUNT, {"country": "US", "subdivision": "WY", "track": "Open"}).json()
    desk.get(ACCOUNT, {"country": "US", "subdivision": "WY", "track": "open"})
    kept = Decision.objects.get(pk=first["decision"])
    assert (kept.outcome, kept.times, kept.asked_by) == ("unassigned", 2, cast.nadia)
    assert kept.question == {"country": "US", "subdivision": "WY", "track": "open"}


def test_an_opportunity_of_the_mirror_is_answered_at_once(cast: Cast, desk: APIClient) -> None:
    key_rule("segment", "Large-EMEA-EMEA-DACH", "Ilaria Pazienza")
    Opportunity.objects.create(
        salesforce_id="0064M00000XyZabQAF", name="Harbour", segment="Large-EMEA-EMEA-DACH", account=cast.northwind
    )
    said = desk.get(OPPORTUNITY, {"opportunity": "0064M00000XyZab"}).json()
    assert said["manager"]["name"] == "Ilaria Pazienza"
    assert said["facts"] == {"partner": "Northwind DevOps GmbH", "segment": "Large-EMEA-EMEA-DACH"}


def test_one_that_nobody_has_yet_is_asked_for_later(desk: APIClient, impatient: None) -> None:
    answer = desk.get(OPPORTUNITY, {"opportunity": "0064M00000XyZabQAF"})
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "5"


def test_a_worker_reads_it_from_salesforce(desk: APIClient, sandbox: VendorSandbox, impatient: None) -> None:
    identity = "0068dQx00000001ABA"
    assert desk.get(OPPORTUNITY, {"opportunity": identity}).status_code == 503
    tasks.read_opportunity(identity)
    segment = opportunities.read(identity)["segment"]
    key_rule("segment", segment, "Joe McAninch")
    said = desk.get(OPPORTUNITY, {"opportunity": f"https://example.my.salesforce.com/{identity[:15]}"}).json()
    assert (said["outcome"], said["facts"]["segment"]) == ("assigned", segment)
    assert command("opportunity", "--opportunity", identity)["manager"]["name"] == "Joe McAninch"


def test_one_that_salesforce_does_not_have_is_nobodys(desk: APIClient, sandbox: VendorSandbox, impatient: None) -> None:
    tasks.read_opportunity("0068dQx00000999")
    said = desk.get(OPPORTUNITY, {"opportunity": "0068dQx00000999"}).json()
    assert (said["outcome"], said["because"][0]["rule"]) == ("unassigned", "opportunity")
    assert command("opportunity", "--opportunity", "0068dQx00000999")["outcome"] == "unassigned"


def test_when_salesforce_does_not_answer_the_asker_reads_why(
    desk: APIClient, sandbox: VendorSandbox, impatient: None
) -> None:
    sandbox.fault("salesforce", "503", times=50)
    tasks.read_opportunity("0068dQx00000999")
    answer = desk.get(OPPORTUNITY, {"opportunity": "0068dQx00000999"})
    assert answer.status_code == 503
    assert "Salesforce" in answer.json()["detail"]
    with pytest.raises(CommandError, match="Salesforce"):
        command("opportunity", "--opportunity", "0068dQx00000998")


Kinds = Callable[[str], list[tuple[str, str]]]


@pytest.fixture
def hits(cast: Cast, roster: None) -> Kinds:
    key_rule("segment", "Large-AMER-West-PNW/MW", "Lisa Cartagena")
    key_rule("territory", "Large-AMER-PNW/MW-1", "Lisa Cartagena")
    Account.objects.filter(pk=cast.bluepeak.pk).update(salesforce_id="0018dQx00000099ABA")
    Opportunity.objects.create(salesforce_id="0064M00000XyZabQAF", name="Bluepeak renewal 2023", number="OPP-1")
    return lambda text: [(one.kind, one.title) for one in ask(text)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("germ", ("country", "Germany")),
        ("Deutschland", ("country", "Germany")),
        ("wyo", ("state", "Wyoming")),
        ("us-ny", ("state", "New York")),
        ("pnw/mw", ("segment", "Large-AMER-West-PNW/MW")),
        ("Large AMER-PNW/MW-1", ("territory", "Large-AMER-PNW/MW-1")),
        ("bluepeak sys", ("account", "Bluepeak Systems Inc.")),
        ("0018dQx00000099", ("account", "Bluepeak Systems Inc.")),
        ("renewal blue", ("opportunity", "Bluepeak renewal 2023")),
        ("opp-1", ("opportunity", "Bluepeak renewal 2023")),
        (
            "https://x.lightning.force.com/lightning/r/Opportunity/0064M00000XyZabQAF/view",
            ("opportunity", "Bluepeak renewal 2023"),
        ),
        ("0064M00000AbCde", ("opportunity", "0064M00000AbCdeQAF")),
    ],
)
def test_a_few_letters_find_it(hits: Kinds, typed: str, first: tuple[str, str]) -> None:
    assert first in hits(typed)


@pytest.mark.parametrize("typed", ["", "x", "  ", "' & | !", "\x00\x00", "(((", "zzzzqqq"])
def test_nothing_is_found_for_nothing(hits: Kinds, typed: str) -> None:
    assert hits(typed) == []


def test_one_side_may_be_asked_alone(hits: Kinds) -> None:
    assert {one.about for one in ask("bluepeak", about="opportunity")} == {"opportunity"}
    assert {one.about for one in ask("bluepeak", about="account")} == {"account"}
    assert ask("us-ny")[0].question == {"country": "US", "subdivision": "US-NY"}
