"""The ticket page over HTTP: what it shows, to whom, in how many statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from documents import storing
from journal.record import actor_of
from mail import inbox, mailboxes
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import actions
from tickets.actions import FilePart, Recipient
from tickets.models import Message, Seen, Ticket

US = Recipient(address="partnersupport@gitlab.com")
STATEMENTS = 13


@pytest.fixture
def as_nadia(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


def path(ticket: Ticket, more: str = "") -> str:
    return f"/tickets/{ticket.reference}/{more}"


def a_file(name: str = "SOW.pdf") -> FilePart:
    return FilePart(stored=storing.store(b"%PDF-1.4 text", name=name), filename=name)


def write(ticket: Ticket, cast: Cast, body: str = "One more question", **values: object) -> Message:
    return actions.receive(ticket, sender=cast.katrin, body=body, html=f"<p>{body}</p>", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("came_from", "address", "words"),
    [
        ("/queue/waiting-on-us/?sort=created", "/queue/waiting-on-us/?sort=created", "Waiting on us"),
        ("/search/?q=SOW", "/search/?q=SOW", "Search"),
        ("/resources/", "/queue/", "All open"),
    ],
)
def test_the_way_back_names_the_list_the_reader_came_from(
    as_nadia: Client, opened: OpenTicket, came_from: str, address: str, words: str
) -> None:
    page = as_nadia.get(path(opened()), headers={"referer": f"http://testserver{came_from}"})
    assert page.context["back"] == {"url": address, "words": words}


def test_shows_the_conversation_the_cards_and_the_history(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened(kind="service_attach", fields={"deal_id": "GL-0048213"}, files=[a_file()], tags=["Q4 rebate"])
    actions.assign(ticket, to=cast.nadia, by=cast.lena)
    actions.note(ticket, by=cast.lena, body="Only for **us**")
    page = as_nadia.get(path(ticket)).content.decode()
    for words in (
        "Cannot register a deal",
        "account not activated",
        "SOW.pdf",
        "Q4 rebate",
        "assigned to Nadia Okafor",
        "Internal note",
        "<strong>us</strong>",
        "GL-0048213",
        "What the form asked",
        "Northwind DevOps GmbH",
        "Sofia Marchetti",
        "katrin@northwind.example.com",
        "History",
    ):
        assert words in page, words


def test_the_history_tells_who_changed_what_from_what(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened(why="Chosen in the form.")
    actions.assign(ticket, to=cast.nadia, by=cast.lena)
    actions.change_priority(ticket, to="high", by=cast.lena)
    for headers in ({}, {"HX-Request": "true"}):
        page = " ".join(as_nadia.get(path(ticket, "history/"), headers=headers).content.decode().split())
        assert "<b>Lena Brandt</b> priority set to High" in page
        assert "Priority: <del>Normal</del>" in page
        assert "Status: <del>New</del>" in page
        assert "Chosen in the form." in page


def test_a_number_and_another_case_lead_to_the_address(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    for written in (str(ticket.pk), ticket.reference.lower()):
        assert as_nadia.get(f"/tickets/{written}/").headers["Location"] == path(ticket)


@pytest.mark.parametrize("reference", ["PHD-999999", "PHD-", "x", "PHD-1%00", "99999999999999999999", "١٢"])
def test_an_unknown_reference_is_not_found(as_nadia: Client, reference: str) -> None:
    assert as_nadia.get(f"/tickets/{reference}/").status_code == 404


def test_twenty_messages_take_as_many_statements_as_one(
    as_nadia: Client, cast: Cast, opened: OpenTicket, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    mailboxes.default()  # its row is there, as on every desk that has started
    mailboxes.uncommitted.clear()
    ticket = opened(files=[a_file()])
    for number in range(10):
        write(ticket, cast, f"Question {number}", files=[a_file(f"{number}.pdf")])
        actions.reply(ticket, by=cast.nadia, body=f"Answer {number}", to=[Recipient(address=cast.katrin.email)])
    opened(subject="Another one")
    as_nadia.get(path(ticket))
    write(ticket, cast)
    with django_assert_max_num_queries(STATEMENTS):
        answer = as_nadia.get(path(ticket))
    assert "Answer 9" in answer.content.decode()


def test_what_came_since_the_last_look_is_marked_once(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    assert "new message since" not in as_nadia.get(path(ticket)).content.decode()
    write(ticket, cast, "Fresh words")
    actions.note(ticket, by=cast.nadia, body="my own")
    first, second = (as_nadia.get(path(ticket)).content.decode() for _ in range(2))
    assert "1 new message since" in " ".join(first.split())
    assert first.count("is-new") == 1
    assert "new-marker" not in second
    assert Seen.objects.get(user=cast.nadia, ticket=ticket).event_id == Ticket.objects.get(pk=ticket.pk).last_event


def test_an_unknown_sender_and_automatic_mail_are_marked(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    actions.receive(ticket, sender=cast.omar, body="Let me in", unknown_sender=True)
    write(ticket, cast, "Out of office", automatic=True)
    page = as_nadia.get(path(ticket)).content.decode()
    assert "omar@bluepeak.example.com has not taken part" in page
    assert "Automatic" in page


def test_quoted_text_is_folded(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    write(ticket, cast, quoted_html="<p>what stood before</p>")
    page = as_nadia.get(path(ticket)).content.decode()
    assert page.index('<details class="quoted">') < page.index("what stood before")


def test_a_very_long_conversation_starts_with_its_end(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened(body="The very first words")
    for number in range(62):
        actions.note(ticket, by=cast.nadia, body=f"note {number}")
    write(ticket, cast, "The newest words")
    short, long = (as_nadia.get(path(ticket, more)).content.decode() for more in ("", "?all=1"))
    assert "The very first words" not in short
    assert "Show the earlier messages" in short
    assert "note 61" in short
    assert "The very first words" in long


def test_the_original_is_the_stored_mail_to_the_byte(as_nadia: Client, cast: Cast) -> None:
    raw = (
        b"From: Katrin Vogel <katrin@northwind.example.com>\r\nTo: partnersupport@gitlab.com\r\nSubject: Hi\r\n"
        b"Message-ID: <a@b.example>\r\n\r\nHello\r\n"
    )
    mail = inbox.take_in(inbox.store(raw, via="command").pk)
    ticket = Ticket.objects.get(messages__incoming=mail)
    answer = as_nadia.get(path(ticket, f"messages/{ticket.messages.get().pk}/original/file/"))
    assert b"".join(answer) == raw
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_other_open_tickets_of_partner_and_requester_are_named(
    as_nadia: Client, cast: Cast, opened: OpenTicket
) -> None:
    ticket = opened()
    opened(subject="A second matter")
    closed = opened(subject="A third one")
    actions.solve(closed, by=cast.nadia)
    page = " ".join(as_nadia.get(path(ticket)).content.decode().split())
    assert "1 ticket</a>" in page
    assert "A second matter" in page


def test_clocks_say_paused_overdue_and_met(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    Ticket.objects.filter(pk=ticket.pk).update(first_reply_due=timezone.now() - timedelta(days=3))
    assert "over</b>" in as_nadia.get(path(ticket)).content.decode()
    actions.reply(
        ticket, by=cast.nadia, body="Hello", to=[Recipient(address=cast.katrin.email)], then="pending_partner"
    )
    page = as_nadia.get(path(ticket)).content.decode()
    assert "Resolution, paused" in page
    assert "First reply, sent" in page
    actions.set_status(ticket, to="solved", by=actor_of(cast.nadia))
    assert "Resolution, done" in as_nadia.get(path(ticket)).content.decode()


def test_updates_say_nothing_until_something_happens(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    assert (
        as_nadia.get(path(ticket, f"updates/?after={Ticket.objects.get(pk=ticket.pk).last_event}")).status_code == 204
    )
    before = Ticket.objects.get(pk=ticket.pk).last_event
    write(ticket, cast, "Came just now")
    page = as_nadia.get(path(ticket, f"updates/?after={before}"), headers={"HX-Request": "true"}).content.decode()
    assert 'hx-swap-oob="beforeend:#thread"' in page
    assert "Came just now" in page
    assert "account not activated" not in page
    assert 'name="body"' not in page


def test_updates_warn_who_writes_and_refresh_who_does_not(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    before = Ticket.objects.get(pk=ticket.pk).last_event
    draft = {"kind": "reply", "body": "Dear Katrin", "seen": before, "sequence": 1}
    as_nadia.post(path(ticket, "draft/"), draft)
    write(ticket, cast)
    page = as_nadia.get(path(ticket, f"updates/?after={before}"), headers={"HX-Request": "true"}).content.decode()
    assert "This thread moved on." in page
    assert 'id="seen-reply"' not in page
    assert 'id="seen-note"' in page


def test_goes_back_to_the_list_it_came_from(as_nadia: Client, opened: OpenTicket) -> None:
    page = as_nadia.get(path(opened()), headers={"Referer": "http://testserver/queue/mine/?sort=due"}).content.decode()
    assert 'href="/queue/mine/?sort=due"' in page
    evil = as_nadia.get(path(opened()), headers={"Referer": "https://evil.example/queue/"}).content.decode()
    assert "evil.example" not in evil
