"""A specialist opens a ticket for somebody."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mail.models import OutgoingMail
from partners.models import Account, Contact
from tests.conftest import Cast
from tickets.models import Ticket
from web.words import filesize

NEW = "/tickets/new/"


@pytest.fixture
def nadia(cast: Cast, client: Client) -> Client:
    client.force_login(cast.nadia)
    return client


def filled(**values: object) -> dict[str, object]:
    return {
        "email": "Anna@Northwind.example.com",
        "name": "Anna Lind",
        "partner": "",
        "kind": "general:training",
        "priority": "high",
        "subject": "Asked on the phone",
        "text": "Which course counts?\n\nShe needs it **today**.",
        "submission": str(uuid4()),
        **values,
    }


def test_it_opens_with_the_partner_of_the_address(nadia: Client, cast: Cast) -> None:
    answer = nadia.post(NEW, filled(mine="on"))
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/tickets/{ticket.reference}/")
    assert (ticket.kind, ticket.topic, ticket.priority, ticket.channel) == ("general", "training", "high", "desk")
    assert (ticket.partner, ticket.channel_manager, ticket.assignee) == (cast.northwind, cast.manager, cast.nadia)
    assert (ticket.requester.email, ticket.requester.name) == ("anna@northwind.example.com", "Anna Lind")
    message = ticket.messages.get()
    assert message.body.startswith("Which course counts?")
    assert message.author_contact == ticket.requester
    assert not OutgoingMail.objects.exists()


def test_it_goes_to_nobody_and_acknowledges_when_asked(nadia: Client, cast: Cast) -> None:
    nadia.post(NEW, filled(acknowledge="on", email=cast.omar.email, kind="nfr"))
    ticket = Ticket.objects.get()
    assert (ticket.assignee, ticket.status, ticket.partner) == (None, "new", cast.bluepeak)
    mail = OutgoingMail.objects.get()
    assert mail.to == [{"name": "Omar Reyes", "address": "omar@bluepeak.example.com"}]
    assert ticket.reference in mail.subject
    assert mail.automatic


def test_the_partner_named_wins_over_the_address(nadia: Client, cast: Cast) -> None:
    nadia.post(NEW, filled(partner=" bluepeak systems inc. "))
    assert Ticket.objects.get().partner == cast.bluepeak


def test_an_unknown_address_has_no_partner(nadia: Client) -> None:
    nadia.post(NEW, filled(email="someone@gmail.com", name=""))
    assert Ticket.objects.get().partner is None


def test_a_name_in_other_words_is_enough_when_only_one_can_be_meant(nadia: Client, cast: Cast) -> None:
    nadia.post(NEW, filled(partner="BLUEPEAK-Systems Incorporated"))
    assert Ticket.objects.get().partner == cast.bluepeak


def test_a_candidate_is_chosen_among_doubles(nadia: Client, cast: Cast) -> None:
    """Two of one name, and a name that is only like one: the reasons stand beside the choices."""
    double = Account.objects.create(name=cast.bluepeak.name)
    Account.objects.create(name=cast.bluepeak.name, deleted="2022-01-01T00:00Z")
    page = nadia.get("/tickets/new/partners/", {"email": "x@gmail.com", "partner": "Blupeak Systems"}).content.decode()
    assert page.count('type="radio"') == 3
    assert "calls itself “Blupeak Systems”, which reads like Bluepeak Systems Inc." in page
    refused = nadia.post(NEW, filled(partner="Blupeak Systems"))
    assert refused.status_code == 422
    assert "Close to it: Bluepeak Systems Inc." in refused.content.decode()
    nadia.post(NEW, filled(partner="Blupeak Systems", account=str(double.pk)))
    assert Ticket.objects.get().partner == double


def test_files_come_along(nadia: Client) -> None:
    files = [
        SimpleUploadedFile("SOW.pdf", b"%PDF-1.4 signed", "application/pdf"),
        SimpleUploadedFile("a.txt", b"words"),
    ]
    nadia.post(NEW, filled(attachments=files))
    ticket = Ticket.objects.get()
    assert ticket.has_attachments
    assert [one.filename for one in ticket.messages.get().attachments.all()] == ["SOW.pdf", "a.txt"]


def test_the_same_press_twice_is_one_ticket(nadia: Client, cast: Cast) -> None:
    data = filled(acknowledge="on", email=cast.omar.email)
    first, second = nadia.post(NEW, data), nadia.post(NEW, data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Ticket.objects.count() == OutgoingMail.objects.count() == 1
    nadia.post(NEW, {**data, "submission": str(uuid4())})
    assert Ticket.objects.count() == 2


def test_somebody_elses_submission_is_their_own(nadia: Client, cast: Cast) -> None:
    data = filled()
    nadia.post(NEW, data)
    lena = Client()
    lena.force_login(cast.lena)
    lena.post(NEW, data)
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": ""}, "Fill this in."),
        ({"email": "not an address"}, "This is not an e-mail address."),
        ({"email": "partnersupport@gitlab.com"}, "This is an address of the desk."),
        ({"partner": "Nobody Ltd"}, "No partner is called Nobody Ltd."),
        ({"kind": "nothing"}, "Choose one of these."),
        ({"priority": "extreme"}, "Choose one of these."),
        ({"subject": " "}, "Fill this in."),
        ({"subject": "x" * 301}, "at most 300 characters"),
        ({"text": ""}, "Fill this in."),
        ({"text": "a\x00b"}, "Null characters are not allowed."),
        ({"submission": "x"}, "Open this page anew."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    nadia: Client, cast: Cast, wrong: dict[str, str], sentence: str
) -> None:
    answer = nadia.post(NEW, filled(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Nothing was opened yet" in page
    if "text" not in wrong:
        assert "She needs it **today**." in page
    assert not Ticket.objects.exists()
    assert not Contact.objects.filter(name="Anna Lind").exists()


def test_two_partners_of_one_name_are_not_guessed(nadia: Client, cast: Cast) -> None:
    Account.objects.create(name=cast.bluepeak.name)
    page = nadia.post(NEW, filled(partner=cast.bluepeak.name)).content.decode()
    assert "Two partners are called Bluepeak Systems Inc." in page


def test_an_empty_file_is_refused_with_its_name(nadia: Client) -> None:
    page = nadia.post(NEW, filled(attachments=[SimpleUploadedFile("empty.pdf", b"")]))
    assert page.status_code == 422
    assert "empty" in page.content.decode()
    assert not Ticket.objects.exists()


def test_the_limit_is_said_beforehand(nadia: Client) -> None:
    page = nadia.get(NEW).content.decode()
    assert filesize(25 * 1024 * 1024).replace("\xa0", " ") in page.replace("\xa0", " ").replace("&nbsp;", " ")


def test_the_partner_of_an_address_is_shown_while_typing(nadia: Client, cast: Cast) -> None:
    page = nadia.get(
        "/tickets/new/partners/", {"email": "new@northwind.example.com", "partner": "blue"}
    ).content.decode()
    assert "writes from northwind.example.com, a mail domain of Northwind DevOps GmbH" in page
    assert '<option value="Bluepeak Systems Inc.">' in page
    assert nadia.get("/tickets/new/partners/", {"email": "\x00", "partner": "\x00"}).status_code == 200


def test_only_the_desk_opens_tickets(client: Client, cast: Cast) -> None:
    assert client.get(NEW).status_code == 302
    for user in (cast.sofia, cast.katrin.user):
        client.force_login(user)  # type: ignore[arg-type]
        assert client.get(NEW).status_code == 403
        assert client.post(NEW, filled()).status_code == 403
        assert client.get("/tickets/new/partners/").status_code == 403
    assert not Ticket.objects.exists()
