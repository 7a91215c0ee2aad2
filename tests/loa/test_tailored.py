"""A letter with wording of its own: prepared, opened in Salesforce once, followed until Legal closes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from integrations import breaker, equipment, ledger
from integrations.models import ExternalAction
from integrations.salesforce import soql
from integrations.salesforce.client import client as salesforce
from journal.record import Actor
from loa.models import LegalRequest
from loa.tailored import cases, following
from mail.models import OutgoingMail
from partners.models import Account
from tests.conftest import Cast
from tests.sandbox_desk import VendorSandbox
from tickets.actions import NewTicket, Refused, open_ticket, set_status
from tickets.models import Resource, Ticket
from tickets.models.ticket import Channel

assert equipment.__all__  # the operations are registered
NORTHWIND = "0018dQx00000001ABA"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    Account.objects.filter(pk=cast.northwind.pk).update(salesforce_id=NORTHWIND)
    fields = {"company": "Northwind DevOps GmbH", "tender": "Stadt Köln asks for § 4 in its own words"}
    new = NewTicket(
        kind="loa",
        subject="A letter",
        requester=cast.katrin,
        body="We need a letter.",
        channel=Channel.FORM,
        fields=fields,
    )
    return open_ticket(new, by=Actor("Katrin"))


@pytest.fixture
def nadia(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


def prepare(nadia: Client, ticket: Ticket, **more: str) -> LegalRequest:
    given = {"customer": "Stadt Köln", "wording": "§ 4 as the tender has it.", "needed_by": "", **more}
    assert nadia.post(f"/loa/legal/new/{ticket.reference}/", given).status_code == 302
    return LegalRequest.objects.latest("pk")


def act(by: Client, row: LegalRequest, verb: str, **given: str) -> None:
    assert by.post(f"/loa/legal/{row.pk}/{verb}/", given).status_code == 302
    row.refresh_from_db()


def found_there(row: LegalRequest) -> list[Any]:
    return soql.select("Case", "Subject = {}", row.subject)


def test_prepared_opened_once_and_followed_to_the_end(
    sandbox: VendorSandbox, nadia: Client, ticket: Ticket, cast: Cast
) -> None:
    breaker.close("salesforce")
    assert "Stadt Köln asks for" in nadia.get(f"/loa/legal/new/{ticket.reference}/").content.decode()
    row = prepare(nadia, ticket)
    assert "Stadt Köln" in row.subject
    assert ticket.reference in row.body
    act(nadia, row, "open")
    act(nadia, row, "open")  # pressed twice
    (action,) = ExternalAction.objects.filter(operation=cases.OPERATION)
    ledger.perform(action.pk)
    row.refresh_from_db()
    assert (row.state, len(found_there(row))) == ("open", 1)
    set_status(ticket, to="pending_internal", by=Actor("Nadia"))
    following.follow()
    row.refresh_from_db()
    assert row.case_status == "New"
    assert row.case_number
    salesforce().update("Case", row.case_id, {"Status": "Closed"})
    assert following.follow() == 1
    row.refresh_from_db()
    ticket.refresh_from_db()
    assert (row.state, ticket.status) == ("closed", "open")
    assert OutgoingMail.objects.filter(subject__contains="Legal has closed").count() == 1
    assert following.follow() == 0
    assert "Closed" in nadia.get(f"/loa/legal/{row.pk}/").content.decode()


def test_a_refusal_is_shown_and_another_text_is_another_try(
    sandbox: VendorSandbox, nadia: Client, ticket: Ticket
) -> None:
    breaker.close("salesforce")
    row = prepare(nadia, ticket)
    sandbox.fault("salesforce", "validation", times=1, match="(PATCH|POST) .*/Case")
    act(nadia, row, "open")
    ledger.perform(ExternalAction.objects.latest("pk").pk)
    row.refresh_from_db()
    assert row.state == "refused"
    assert row.problem in nadia.get(f"/loa/legal/{row.pk}/").content.decode().replace("&#x27;", "'")
    again = prepare(nadia, ticket, wording="Other words.")
    assert (again.pk, again.state) == (row.pk, "draft")
    act(nadia, again, "open")
    ledger.perform(ExternalAction.objects.latest("pk").pk)
    again.refresh_from_db()
    assert again.state == "open"
    assert len(found_there(again)) == 1


def test_the_channel_manager_opens_it_or_links_what_stands_there(
    nadia: Client, ticket: Ticket, cast: Cast, client: Client
) -> None:
    row = prepare(nadia, ticket)
    act(nadia, row, "ask")
    assert OutgoingMail.objects.filter(subject__contains="asks you to open a Legal Request").count() == 1
    client.force_login(cast.sofia)
    act(client, row, "link", case="https://example.com/nothing/")
    assert row.state == "draft"
    act(client, row, "link", case="https://org.example.com/lightning/r/Case/5008dQx00000001ABA/view")
    assert (row.state, row.case_id) == ("open", "5008dQx00000001ABA")
    with pytest.raises(Refused):
        cases.prepare(ticket, customer="", wording="More", needed_by=None, by=cast.nadia)
    act(client, row, "drop", why="The tender is off.")
    assert row.state == "dropped"
    client.force_login(cast.lena)
    assert client.get(f"/loa/legal/{row.pk}/").status_code == 200


def test_without_a_partner_nothing_is_prepared(nadia: Client, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(partner=None)
    answer = nadia.post(f"/loa/legal/new/{ticket.reference}/", {"wording": "Other words"})
    assert (answer.status_code, LegalRequest.objects.count()) == (422, 0)
    assert "Set the partner of the ticket first" in answer.content.decode()


def test_the_report_about_the_process_is_filled_in(nadia: Client, ticket: Ticket, handbook: None) -> None:
    address = f"/loa/problem/{ticket.reference}/"
    page = nadia.get(address).content.decode()
    assert "Kristen Tesh" in page
    assert "Open the issue" not in page  # nobody has said where
    Resource.objects.filter(slug="reach-loa-problem").update(address="https://git.example.com/legal/-/issues/new")
    page = nadia.post(address, {"what": "The stamp is missing."}).content.decode()
    assert "issue%5Bdescription%5D=The+stamp+is+missing." in page
    assert "https://git.example.com/legal/-/issues/new?" in page
