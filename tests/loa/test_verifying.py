"""Finding the account and checking it, as steps of the procedure; Salesforce is the sandbox, asked afresh."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from integrations import breaker
from integrations.salesforce.client import client
from journal.record import DESK, events_of
from loa import checks, finding, rechecking, verifying
from loa.decision_part import Part
from loa.models import LetterRequest
from partners import gates, sync_some
from partners.models import Account, AccountDomain, Contact, SyncRun
from tests.conftest import Cast
from tests.partners.dashboards import dashboard
from tests.sandbox_desk import VendorSandbox
from tickets import actions, evidence, procedures, steps
from tickets.actions import NewTicket, Refused
from tickets.models import Step, Ticket
from tickets.models.ticket import Channel
from tickets.procedures import Procedure, Waiting, automatic, awaited, register

NORTHWIND = "0018dQx00000001ABA"
OLD = timedelta(hours=9)
PIECE = Procedure(
    kind="loa",
    title="Letter",
    handbook="",
    steps=(
        automatic("account", "Find the partner account", verifying.account),
        automatic("check", "Check", verifying.check, only_if=verifying.needless),
        awaited("decide", "Approve or decline", lambda _at: Waiting(for_whom=Step.WaitsFor.DESK)),
    ),
)


@pytest.fixture(autouse=True)
def only_these_steps() -> Any:
    whole = procedures.procedure_of("loa")
    assert whole is not None
    register(PIECE)
    yield
    register(whole)


@pytest.fixture
def salesforce(db: None, sandbox: VendorSandbox) -> VendorSandbox:
    breaker.close("salesforce")
    breaker.forget_beliefs()
    gates.load()
    return sandbox


@pytest.fixture
def northwind(salesforce: VendorSandbox, cast: Cast) -> Account:
    """As Salesforce has it; on the dashboard with Yes."""
    sync_some.accounts([NORTHWIND])
    account = Account.objects.get(salesforce_id=NORTHWIND)
    Account.objects.filter(pk=cast.northwind.pk).update(name="Somebody else")
    AccountDomain.objects.filter(domain="northwind.example.com").update(account=account)
    Contact.objects.filter(pk=cast.katrin.pk).update(account=account)
    dashboard(timezone.localdate() - timedelta(days=3), {account: True})
    return account


def letter(cast: Cast, company: str = "Northwind DevOps", *, email: str = "", **given: Any) -> LetterRequest:
    """A ticket as DocuSign opens it, with its request, at the step that looks for the account."""
    cast.katrin.account = None
    ticket = actions.open_ticket(
        NewTicket(kind="general", subject="GitLab LOA: Katrin Vogel", requester=cast.katrin, body="…",
                  channel=Channel.API),
        by=DESK,
    )  # fmt: skip
    Ticket.objects.filter(pk=ticket.pk).update(kind="loa", partner=None)
    ticket.refresh_from_db()
    request = LetterRequest.objects.create(
        ticket=ticket, company=company, requester_name="Katrin Vogel", stage="phd_review", source="connect",
        requester_email=email or "katrin@northwind.example.com", **given,
    )  # fmt: skip
    steps.begin(ticket)
    return request


def work(request: LetterRequest) -> dict[str, Step]:
    assert request.ticket is not None
    steps.work_on(request.ticket.pk)
    request.refresh_from_db()
    request.ticket.refresh_from_db()
    return {one.slug: one for one in steps.of(request.ticket)}


def test_from_the_company_to_what_is_proposed(northwind: Account, cast: Cast) -> None:
    """Salesforce is asked at that moment; evidence with source, link and time; the ticket is the partner's."""
    request = letter(cast, country="Germany")
    client().update("Account", NORTHWIND, {"Partners_Partner_Status__c": "Former"})
    began = timezone.now()
    done = work(request)
    assert [one.state for one in done.values()] == ["done", "done", "waiting"]
    assert done["account"].note == "Northwind DevOps GmbH"
    assert (request.account, request.proposal) == (northwind, "decline")
    assert request.ticket is not None
    assert request.ticket.partner == northwind
    assert done["check"].note == "Decline: Partner status is Former; it must be Authorized."
    checked = checks.kept(request)
    assert checked is not None
    status = checked.of("status")
    assert status is not None
    assert status.at is not None
    assert status.at >= began
    assert NORTHWIND in status.link
    tones = {one["name"]: one["tone"] for one in done["check"].data["facts"]}
    assert tones["Partner Status"] == "bad"
    client().update("Account", NORTHWIND, {"Partners_Partner_Status__c": "Authorized"})
    finding.check_again(request, by=cast.nadia)
    assert work(request)["check"].note == "Approve: all is met."
    assert request.proposal == "approve"
    assert [one.verb for one in events_of(request)].count("checked") == 2


def test_four_companies_called_acme(salesforce: VendorSandbox, cast: Cast) -> None:
    """Held with all four and what tells them apart; the address may say which; a person chooses and it goes on."""
    for number, country in enumerate(["Germany", "France", "Japan", "Peru"]):
        values = {"Name": "ACME", "Type": "Partner", "BillingCountry": country, "Website": f"acme{number}.example"}
        sync_some.accounts([client().create("Account", values | {"Partners_Partner_Status__c": "Authorized"})])
    request = letter(cast, "ACME", email="eva@gmail.com")
    stuck = work(request)["account"]
    assert stuck.state == "stuck"
    assert "Several accounts are called “ACME”" in stuck.problem
    assert [one["name"] for one in stuck.data["facts"]] == ["ACME"] * 4 + ["Choose"]
    way = evidence.of(stuck).way_out  # the button of the step
    assert way is not None
    assert (way.value, way.link) == ("Say which partner it is", f"/loa/{request.pk}/account/")
    request.refresh_from_db()
    assert "says which partner it is" in Part(request, cast.nadia).closed
    assert {"Authorized · Germany", "Authorized · Peru"} <= {one["source"] for one in stuck.data["facts"]}
    assert request.proposal == "hold"
    company = request.checks[0]
    assert (company["verdict"], len(company["candidates"])) == ("unknown", 4)
    assert letter_of(cast, "ACME", "eva@acme1.example") == "France"
    chosen = Account.objects.get(country="Japan")
    finding.choose_account(request, chosen, by=cast.nadia)
    assert request.ticket is not None
    assert (request.account, request.account_by, request.proposal) == (chosen, cast.nadia, "")
    after = work(request)
    assert after["account"].note == "ACME, as Nadia Okafor said."
    assert (after["check"].state, request.proposal) == ("done", "hold")  # no dashboard knows them
    assert request.ticket.partner == chosen
    event = events_of(request).get(verb="account chosen")
    assert (event.actor, event.after["account"]["id"]) == (cast.nadia, chosen.pk)


def letter_of(cast: Cast, company: str, email: str) -> str:
    request = letter(cast, company, email=email)
    found = finding.look(request)
    return found.account.country if found.account else ""


@pytest.mark.parametrize(
    ("company", "email", "found"),
    [
        ("Nortwind DevOps GmbH", "katrin@northwind.example.com", True),  # a slip, and the address agrees
        ("Nortwind DevOps GmbH", "katrin@gmail.com", False),
        ("Sakura Trading", "katrin@northwind.example.com", False),  # the letter names somebody else
        ("Northwind DevOps Ltd", "someone@gmail.com", False),  # another legal form
        ("northwind devops", "lea@bluepeak.example.com", True),  # whose people ask is another check
        ("", "katrin@northwind.example.com", False),
    ],
)
def test_the_name_decides(northwind: Account, cast: Cast, company: str, email: str, found: bool) -> None:
    request = letter(cast, company, email=email)
    assert (finding.look(request).account == northwind) is found


def test_the_partner_chosen_on_the_ticket_is_the_letters(northwind: Account, cast: Cast) -> None:
    request = letter(cast, "Trading name nobody knows")
    assert work(request)["account"].state == "stuck"
    assert request.ticket is not None
    actions.choose_partner(request.ticket, to=northwind, by=cast.nadia)
    after = work(request)
    assert after["check"].state == "done"
    assert (request.account, request.account_by) == (northwind, cast.nadia)
    kept = checks.kept(request)
    assert kept is not None
    company = kept.of("company")
    assert company is not None
    assert (company.verdict, kept.proposal) == ("note", "approve")


def test_the_partner_corrected_on_the_ticket_is_the_letters(northwind: Account, cast: Cast) -> None:
    """Said of this ticket, not of another one of the same sender: a distributor asks for several partners."""
    other = Account.objects.create(name="Sakura Trading KK", salesforce_id="0018dQx0000066AAAA")
    request, second = letter(cast), letter(cast, "Trading name nobody knows")
    assert work(request)["account"].note == "Northwind DevOps GmbH"
    assert work(second)["account"].state == "stuck"
    assert request.ticket is not None
    actions.choose_partner(request.ticket, to=other, by=cast.nadia)
    assert work(request)["account"].note == "Sakura Trading KK, as Nadia Okafor said."
    after = work(second)
    assert second.ticket is not None
    assert (second.ticket.partner, second.account, after["account"].state) == (other, None, "stuck")


def test_a_partner_that_came_to_salesforce_just_now(salesforce: VendorSandbox, cast: Cast) -> None:
    client().create("Account", {"Name": "Aurora Borealis Cloud AB", "Type": "Partner"})
    request = letter(cast, "Aurora Borealis Cloud", email="x@gmail.com")
    assert work(request)["account"].state == "done"
    assert request.account is not None
    assert (request.account.name, request.proposal) == ("Aurora Borealis Cloud AB", "hold")


def test_salesforce_is_down_then_too_long(northwind: Account, cast: Cast, salesforce: VendorSandbox) -> None:
    """Tried again; after a while the mirror with its age; too old it is held; back again it is checked anew."""
    salesforce.fault("salesforce", "503", times=0)
    request = letter(cast)
    first = work(request)["check"]
    assert (first.state, request.proposal) == ("ready", "")
    assert "Salesforce" in first.problem
    Step.objects.filter(pk=first.pk).update(ready=timezone.now() - verifying.PATIENCE, next_try=timezone.now())
    assert work(request)["check"].state == "done"
    assert request.proposal == "approve"
    status = next(one for one in request.checks if one["slug"] == "status")
    assert "Salesforce" in status["words"]
    Account.objects.filter(pk=northwind.pk).update(synced=timezone.now() - OLD)
    finding.check_again(request, by=cast.nadia)
    again = work(request)["check"]
    Step.objects.filter(pk=again.pk).update(ready=timezone.now() - verifying.PATIENCE, next_try=timezone.now())
    held = work(request)["check"]
    assert (held.state, request.proposal) == ("done", "hold")
    assert "too long ago" in held.note
    assert "checked again by itself when Salesforce answers" in held.note
    assert not rechecking.check_again()
    answers_again(salesforce)
    assert rechecking.check_again() == 1
    done = work(request)
    assert (done["check"].note, done["decide"].state) == ("Approve: all is met.", "waiting")
    assert not rechecking.check_again()


def answers_again(salesforce: VendorSandbox) -> None:
    """And what is new there has been read."""
    salesforce.fault("salesforce")
    breaker.close("salesforce")
    breaker.forget_beliefs()
    SyncRun.objects.create(state=SyncRun.State.DONE)


def test_a_partner_nobody_knows_while_salesforce_is_down(salesforce: VendorSandbox, cast: Cast) -> None:
    """Held, saying that it could not be asked; found by itself when it answers."""
    client().create("Account", {"Name": "Fjordlys Teknologi AS", "Type": "Partner"})
    salesforce.fault("salesforce", "503", times=0)
    request = letter(cast, "Fjordlys Teknologi", email="x@gmail.com")
    first = work(request)["account"]
    assert first.state == "ready"
    Step.objects.filter(pk=first.pk).update(ready=timezone.now() - verifying.PATIENCE, next_try=timezone.now())
    stuck = work(request)["account"]
    assert stuck.state == "stuck"
    assert "by itself when it answers" in stuck.problem
    answers_again(salesforce)
    assert rechecking.check_again() == 1
    assert work(request)["account"].note == "Fjordlys Teknologi AS"


def test_deleted_in_salesforce_a_moment_ago(northwind: Account, cast: Cast) -> None:
    request = letter(cast)
    client().send("DELETE", f"sobjects/Account/{NORTHWIND}", {}, about="delete Account")
    work(request)
    assert request.proposal == "hold"
    assert "does not have Northwind DevOps GmbH as a partner any more" in request.checks[0]["words"]


def test_what_was_chosen_meanwhile_is_not_overwritten(northwind: Account, cast: Cast) -> None:
    """A worker that looked before a person chose writes nothing about the account it had in mind."""
    other = Account.objects.create(name="Other AG", salesforce_id="0018dQx0000077AAAA")
    request = letter(cast)
    stale = LetterRequest.objects.get(pk=request.pk)
    stale.account = northwind
    checked = checks.run(stale)
    finding.choose_account(request, other, by=cast.nadia)
    assert not checks.keep(stale, checked)
    finding.keep(LetterRequest.objects.get(pk=request.pk), finding.Found(account=northwind))
    request.refresh_from_db()
    assert (request.account, request.proposal) == (other, "")


def test_after_the_decision_the_partner_stays(northwind: Account, cast: Cast) -> None:
    request = letter(cast)
    work(request)
    LetterRequest.objects.filter(pk=request.pk).update(stage="legal_review")
    request.refresh_from_db()
    with pytest.raises(Refused, match="decided"):
        finding.choose_account(request, cast.bluepeak, by=cast.nadia)
    with pytest.raises(Refused, match="decided"):
        finding.check_again(request, by=cast.nadia)
    request.refresh_from_db()
    assert request.account == northwind


@pytest.mark.parametrize(
    ("stage", "company", "states", "found"),
    [
        ("voided", "Northwind DevOps", ["done", "skipped"], True),
        ("completed", "Nobody knows them", ["done", "skipped"], False),
        ("legal_review", "Northwind DevOps", ["done", "done"], True),  # approved in DocuSign before we looked
    ],
)
def test_when_docusign_was_quicker(
    northwind: Account, cast: Cast, stage: str, company: str, states: list[str], found: bool
) -> None:
    """The account is found all the same, for the letter's sake; nobody is held up for what is decided."""
    request = letter(cast, company)
    LetterRequest.objects.filter(pk=request.pk).update(stage=stage)
    done = work(request)
    assert [one.state for one in done.values()][:2] == states
    assert (request.account == northwind) is found
    assert (request.proposal == "approve") is (stage == "legal_review")
    if stage == "voided":
        assert done["check"].why == "Not needed: Voided."
