"""The matrix of letters (domain §2.2, §2.13): what is proposed, with every reason, and what is only held or noted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from loa import checks, stages
from loa.checks import Checked, Known
from loa.checks.shapes import OLDEST, Check
from loa.models import Letter, LetterRequest, StageSpan
from partners import gates
from partners.models import Account, AccountDomain, Certification, Contact, Gate
from people import loading
from routing import contract_regions
from tests.partners.dashboards import dashboard

ON = date(2022, 11, 22)
STATUSES = ["Authorized", "NDA", "Pending", "Former", "Denied", "Prospect", ""]
LINES: dict[str, Any] = {"Yes": True, "No": False, "blank": None, "partner missing": ...}


@pytest.fixture
def sahel(db: None) -> Account:
    gates.load()
    account = Account.objects.create(
        salesforce_id="0018dQx00000009ABA", name="Sahel Tech Sarl", partner_status="Authorized", track="Open",
        country="SN", contracted_territories=["Senegal", "Mali"], website_domain="saheltech.example",
        synced=timezone.now(),
    )  # fmt: skip
    AccountDomain.objects.create(account=account, domain="saheltech.example")
    return account


def asks(account: Account | None, **given: Any) -> LetterRequest:
    values = {
        "company": "Sahel Tech", "requester_name": "Aïssatou Diallo", "requester_email": "a.diallo@saheltech.example",
        "country": "Senegal", "source": "connect", **given,
    }  # fmt: skip
    return LetterRequest.objects.create(account=account, **values)


def run(account: Account | None, *, known: Known | None = None, **given: Any) -> Checked:
    return checks.run(asks(account, **given), on=ON, known=known)


def of(checked: Checked, slug: str) -> Check:
    found = checked.of(slug)
    assert found is not None
    return found


def wanted(status: str, line: str) -> str:
    """Only Authorized with Yes approves; what is surely not there declines; else nobody can tell, and it is held."""
    if status == "Authorized" and line == "Yes":
        return "approve"
    return "decline" if status not in ("Authorized", "") or line == "No" else "hold"


@pytest.mark.parametrize("status", STATUSES)
def test_the_matrix(sahel: Account, status: str) -> None:
    sahel.partner_status = status
    for line, answer in LINES.items():
        dashboard(ON - timedelta(days=4), {sahel: answer} if answer is not ... else {})
        checked = run(sahel)
        assert checked.proposal == wanted(status, line), line
        of_status, of_line = status not in ("Authorized", ""), line == "No"
        if checked.proposal == "decline":
            assert len(checked.reasons) == of_status + of_line
            assert bool(checked.trainings) == of_line
        assert of(checked, "status").verdict == {"Authorized": "met", "": "unknown"}.get(status, "missing")
        assert of(checked, "requirements").verdict == {"Yes": "met", "No": "missing"}.get(line, "unknown")
        assert all(one.how for one in checked.checks if one.verdict in {"missing", "unknown", "note"})
        assert bool(checked.reasons) == (checked.proposal != "approve")
        LetterRequest.objects.all().delete()


def test_a_company_nobody_found_is_held(sahel: Account) -> None:
    dashboard(ON, {sahel: True})
    checked = run(None, company="Quartz Illumination", requester_email="x@quartz.example")
    assert checked.proposal == "hold"
    assert [one.verdict for one in checked.checks] == ["unknown"] * 4 + ["note", "unknown"]
    assert "no partner called “Quartz Illumination”" in of(checked, "company").words
    assert "another spelling" in checked.reasons[0]


def test_everything_is_told_at_once_with_what_is_missing_and_who_has_it(sahel: Account) -> None:
    """Status and requirements together; how many more of which course, who is certified, where it is counted."""
    sahel.partner_status = "Pending"
    dashboard(date(2022, 11, 18), [(sahel, False, {"Sales Core": 1, "Solution Architect Core": 1})])
    for number, (name, active) in enumerate([("Mariama Ndiaye", True), ("Gone Already", False)]):
        person = Contact.objects.create(name=name, account=sahel, active=active)
        Certification.objects.create(salesforce_id=f"c{number}", account=sahel, contact=person, title="Sales Core")
    checked = run(sahel)
    assert checked.reasons == (
        "Partner status is Pending; it must be Authorized.",
        "The Open training requirements are not met (Sales Core: 1 of 2 people).",
    )
    assert checked.trainings == (
        "Sales Core: 1 more person, counted in EMEA (1 of 2 so far). Certified already: Mariama Ndiaye.",
    )
    words = of(checked, "requirements").words
    assert words.startswith("Sales Core 1 of 2, Solution Architect Core 1 of 1. Certified: Mariama Ndiaye.")
    assert "in EMEA, the region of the agreement" in words
    assert of(checked, "requirements").source == "Certification dashboard as of 18 Nov 2022"
    stranger = run(sahel, requester_email="somebody@gmail.com")
    assert stranger.trainings == ("Sales Core: 1 more person, counted in EMEA (1 of 2 so far).",)


def test_without_numbers_all_that_it_takes_is_told(sahel: Account) -> None:
    dashboard(ON, {sahel: False})
    assert run(sahel).trainings == (
        "Sales Core: 2 people, counted in EMEA.",
        "Solution Architect Core: 1 person, counted in EMEA.",
    )


def test_a_no_that_the_numbers_contradict_says_so(sahel: Account) -> None:
    dashboard(ON, [(sahel, False, {"Sales Core": 2, "Solution Architect Core": 1})])
    checked = run(sahel)
    assert (checked.proposal, checked.trainings) == ("decline", ())
    assert "Enough people are counted" in of(checked, "requirements").how


def test_requirements_are_those_of_the_day(sahel: Account) -> None:
    """Dated rows: a lead asks for Select from a day on; without any row nobody can tell."""
    dashboard(date(2022, 11, 1), {sahel: True})
    Gate.objects.create(
        gate="loa", check_kind="track", values=["Select"], words="Track is Select", how="By invitation.",
        valid_from=date(2022, 12, 1),
    )  # fmt: skip
    assert run(sahel).proposal == "approve"
    later = checks.run(asks(sahel), on=date(2022, 12, 1))
    assert later.proposal == "decline"
    assert later.reasons == ("Track is Open; it must be Select.",)
    assert checks.run(asks(sahel), on=date(2021, 1, 1)).proposal == "hold"


def test_what_is_known_of_salesforce_must_not_be_too_old(sahel: Account) -> None:
    """The mirror is good for a while and says since when; then only a person may decide."""
    dashboard(ON, {sahel: True})
    problem = "Salesforce does not answer."
    recent = run(sahel, known=Known(at=timezone.now() - OLDEST / 2, problem=problem))
    assert recent.proposal == "approve"
    assert problem in of(recent, "status").words
    sahel.partner_status = "NDA"
    old = run(sahel, known=Known(at=timezone.now() - OLDEST * 2, problem=problem))
    assert (old.proposal, of(old, "status").verdict) == ("hold", "unknown")
    assert problem in old.reasons[0]
    assert "NDA" in old.reasons[0]
    Account.objects.update(synced=None)
    sahel.refresh_from_db()
    assert run(sahel).proposal == "hold"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"deleted": timezone.now()}, "does not have Sahel Tech Sarl as a partner any more"),
        ({"salesforce_id": ""}, "known here only"),
    ],
)
def test_an_account_salesforce_does_not_have_is_held(sahel: Account, change: dict[str, Any], says: str) -> None:
    dashboard(ON, {sahel: True})
    for name, value in change.items():
        setattr(sahel, name, value)
    checked = run(sahel)
    assert checked.proposal == "hold"
    assert says in of(checked, "company").words


@pytest.mark.parametrize(
    ("left", "proposal", "verdict"),
    [(-1, "approve", "met"), (0, "approve", "note"), (60, "approve", "note"), (61, "hold", "unknown")],
)
def test_a_letter_in_force(sahel: Account, left: int, proposal: str, verdict: str) -> None:
    """Near its end a new one is the renewal; else a person confirms a second one; never a decline."""
    dashboard(ON, {sahel: True})
    until = ON + timedelta(days=left)
    Letter.objects.create(
        account=sahel, company="Sahel Tech Sarl", dated=until - timedelta(days=365), valid_until=until
    )
    checked = run(sahel)
    assert (checked.proposal, of(checked, "in_force").verdict) == (proposal, verdict)
    if left >= 0:
        assert f"{until.day} " in of(checked, "in_force").words
    sahel.partner_status = "Former"
    assert run(sahel).proposal == "decline"


def test_a_letter_of_another_or_recalled_says_nothing_and_a_second_request_is_told(sahel: Account) -> None:
    dashboard(ON, {sahel: True})
    other, end = Account.objects.create(name="Other AG"), ON + timedelta(days=200)
    Letter.objects.create(account=other, company="Other AG", dated=ON, valid_until=end)
    Letter.objects.create(account=sahel, company="Sahel Tech Sarl", dated=ON, valid_until=end, state="recalled")
    assert of(run(sahel), "in_force").verdict == "met"
    second = run(sahel)
    assert (second.proposal, of(second, "in_force").verdict) == ("approve", "note")
    assert "Aïssatou Diallo" in of(second, "in_force").words


@pytest.mark.parametrize(
    ("given", "verdict", "says"),
    [
        ({"requester_email": "a.diallo@saheltech.example"}, "met", "a mail domain of Sahel Tech Sarl"),
        ({"requester_email": "a.diallo@mail.saheltech.example"}, "met", "saheltech.example"),
        ({"requester_email": "sahel.tech@gmail.com"}, "note", "Anybody can have an address at gmail.com"),
        ({"requester_email": "x@nobody-knows.example"}, "note", "nobody-knows.example is not known"),
        ({"requester_email": "x@sahel-tech.example"}, "note", "reads like Sahel Tech Sarl"),
        ({"requester_email": ""}, "note", "no address"),
        ({"requester_email": "lea@amazic.example"}, "unknown", "writes for Amazic Distribution BV"),
        (
            {"requester_email": "it@havelland-klinik.example", "end_customer": "Havelland Klinik AG"},
            "unknown",
            "reads like the end customer",
        ),
    ],
)
def test_whose_people_ask(sahel: Account, given: dict[str, Any], verdict: str, says: str) -> None:
    """Free mail and strangers are looked at; a distributor or the customer asking for the partner is held."""
    dashboard(ON, {sahel: True})
    amazic = Account.objects.create(name="Amazic Distribution BV", salesforce_id="0018dQx0000009ABAA")
    AccountDomain.objects.create(account=amazic, domain="amazic.example")
    checked = run(sahel, **given)
    assert of(checked, "domain").verdict == verdict
    assert says in of(checked, "domain").words
    assert checked.proposal == ("hold" if verdict == "unknown" else "approve")
    sahel.partner_status = "Denied"
    assert run(sahel, **given).proposal == ("hold" if verdict == "unknown" else "decline")


@pytest.mark.parametrize(
    ("territories", "given", "verdict"),
    [
        (["Senegal", "Mali"], {"country": "Sénégal"}, "met"),
        (["Senegal", "Mali"], {"country": ""}, "met"),
        (["Senegal", "Mali"], {"country": "France"}, "note"),
        (["Senegal", "Mali"], {"country": "Japan"}, "unknown"),
        (["Senegal", "Mali"], {"country": "Atlantis"}, "note"),
        (["Senegal", "Mali"], {"country": "", "values": {"region": "APAC"}}, "unknown"),
        (["EMEA"], {"country": "Germany"}, "met"),
        (["US Public Sector"], {"country": "United States"}, "met"),
        (["US Public Sector"], {"country": "Canada"}, "unknown"),
        (["United States"], {"country": "United States", "values": {"region": "US PubSec"}}, "unknown"),
        ([], {"country": "Japan"}, "note"),
    ],
)
def test_where_the_agreement_holds(sahel: Account, territories: list[str], given: dict[str, Any], verdict: str) -> None:
    """An agreement is for one region: outside of it a person asks; inside, other territories are told."""
    dashboard(ON, {sahel: True})
    sahel.contracted_territories = territories
    checked = run(sahel, **given)
    assert of(checked, "region").verdict == verdict
    assert checked.proposal == ("hold" if verdict == "unknown" else "approve")


def test_every_country_lies_in_one_region() -> None:
    known = {contract_regions.region_of(code) for code in ("DE", "Japan", "Brazil", "US", "CA", "ZA", "AU", "GL")}
    assert known == {"EMEA", "APAC", "AMER"}
    assert contract_regions.region_of("U.S. Public Sector") == "US PubSec"
    assert contract_regions.region_of("Mars") == ""


def test_checks_are_kept_as_they_were(sahel: Account) -> None:
    loading.load()
    """Word for word, with time and link; another account voids them."""
    dashboard(ON, {sahel: False})
    request = asks(sahel, stage="phd_review", due=timezone.now())
    entered = datetime(2022, 11, 21, 20, tzinfo=UTC)  # in Europe the working day is over
    StageSpan.objects.create(request=request, stage="phd_review", entered=entered)
    checked = checks.run(request, on=ON)
    assert checks.keep(request, checked)
    request = LetterRequest.objects.get(pk=request.pk)
    assert request.due == stages.promise(request, since=entered)
    assert request.due != stages.promise(LetterRequest(region="AMER"), since=entered)
    assert (request.proposal, request.track, request.region) == ("decline", "Open", "EMEA")
    assert checks.kept(request) == checked
    assert of(checked, "status").link
    assert of(checked, "status").at
    LetterRequest.objects.update(account=None)
    assert not checks.keep(request, checked)
