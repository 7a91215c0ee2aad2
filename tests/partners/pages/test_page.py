"""`/partners/<id>/`: everything known of one partner, said plainly, in a fixed number of statements."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.storing import store
from journal.record import Actor, record
from partners.models import (
    Account,
    AccountDomain,
    AccountName,
    Certification,
    Contact,
    DashboardReport,
    DashboardRow,
    Invoice,
    Opportunity,
)
from tests.conftest import Cast
from tests.partners.pages.conftest import ClientOf, OpenTicket
from tickets import actions
from tickets.models import Ticket

SALESFORCE = Actor("Salesforce")
MOST_STATEMENTS = 20
MARK_OF_NO_SOURCE = "WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwieCIsMV0"


@pytest.fixture
def desk(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.nadia)


def text_of(client: Client, pk: int, query: str = "") -> str:
    answer = client.get(f"/partners/{pk}/{query}")
    assert answer.status_code == 200
    return plain(answer.content.decode())


def plain(page: str) -> str:
    """What a reader sees."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def card(client: Client, pk: int, slug: str, query: str = "") -> str:
    answer = client.get(f"/partners/{pk}/{query or '?'}&panel={slug}", HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    return plain(answer.content.decode())


def test_what_nobody_knows_is_said_to_be_not_known(desk: Client) -> None:
    """Unknown is not no: neither for public sector, nor for the owner, the territories, the agreement."""
    account = Account.objects.create(name="Bare")
    facts = card(desk, account.pk, "facts")
    assert facts.count("Not known") >= 7
    assert re.search(r"Public sector Not known", facts)
    assert " No " not in facts
    assert "Not the channel manager" not in facts
    assert "Not linked to Salesforce" in facts
    known = Account.objects.create(name="Known", public_sector=False)
    assert re.search(r"Public sector No ", card(desk, known.pk, "facts"))


def test_the_facts_of_salesforce_stand_there(desk: Client, cast: Cast) -> None:
    account = Account.objects.create(
        name="O'Brien & Söhne GmbH",
        salesforce_id="001A0000006Vm9rIAC",
        partner_status="Authorized",
        partner_type="Channel",
        track="Select",
        public_sector=True,
        contracted_territories=["Germany", "Austria"],
        signed_contract_date=date(2021, 3, 14),
        country="Germany",
        website="https://obrien.example",
        channel_manager=cast.manager,
        owner_name="Pat Owner",
        owner_email="pat@example.com",
    )
    answer = desk.get(f"/partners/{account.pk}/")
    page = answer.content.decode()
    assert "<bdi>O&#x27;Brien &amp; Söhne GmbH</bdi>" in page
    assert re.search(r'href="[^"]+/lightning/r/Account/001A0000006Vm9rIAC/view"', page)
    shown = plain(page)
    for words in ("Authorized", "Channel", "Select", "Germany Austria", "14 Mar 2021", "Public sector Yes"):
        assert words in shown
    assert "Pat Owner Not the channel manager" in shown
    account.owner_name, account.owner_email = "sofia  marchetti", ""
    account.save()
    assert "the same person" in text_of(desk, account.pk)


def test_standing_shows_every_gate_with_all_reasons(desk: Client, cast: Cast, handbook: None) -> None:
    """“Unknown” and “missing” are two words; all reasons at once."""
    account = cast.northwind
    shown = card(desk, account.pk, "standing")
    assert "Letter of authorization Not known" in shown
    assert "Partner status is empty in Salesforce" in shown
    assert "No certification dashboard is there" in shown
    account.partner_status = "Pending"
    account.save()
    report = DashboardReport.objects.create(file=store(b"x", name="d.csv"), as_of=timezone.localdate())
    DashboardRow.objects.create(report=report, number=1, partner_name="N", account=account, open_reqs_met=False)
    shown = card(desk, account.pk, "standing")
    assert "Letter of authorization Something is missing" in shown
    assert "Partner status is Pending; it must be Authorized." in shown
    assert "“Open Reqs Met?” is No" in shown


def test_people_show_what_they_passed_and_fold_who_is_not_there(desk: Client, cast: Cast) -> None:
    """F-09: inactive, deleted and doubled contacts are there, folded, and counted apart."""
    account = cast.northwind
    aside = Contact.objects.create(
        name="Inge Inaktiv", email="inge@northwind.example.com", account=account, active=False
    )
    Contact.objects.create(name="Katrin Twice", email=cast.katrin.email, account=account, double_of=cast.katrin)
    Contact.objects.create(name="佐藤 花子", account=account)
    today = timezone.localdate()
    yesterday, soon = today - timedelta(days=1), None
    held = [(cast.katrin, "Sales Core", soon), (cast.katrin, "Old One", yesterday), (aside, "Sales Core", soon)]
    for number, (contact, title, expires) in enumerate(held):
        Certification.objects.create(
            salesforce_id=f"a0{number}", account=account, contact=contact, title=title, expires=expires
        )
    shown = card(desk, account.pk, "people")
    assert "2 people" in shown
    assert "1 Sales Core" in shown
    assert "Old One expired" in shown
    assert "佐藤 花子 No address known" in shown
    there, folded = shown.split("2 people inactive, deleted or doubled")
    assert "Inge" not in there
    assert "Not active" in folded
    assert "The same address twice" in folded


def test_tickets_are_open_first_and_each_family_has_its_card(desk: Client, cast: Cast, opened: OpenTicket) -> None:
    old = opened(subject="The oldest, still open")
    done = opened(subject="Done")
    actions.set_status(done, to="solved", by=Actor("Nadia"))
    licence = opened(subject="A licence")
    Ticket.objects.filter(pk=licence.pk).update(kind="nfr")
    page = desk.get(f"/partners/{cast.northwind.pk}/").content.decode()
    tickets = page[page.index('id="panel-tickets"') : page.index('id="panel-licences"')]
    assert tickets.index("A licence") < tickets.index("The oldest") < tickets.index(">Done<")
    assert "2 open of 3" in plain(tickets)
    assert f"/tickets/{old.reference}/" in tickets
    only = card(desk, cast.northwind.pk, "tickets", "?tickets=licences")
    assert "A licence" in only
    assert "The oldest" not in only
    assert "NFR licences" in card(desk, cast.northwind.pk, "licences")
    assert "panel-proofs" not in page


def test_a_channel_manager_reads_no_ticket_of_others(cast: Cast, client_of: ClientOf, opened: OpenTicket) -> None:
    """S-12: the page of every partner, the tickets of their own only."""
    opened(subject="Secret of Bluepeak", requester=cast.omar)
    opened(subject="Ours")
    sofia = client_of(cast.sofia)
    assert "Secret" not in sofia.get(f"/partners/{cast.bluepeak.pk}/").content.decode()
    assert "Ours" in sofia.get(f"/partners/{cast.northwind.pk}/").content.decode()


def test_the_timeline_joins_journal_and_tickets_and_pages_without_gap(
    desk: Client, cast: Cast, opened: OpenTicket
) -> None:
    """Newest first, also over entries of the very same moment."""
    account, moment = cast.northwind, timezone.now() - timedelta(days=1)
    tickets = [opened(subject=f"Request {n}") for n in range(12)]
    Ticket.objects.update(created=moment, solved=moment, status="solved")
    for n in range(8):
        event = record(
            account, "changed in Salesforce", by=SALESFORCE, before={"track": "Open"}, after={"track": f"T{n}"}
        )
        type(event).objects.filter(pk=event.pk).update(created=moment)
    record(cast.katrin, "changed in Salesforce", by=SALESFORCE, before={"name": "K"}, after={"name": "Katrin Vogel"})
    seen: list[str] = []
    query = ""
    for _page in range(5):
        page = desk.get(f"/partners/{account.pk}/{query}").content.decode()
        part = page[page.index('id="panel-timeline"') :]
        seen += [plain(entry) for entry in re.findall(r'<li class="account-entry">(.*?)</li>', part, re.DOTALL)]
        older = re.search(r'href="/partners/\d+/(\?before=[^#"]+)#', part)
        if older is None:
            break
        query = unescape(older[1])
    assert len(seen) == len(set(seen)) == 2 * len(tickets) + 8 + 1
    assert "Katrin Vogel" in seen[0]
    assert any(words.startswith("Opened Request 3 · Katrin Vogel") for words in seen)
    assert any("Track Open T5" in words for words in seen)


@pytest.mark.parametrize(
    "mark", ["x", "W10", "WzEsMiwzXQ", "a" * 999, "WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwieCIsMV0"]
)
def test_a_mark_nobody_gave_out_shows_the_newest(desk: Client, cast: Cast, mark: str, opened: OpenTicket) -> None:
    opened(subject="Newest")
    assert "Newest" in text_of(desk, cast.northwind.pk, f"?before={mark}&panel=no&tickets=no")


def test_invoices_stand_with_what_is_known(desk: Client, cast: Cast) -> None:
    values = {"account": cast.northwind, "status": "Paid"}
    Invoice.objects.create(salesforce_id="a1", number="INV-1", date=date(2026, 3, 1), amount="34560.50", **values)
    Invoice.objects.create(salesforce_id="a2", number="INV-2", **values)
    Invoice.objects.create(salesforce_id="a3", number="INV-GONE", deleted=timezone.now(), **values)
    shown = card(desk, cast.northwind.pk, "invoices")
    assert "INV-1 1 Mar 2026 Not known Paid 34,560.50" in shown
    assert "INV-2 Not known Not known Paid Not known" in shown
    assert "GONE" not in shown


def test_opportunities_stand_with_their_stage_and_link_to_salesforce(desk: Client, cast: Cast) -> None:
    """The eight that close last; one without a day at the end; deleted ones and those of others are not here."""
    assert 'id="panel-opportunities"' not in desk.get(f"/partners/{cast.northwind.pk}/").content.decode()
    pk = "0068dQx00000001ABA"
    values = {"account": cast.northwind, "stage": "4-Proposal"}
    Opportunity.objects.create(
        salesforce_id=pk, number="OPP-1", name="<b>Rail", close_date=date(2027, 3, 1), amount="83160.5", **values
    )
    Opportunity.objects.create(salesforce_id="o2", name="No day", **values)
    Opportunity.objects.create(salesforce_id="o3", name="GONE", deleted=timezone.now(), **values)
    Opportunity.objects.create(salesforce_id="o4", name="THEIRS", account=cast.bluepeak)
    shown = card(desk, cast.northwind.pk, "opportunities")
    assert "OPP-1 <b>Rail 4-Proposal 1 Mar 2027 83,160.50 No rule \N{EN DASH} No day 4-Proposal" in shown
    assert not any(word in shown for word in ("GONE", "THEIRS", "The eight"))
    assert f"/lightning/r/Opportunity/{pk}/view" in desk.get(f"/partners/{cast.northwind.pk}/").content.decode()
    Opportunity.objects.bulk_create(
        Opportunity(salesforce_id=f"m{n}", name=f"More {n}", close_date=date(2028, 1, n + 1), **values)
        for n in range(8)
    )
    shown = card(desk, cast.northwind.pk, "opportunities")
    assert "More 0" in shown
    assert "The eight that close last. All of them stand in Salesforce." in shown
    assert "Rail" not in shown


def test_a_merged_partner_leads_to_who_it_lives_on_in(desk: Client, cast: Cast) -> None:
    """F-08: also over several merges, and what happened before stays in the survivor's timeline."""
    middle = Account.objects.create(name="Middle", merged_into=cast.northwind, deleted=timezone.now())
    first = Account.objects.create(name="O'First & Co", merged_into=middle, deleted=timezone.now())
    record(middle, "changed in Salesforce", by=SALESFORCE, before={"track": ""}, after={"track": "Before the merge"})
    answer = desk.get(f"/partners/{first.pk}/")
    assert answer.status_code == 302
    page = desk.get(answer["Location"]).content.decode()
    assert "Salesforce has merged O'First & Co into this partner." in plain(page)
    assert "Before the merge" in plain(page)
    for wrong in (cast.bluepeak.pk, 0, "x", "9" * 30):
        assert "has merged" not in text_of(desk, cast.northwind.pk, f"?merged={wrong}")


def test_a_deleted_partner_says_so(desk: Client) -> None:
    account = Account.objects.create(name="Gone", deleted=timezone.now())
    assert "No partner in Salesforce any more" in text_of(desk, account.pk)


@pytest.mark.parametrize("pk", ["0", "999999", "99999999999999999999999"])
def test_an_id_of_nobody_is_404(desk: Client, pk: str) -> None:
    for tail in ("", "people/"):
        assert desk.get(f"/partners/{pk}/{tail}").status_code == 404
    assert desk.post(f"/partners/{pk}/remember/", {"name": "x"}).status_code == 404


def test_partners_see_none_of_these_pages(cast: Cast, client_of: ClientOf) -> None:
    """S-12: not even their own."""
    assert cast.katrin.user is not None
    katrin = client_of(cast.katrin.user)
    for tail in ("", "people/"):
        assert katrin.get(f"/partners/{cast.northwind.pk}/{tail}").status_code == 403
    assert katrin.post(f"/partners/{cast.northwind.pk}/remember/", {"name": "Mine"}).status_code == 403
    assert not AccountName.objects.exists()


def test_everybody_of_a_large_partner_is_paged(desk: Client, cast: Cast) -> None:
    Contact.objects.bulk_create([Contact(name="Same Name", account=cast.northwind) for _ in range(130)])
    page = desk.get(f"/partners/{cast.northwind.pk}/people/").content.decode()
    forward = re.search(r'rel="next" href="([^"]+)"', page)
    assert forward is not None
    rest = desk.get(f"/partners/{cast.northwind.pk}/people/{forward[1]}").content.decode()
    assert page.count("account-person") + rest.count("account-person") == 131


def test_the_statements_do_not_grow_with_what_is_there(desk: Client, cast: Cast, opened: OpenTicket) -> None:
    """A partner of 2,000 tickets and 500 contacts costs as many statements as an empty one: 20 at most."""
    account = cast.northwind
    desk.get(f"/partners/{account.pk}/")

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(f"/partners/{account.pk}/").status_code == 200
        return len(asked)

    few = statements()
    one = opened()
    contacts = Contact.objects.bulk_create([Contact(name=f"P {n}", account=account) for n in range(500)])
    Ticket.objects.bulk_create(
        [
            Ticket(kind="loa" if n % 2 else "general", subject=f"T {n}", requester=contacts[n % 500], partner=account,
                   channel=one.channel, assignee=cast.nadia if n % 3 else None)
            for n in range(2_000)
        ]
    )  # fmt: skip
    Certification.objects.bulk_create(
        [
            Certification(salesforce_id=f"a{n}", account=account, contact=contacts[n], title="Sales Core")
            for n in range(50)
        ]
    )
    Invoice.objects.bulk_create([Invoice(salesforce_id=f"i{n}", account=account, number=f"{n}") for n in range(50)])
    Opportunity.objects.bulk_create([Opportunity(salesforce_id=f"o{n}", account=account, name="x") for n in range(50)])
    AccountDomain.objects.bulk_create([AccountDomain(account=account, domain=f"d{n}.example") for n in range(10)])
    assert statements() <= few <= MOST_STATEMENTS
