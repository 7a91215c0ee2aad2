"""A ticket gets its manager from the rules where Salesforce names none, and the answer goes into reply and note."""

from __future__ import annotations

import pytest
from django.test import Client

from journal.record import Actor
from partners.models import Account
from people.models import ChannelManager
from routing.models import Decision
from tests.conftest import Cast
from tests.tickets.mails import arrives, mail, ticket_of
from tickets import actions
from tickets.actions import NewTicket, open_ticket
from tickets.models import Draft, Message, Ticket
from tickets.models.ticket import Channel

pytestmark = pytest.mark.usefixtures("handbook")


def opened(cast: Cast, **values: object) -> Ticket:
    given = {
        "kind": "account_owner", "subject": "Who is it?", "requester": cast.omar, "body": "Who is our manager?",
        "channel": Channel.FORM,
    }  # fmt: skip
    return open_ticket(NewTicket(**{**given, **values}), by=Actor("Omar"))  # type: ignore[arg-type]


def test_who_the_manager_of_a_ticket_is(cast: Cast) -> None:
    """Salesforce's manager wins; else the rules' definite answer, kept with the ticket; never a guess."""
    jay = ChannelManager.objects.get(name="Jay Bahar")
    Account.objects.filter(pk=cast.bluepeak.pk).update(country="US", subdivision="PA")
    unsure = opened(cast, kind="general")
    assert unsure.channel_manager is None
    Account.objects.filter(pk=cast.bluepeak.pk).update(postal_code="19103")
    cast.omar.refresh_from_db()
    sure = opened(cast, kind="general")
    assert sure.channel_manager == jay
    assert Decision.objects.get(ticket=sure).manager == jay
    theirs = opened(cast, requester=cast.katrin, kind="general")
    assert theirs.channel_manager == cast.manager
    assert not Decision.objects.filter(ticket=theirs).exists()
    cast.bluepeak.refresh_from_db()
    actions.change_partner(theirs, to=cast.bluepeak, by=cast.nadia)
    theirs.refresh_from_db()
    assert theirs.channel_manager == jay
    assert Decision.objects.get(ticket=theirs).account == cast.bluepeak


def test_a_mail_that_asks_is_answered_by_a_specialist_with_one_press(cast: Cast, client: Client) -> None:
    Account.objects.filter(pk=cast.bluepeak.pk).update(country="United States", subdivision="New York")
    asking = mail("Hello, who is our channel manager?\n", From="omar@bluepeak.example.com", Subject="Question")
    ticket = ticket_of(arrives(asking))
    assert ticket.kind == "account_owner"
    client.force_login(cast.nadia)
    page = client.get(f"/tickets/{ticket.reference}/").content.decode()
    card = page[page.index('id="card-owner"') : page.index("Add as note")]
    assert "Jay Bahar" in card
    assert "US-NY" in card
    address = f"/routing/tickets/{ticket.reference}/reply/"
    filled = client.get(address).json()
    assert filled["slug"] == "your-channel-manager"
    assert "your channel manager is Jay Bahar." in filled["body"]
    assert filled["unresolved"] == []
    without_scripts = client.post(address)
    assert without_scripts["Location"] == f"/tickets/{ticket.reference}/?write=reply#composer"
    draft = Draft.objects.get(ticket=ticket, user=cast.nadia)
    assert (draft.kind, draft.body, draft.response) == ("reply", filled["body"], "your-channel-manager")
    assert "your channel manager is Jay Bahar." in client.get(without_scripts["Location"]).content.decode()
    assert not Message.objects.filter(ticket=ticket, visibility="reply").exists()  # a specialist sends it


def test_one_sentence_becomes_a_note_once(cast: Cast, client: Client) -> None:
    """Also by the partner's own manager, who may write notes and no replies."""
    Account.objects.filter(pk=cast.northwind.pk).update(country="France")
    ticket = opened(cast, requester=cast.katrin)
    client.force_login(cast.sofia)
    for _press in range(2):
        client.post(f"/routing/tickets/{ticket.reference}/note/", {"seen": ticket.last_event})
    note = Message.objects.get(ticket=ticket, visibility="note")
    assert note.body.startswith("Channel manager: Tristan Ouin (country FR")
    assert Decision.objects.filter(ticket=ticket, asked_by=cast.sofia).count() == 1
    assert client.post(f"/routing/tickets/{ticket.reference}/reply/").status_code == 403


def test_what_the_page_was_asked_is_what_goes_into_the_reply(cast: Cast, client: Client) -> None:
    """From the ticket to the page, the postal code filled in there, and back."""
    Account.objects.filter(pk=cast.bluepeak.pk).update(country="US", subdivision="PA")
    cast.omar.refresh_from_db()
    ticket = opened(cast)
    client.force_login(cast.nadia)
    address = f"/routing/tickets/{ticket.reference}/reply/"
    assert client.get(address).status_code == 422  # not certain: no reply names anybody
    asked: dict[str, str | int] = {
        "about": "account",
        "account": cast.bluepeak.pk,
        "ticket": ticket.reference,
        "postal_code": "15222",
    }
    page = client.get("/routing/", asked).content.decode()
    assert f'action="{address}"' in page
    client.post(address, asked)
    assert "your channel manager is Maria Henry." in Draft.objects.get(ticket=ticket).body
    assert Decision.objects.get(ticket=ticket, outcome="assigned").question["postal_code"] == "15222"


def test_the_form_says_where_a_stranger_is(cast: Cast, client: Client) -> None:
    """Without a partner the country of the form is asked for; without both there is no card."""
    cast.omar.account = None
    cast.omar.save()
    ticket = opened(cast, fields={"company": "New One", "country": "Japan"})
    assert Decision.objects.get(ticket=ticket).manager == ChannelManager.objects.get(name="Masa Ueda")
    client.force_login(cast.nadia)
    assert "Masa Ueda" in client.get(f"/tickets/{ticket.reference}/").content.decode()
    silent = opened(cast, fields={"company": "New One"})
    assert 'id="card-owner"' not in client.get(f"/tickets/{silent.reference}/").content.decode()


def test_a_partners_page_says_who_the_rules_say(cast: Cast, client: Client) -> None:
    Account.objects.filter(pk=cast.northwind.pk).update(country="France", owner_name="Sofia Marchetti")
    client.force_login(cast.sofia)
    page = client.get(f"/partners/{cast.northwind.pk}/").content.decode()
    card = page[page.index('id="card-routing"') :]
    card = card[: card.index("</section>")]
    assert "Tristan Ouin" in card
    assert '<span class="path-key"' in card
    assert "In Salesforce the account is Sofia Marchetti" in card
