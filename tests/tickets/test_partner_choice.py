"""Which partner a ticket is about: found with its reason, corrected in one press, remembered, taken back (issue C)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from journal.models import Event
from journal.record import Actor
from partners.contacts import contact_for
from partners.models import Account, AccountDomain, AccountName, Contact
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tests.tickets.mails import arrives, mail, ticket_of
from tickets.actions import NewTicket, open_ticket
from tickets.models import Ticket
from tickets.models.ticket import Channel

Press = Callable[..., str]


@pytest.fixture
def nadia(cast: Cast, client: Client) -> Client:
    client.force_login(cast.nadia)
    return client


@pytest.fixture
def press(nadia: Client) -> Press:
    """Presses a button of the partner's form on a ticket; the page that follows, its toast included."""

    def pressed(ticket: Ticket, to: Account | None, *, expect: int = 200, **ticked: str) -> str:
        data = {"to": to.pk if to else "", "seen": now(ticket).last_event, **ticked}
        answer = nadia.post(f"/tickets/{ticket.reference}/change/partner/", data, follow=True)
        assert answer.status_code == expect
        return " ".join(answer.content.decode().split())

    return pressed


def now(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def page_of(client: Client, ticket: Ticket) -> str:
    return " ".join(client.get(f"/tickets/{ticket.reference}/").content.decode().split())


def of_stranger(text: str = "Hello", sender: str = "Anna Lind <anna@new.example>") -> Ticket:
    return ticket_of(arrives(mail(text, From=sender)))


def test_the_card_takes_three_statements_more_than_it_did(
    nadia: Client, cast: Cast, handbook: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """With a partner and what the request takes, or with candidates."""
    Account.objects.update(website_domain="both.example")
    for requester in (cast.katrin, contact_for("zoe@both.example")):
        new = NewTicket(
            kind="loa", subject="Letter", requester=requester, body="x", channel=Channel.FORM,
            fields={"company": "Blupeak"},
        )  # fmt: skip
        ticket = open_ticket(new, by=Actor("Zoë"))
        page_of(nadia, ticket)
        with django_assert_max_num_queries(17):
            page = page_of(nadia, ticket)
        assert "Requirements" in page or "It may be one of these" in page


def undo_in(page: str) -> str:
    found = re.search(r'<form method="post" action="([^"]+/take-back/)"', page)
    assert found, "the toast has no Undo"
    return found[1]


class TestFinding:
    def test_a_certain_one_is_linked_and_says_why(self, nadia: Client, cast: Cast) -> None:
        Account.objects.filter(pk=cast.northwind.pk).update(website_domain="northwind-group.example")
        ticket = of_stranger(sender="new+gitlab@northwind-group.example")
        assert ticket.partner == cast.northwind
        page = page_of(nadia, ticket)
        assert "Writes from northwind-group.example, the website of Northwind DevOps GmbH" in page
        assert f'href="/partners/{cast.northwind.pk}/"' in page

    def test_doubles_are_left_to_a_person(self, nadia: Client, cast: Cast) -> None:
        """Never linked below certainty; each candidate stands there with its score and its reason."""
        Account.objects.update(website_domain="both.example")
        ticket = of_stranger(sender="Zoë <zoe@both.example>")
        assert ticket.partner is None
        assert ticket.requester.account is None
        page = page_of(nadia, ticket)
        assert "It may be one of these" in page
        for account in (cast.northwind, cast.bluepeak):
            assert f'name="to" value="{account.pk}"' in page
            assert f"writes from both.example, the website of {account.name}" in page
        assert "Several partners share both.example." in page
        assert 'name="remember_domain"' not in page

    @pytest.mark.parametrize("sender", ["zoe@gmail.com", "a@n\u043erthwind.example.com", "x@evilnorthwind.example.com"])
    @pytest.mark.usefixtures("cast")
    def test_free_mail_and_lookalikes_are_nobodys(self, nadia: Client, sender: str) -> None:
        ticket = of_stranger(sender=sender)
        assert ticket.partner is None
        assert "Choose a partner" in page_of(nadia, ticket)

    def test_a_company_typed_on_the_form_counts_when_only_one_can_be_meant(self, client: Client, cast: Cast) -> None:
        for company, partner in (("Bluepeak Systems", cast.bluepeak), ("Blupeak Sistems", None), ("Acme", None)):
            data = {"name": "Zoë", "email": "zoe@gmail.com", "kind": "general", "topic": "training", "subject": "Hi"}
            answer = client.post(
                "/api/v1/requests/", {**data, "message": f"From {company}", "company": company}, "application/json"
            )
            assert answer.status_code == 201, answer.content
            ticket = Ticket.objects.latest("pk")
            assert ticket.partner == partner, company
            assert ticket.requester.account is None

    def test_a_deleted_or_merged_partner_is_said_and_put_right(self, nadia: Client, cast: Cast, press: Press) -> None:
        stays = Account.objects.create(name="Northwind Group")
        ticket = of_stranger(sender=cast.katrin.email)
        Account.objects.filter(pk=cast.northwind.pk).update(
            deleted=datetime(2022, 11, 1, tzinfo=UTC), merged_into=stays
        )
        assert "Salesforce has merged this partner into <b>Northwind Group</b>." in page_of(nadia, ticket)
        assert of_stranger(sender=cast.katrin.email).partner == stays
        press(ticket, cast.northwind, expect=422)
        press(ticket, stays)
        assert now(ticket).partner == stays
        Account.objects.filter(pk=stays.pk).update(deleted=datetime(2022, 11, 1, tzinfo=UTC))
        assert "Salesforce does not have this one as a partner any more." in page_of(nadia, ticket)
        assert of_stranger(sender=cast.katrin.email).partner is None

    def test_a_channel_manager_reads_why_and_changes_nothing(
        self, client: Client, cast: Cast, opened: OpenTicket
    ) -> None:
        ticket = opened()
        client.force_login(cast.sofia)
        page = page_of(client, ticket)
        assert "Has written for Northwind DevOps GmbH before" in page
        assert 'popovertarget="partner-menu"' not in page
        assert client.post(f"/tickets/{ticket.reference}/change/partner/", {"to": ""}).status_code == 403
        assert now(ticket).partner == cast.northwind


class TestCorrecting:
    def test_one_press_is_remembered_for_the_person_and_told(self, nadia: Client, cast: Cast, press: Press) -> None:
        first, second, ended = of_stranger("one"), of_stranger("two"), of_stranger("three")
        Ticket.objects.filter(pk=ended.pk).update(status="closed")
        page = press(first, cast.bluepeak, remember_person="1")
        assert f"{first.reference} is about Bluepeak Systems Inc. Remembered for anna@new.example." in page
        assert f"{second.reference} of the same sender follows." in page
        assert "Nadia Okafor chose it" in page
        assert [now(one).partner for one in (first, second, ended)] == [cast.bluepeak, cast.bluepeak, None]
        assert of_stranger("four").partner == cast.bluepeak
        event = Event.objects.get(pk=now(first).last_event)
        assert (event.actor, event.verb, event.why) == (
            cast.nadia, "partner changed", "Remembered for anna@new.example."
        )  # fmt: skip
        assert event.after["followed"] == [second.pk]
        assert Event.objects.get(verb="learned").after == {"person": "anna@new.example"}
        history = nadia.get(f"/tickets/{first.reference}/history/").content.decode()
        assert "remembered for anna@new.example" in history

    def test_the_domain_and_the_name_are_remembered_when_ticked(
        self, cast: Cast, press: Press, opened: OpenTicket
    ) -> None:
        ticket = opened(requester=contact_for("anna@new.example"), fields={"company": "  NEW   Ltd "})
        press(ticket, cast.bluepeak, remember_domain="1", remember_name="1")
        assert AccountDomain.objects.get(domain="new.example").said_by == cast.nadia
        assert AccountName.objects.get(name="new").account == cast.bluepeak
        assert of_stranger(sender="other@new.example").partner == cast.bluepeak
        assert Contact.objects.get(email="anna@new.example").account_said_by is None

    @pytest.mark.parametrize("sender", ["anna@gmail.com", "anna@both.example"])
    def test_a_domain_of_many_is_never_remembered(self, cast: Cast, press: Press, sender: str) -> None:
        """Whatever was posted: the check box is not even there."""
        Account.objects.update(website_domain="both.example")
        ticket = of_stranger(sender=sender)
        page = press(ticket, cast.bluepeak, expect=422, remember_domain="1")
        assert "share both.example" in page or "Anybody can have an address at gmail.com" in page
        assert now(ticket).partner is None
        assert not AccountDomain.objects.exclude(domain__endswith="example.com").exists()

    def test_not_this_partner(self, cast: Cast, press: Press) -> None:
        """The person belongs to nobody from now on, and is not found again by their domain."""
        ticket = of_stranger(sender="temp@northwind.example.com")
        assert ticket.partner == cast.northwind
        page = press(ticket, None, remember_person="1")
        assert f"{ticket.reference} has no partner now." in page
        assert "Nadia Okafor took the partner off." in page
        assert of_stranger(sender="temp@northwind.example.com").partner is None
        assert of_stranger(sender="other@northwind.example.com").partner == cast.northwind

    def test_undo_puts_everything_back(self, nadia: Client, cast: Cast, press: Press) -> None:
        AccountDomain.objects.create(account=cast.northwind, domain="new.example")
        first = of_stranger()
        assert first.partner == cast.northwind
        second = of_stranger()
        Ticket.objects.filter(pk=second.pk).update(partner=None)
        page = press(first, cast.bluepeak, remember_person="1", remember_domain="1")
        assert now(second).partner == cast.bluepeak
        back = nadia.post(undo_in(page), follow=True).content.decode()
        assert f"{first.reference} is as it was before." in back
        assert (now(first).partner, now(second).partner) == (cast.northwind, None)
        anna = Contact.objects.get(email="anna@new.example")
        assert (anna.account, anna.account_said_by) == (cast.northwind, None)
        assert AccountDomain.objects.get(domain="new.example").account == cast.northwind
        assert now(first).region == "EMEA"

    def test_undo_is_too_late_after_another_choice_and_is_nobody_elses(
        self, nadia: Client, cast: Cast, press: Press
    ) -> None:
        ticket = of_stranger()
        undo = undo_in(press(ticket, cast.bluepeak))
        lena = Client()
        lena.force_login(cast.lena)
        assert "Only who chose the partner can take it back" in lena.post(undo, follow=True).content.decode()
        press(ticket, cast.northwind)
        assert "Nothing was taken back." in nadia.post(undo, follow=True).content.decode()
        assert now(ticket).partner == cast.northwind

    def test_who_was_quicker_wins_and_the_ticks_are_kept_for_the_second_try(
        self, nadia: Client, cast: Cast, press: Press
    ) -> None:
        ticket = of_stranger()
        seen = ticket.last_event
        press(ticket, cast.northwind)
        data = {"to": cast.bluepeak.pk, "seen": seen, "remember_person": "1"}
        answer = nadia.post(f"/tickets/{ticket.reference}/change/partner/", data)
        assert answer.status_code == 409
        assert '<input type="hidden" name="remember_person" value="1">' in answer.content.decode()
        assert now(ticket).partner == cast.northwind
        assert Contact.objects.get(email="anna@new.example").account_said_by is None

    def test_saying_that_it_is_right_is_remembered_too(self, nadia: Client, cast: Cast, press: Press) -> None:
        ticket = of_stranger(sender="temp@northwind.example.com")
        press(ticket, cast.northwind, remember_person="1")
        assert Contact.objects.get(email="temp@northwind.example.com").account_said_by == cast.nadia
        before = now(ticket).last_event
        press(ticket, cast.northwind, remember_person="1")
        assert now(ticket).last_event == before
        assert "temp@northwind.example.com" in page_of(nadia, ticket)

    def test_a_colleague_is_remembered_for_no_partner(self, nadia: Client, cast: Cast, press: Press) -> None:
        ticket = of_stranger(sender="Sofia <sofia@desk.example.com>")
        assert 'name="remember_person"' not in page_of(nadia, ticket)
        press(ticket, cast.northwind, expect=422, remember_person="1")
        press(ticket, cast.northwind)
        assert now(ticket).partner == cast.northwind

    @pytest.mark.usefixtures("handbook")
    def test_a_program_writes_for_many(self, nadia: Client, cast: Cast, press: Press) -> None:
        """What DocuSign sends says nothing about the next thing it sends."""
        sender = "DocuSign NA4 System <dse_na4@docusign.net>"
        first, second = of_stranger(sender=sender), of_stranger(sender=sender)
        page = page_of(nadia, first)
        assert 'name="remember_person"' not in page
        assert 'name="remember_domain"' not in page
        press(first, cast.northwind, expect=422, remember_person="1")
        press(first, cast.northwind, expect=422, remember_domain="1")
        press(first, cast.northwind)
        assert (now(first).partner, now(second).partner) == (cast.northwind, None)
        assert of_stranger(sender=sender).partner is None


class TestMenu:
    def test_it_begins_with_the_other_candidates_and_searches_by_likeness(
        self, nadia: Client, cast: Cast, opened: OpenTicket
    ) -> None:
        Account.objects.update(website_domain="both.example")
        Account.objects.create(name="Bluepeak Gone", deleted=datetime(2022, 11, 1, tzinfo=UTC))
        ticket = opened(requester=contact_for("anna@both.example"), partner=cast.northwind)
        menu = nadia.get(f"/tickets/{ticket.reference}/partners/").content.decode()
        assert "the website of Bluepeak Systems Inc." in menu
        assert "Northwind DevOps" not in menu
        for typed in ("bluep", "systems", "Blupeak", "BLUEPEAK-sistems"):
            found = nadia.get(f"/tickets/{ticket.reference}/partners/", {"name": typed}).content.decode()
            assert "Bluepeak Systems Inc." in found, typed
            assert "Gone" not in found
        nothing = nadia.get(f"/tickets/{ticket.reference}/partners/", {"name": "zzz"}).content.decode()
        assert "No partner of that name." in nothing

    def test_enter_takes_what_is_typed_and_never_the_partner_off(
        self, nadia: Client, cast: Cast, opened: OpenTicket
    ) -> None:
        ticket = opened()
        url = f"/tickets/{ticket.reference}/change/partner/"
        assert 'name="to" value="named" hidden' in page_of(nadia, ticket)
        for typed in ("", "Bluep", "No Such Company"):
            assert nadia.post(url, {"to": "named", "name": typed}).status_code == 422, typed
        assert now(ticket).partner == cast.northwind
        nadia.post(url, {"to": "named", "name": "BLUEPEAK systems"})
        assert now(ticket).partner == cast.bluepeak
