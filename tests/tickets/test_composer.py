"""Writing over HTTP: replies, notes, who gets them, what stops them, what happens when two write at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from journal.record import events_of
from mail.models import OutgoingMail
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import actions
from tickets.actions import Recipient
from tickets.models import Draft, Message, Response, Ticket

HTMX = {"HX-Request": "true"}
Send = Callable[..., Any]


@pytest.fixture
def as_nadia(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


@pytest.fixture
def send(as_nadia: Client) -> Send:
    """Posts a composer the way the page does; name what should differ."""

    def post(ticket: Ticket, *, headers: dict[str, str] | None = None, **values: object) -> Any:
        given = {"kind": "reply", "body": "Dear Katrin", "to": "Katrin Vogel <katrin@northwind.example.com>", "cc": ""}
        data = given | {"seen": str(ticket.last_event), "submission": "one"} | values
        return as_nadia.post(f"/tickets/{ticket.reference}/messages/", data, headers=headers)

    return post


def page_of(client: Client, ticket: Ticket, more: str = "") -> str:
    return " ".join(client.get(f"/tickets/{ticket.reference}/{more}").content.decode().split())


def test_a_reply_is_a_message_a_mail_and_the_status_asked_for(send: Send, opened: OpenTicket) -> None:
    ticket = opened()
    answer = send(ticket, then="pending_partner", cc="buchhaltung@northwind.example.com")
    assert answer.status_code == 302
    assert answer.cookies["then"].value == "pending_partner"
    mail = OutgoingMail.objects.get(purpose="reply")
    assert mail.to == [{"name": "Katrin Vogel", "address": "katrin@northwind.example.com"}]
    assert [one["address"] for one in mail.cc] == ["buchhaltung@northwind.example.com"]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee.name) == ("pending_partner", "Nadia Okafor")  # type: ignore[union-attr]


def test_the_chosen_way_to_send_is_remembered(send: Send, as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    send(ticket, then="pending_partner")
    assert "Send and set Pending partner<" in page_of(as_nadia, opened(subject="Another"))
    assert 'name="then" value="" data-send>Send<' in page_of(as_nadia, ticket)


def test_a_note_sends_no_mail(send: Send, as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    send(ticket, kind="note", body="Only **us**", to="katrin@northwind.example.com")
    message = ticket.messages.latest("id")
    assert (message.visibility, message.to, message.outgoing) == ("note", [], None)
    assert not OutgoingMail.objects.filter(purpose="reply").exists()
    assert "<strong>us</strong>" in page_of(as_nadia, ticket)


def test_htmx_gets_an_empty_composer_and_the_new_message(send: Send, opened: OpenTicket) -> None:
    ticket = opened()
    answer = send(ticket, headers=HTMX, after=ticket.last_event, body="Words that leave")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="compose-reply"' in page
    assert page.count("Words that leave") == 1
    assert "Sent to Katrin Vogel." in page
    assert 'value="one"' not in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_same_form_twice_is_one_mail(send: Send, opened: OpenTicket, headers: dict[str, str]) -> None:
    ticket = opened()
    assert [send(ticket, headers=headers).status_code for _ in range(2)] in ([302, 302], [200, 200])
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1
    send(ticket, submission="two", seen="")
    assert OutgoingMail.objects.filter(purpose="reply").count() == 2


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"body": " \n\x00 "}, "Write something first."),
        ({"to": ""}, "Say whom it goes to."),
        ({"to": "katrin"}, "“katrin” is not an e-mail address."),
        ({"cc": 'a@b.example, "Evil\r\nBcc: x" <evil>'}, "is not an e-mail address."),
        ({"to": "partnersupport@gitlab.com"}, "is our own mailbox"),
        ({"to": ", ".join(f"p{number}@a.example" for number in range(60))}, "50 people at the most"),
        ({"body": "Hello {{ missing }} and {{ other }}"}, "Fill in first: missing, other."),
        ({"body": "x" * 100_001}, "more than 100000 characters"),
        ({"then": "closed"}, "Choose one of these."),
        ({"kind": "shout"}, "Choose one of these."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_sent_is_said_and_the_text_is_kept(
    send: Send, opened: OpenTicket, values: dict[str, str], sentence: str, headers: dict[str, str]
) -> None:
    ticket = opened()
    answer = send(ticket, headers=headers, **({"body": "Kept words {"} | values))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert str({"body": "Kept words {"} | values)[9:30].strip("\"' \\nx0{")[:8] in page
    assert ticket.messages.count() == 1


def test_a_stale_reply_is_not_sent_and_not_lost(send: Send, as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    actions.receive(ticket, sender=cast.katrin, body="One more thing", html="<p>One more thing</p>")
    answer = send(ticket, headers=HTMX, after=ticket.last_event, body="Written before that")
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 409
    for words in (
        "This thread moved on.",
        "Katrin Vogel wrote",
        "Your text is kept.",
        "Written before that",
        "One more thing",
    ):
        assert words in page
    assert not OutgoingMail.objects.filter(purpose="reply").exists()
    newest = Ticket.objects.get(pk=ticket.pk).last_event
    assert send(ticket, anyway=newest, body="Written before that").status_code == 302
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1


def test_a_stale_reply_without_scripts_gets_the_whole_page(send: Send, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    actions.note(ticket, by=cast.lena, body="Wait with this")
    answer = send(ticket, body="Written before that")
    assert answer.status_code == 409
    assert "<html" in answer.content.decode()
    assert "Written before that" in answer.content.decode()
    assert "Lena Brandt wrote" in " ".join(answer.content.decode().split())


@pytest.mark.django_db(transaction=True)
def test_two_replies_at_once_never_cross_unseen(cast: Cast, opened: OpenTicket) -> None:
    """Both see the same thread and press Send together: one leaves, the other is asked (S: double replies)."""
    ticket = opened()
    gate = threading.Barrier(2)
    answers: list[int] = []

    def press(user: Any, key: str) -> None:
        client = Client()
        client.force_login(user)
        gate.wait()
        data = {"kind": "reply", "body": key, "to": "katrin@northwind.example.com", "seen": ticket.last_event}
        answers.append(client.post(f"/tickets/{ticket.reference}/messages/", data | {"submission": key}).status_code)
        connection.close()

    threads = [threading.Thread(target=press, args=pair) for pair in ((cast.nadia, "one"), (cast.lena, "two"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 409]
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1


def test_an_answer_goes_to_who_wrote_and_whom_they_had_in_copy(
    as_nadia: Client, cast: Cast, opened: OpenTicket
) -> None:
    ticket = opened()
    copies = [
        Recipient(address="sofia@desk.example.com", name="Sofia Marchetti"),
        Recipient(address="new@else.example"),
    ]
    us = [Recipient(address="PartnerSupport+phd-1.abc@gitlab.com"), Recipient(address="partnersupport@gitlab.com")]
    actions.receive(ticket, sender=cast.katrin, body="Hello", to=us, cc=copies)
    page = page_of(as_nadia, ticket)
    assert 'name="to" value="Katrin Vogel &lt;katrin@northwind.example.com&gt;"' in page
    assert 'name="cc" value="Sofia Marchetti &lt;sofia@desk.example.com&gt;, new@else.example"' in page
    assert "&quot;sofia@desk.example.com&quot;: &quot;channel manager&quot;" in page
    assert "new@else.example&quot;:" not in page


def test_a_stranger_is_not_answered_by_mistake(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    actions.receive(ticket, sender=cast.omar, body="Let me in", unknown_sender=True)
    page = page_of(as_nadia, ticket)
    assert 'name="to" value="Katrin Vogel' in page
    assert "omar@bluepeak.example.com&quot;" not in page


def test_a_colleague_of_the_requester_is_answered_with_them(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    actions.receive(ticket, sender=cast.omar, body="I take over", cc=[])
    assert "Omar Reyes &lt;omar@bluepeak.example.com&gt;, Katrin Vogel" in page_of(as_nadia, ticket)


def test_markdown_is_previewed_as_it_will_be_sent(send: Send, opened: OpenTicket) -> None:
    ticket = opened()
    part = send(ticket, headers=HTMX, act="preview", body="**Bold** <script>x</script>").content.decode()
    assert "<strong>Bold</strong>" in part
    assert "<script>" not in part
    assert "<html" not in part
    whole = send(ticket, act="preview", body="**Bold**").content.decode()
    assert "<strong>Bold</strong>" in whole
    assert "**Bold**</textarea>" in whole
    assert ticket.messages.count() == 1


def test_enter_in_a_recipient_line_does_not_send(send: Send, opened: OpenTicket) -> None:
    ticket = opened()
    answer = send(ticket, act="look")
    assert answer.status_code == 200
    assert ticket.messages.count() == 1


@pytest.mark.usefixtures("handbook")
def test_a_response_comes_filled_and_says_what_is_open(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened(kind="service_attach", fields={"customer": "Havelland Klinik AG"})
    found = as_nadia.get(f"/tickets/{ticket.reference}/responses/?q=proof", headers=HTMX).content.decode()
    assert "response-choice" in found
    assert "<html" not in found
    response = next(row for row in Response.objects.active() if row.is_reply and "contact_first_name" in row.body)
    given = as_nadia.get(f"/tickets/{ticket.reference}/responses/{response.slug}/").json()
    assert "Katrin" in given["body"]
    assert "Katrin" in given["filled"]
    assert f"?response={response.slug}" in as_nadia.get(f"/tickets/{ticket.reference}/responses/").content.decode()
    assert "Hello Katrin" in as_nadia.get(f"/tickets/{ticket.reference}/?response={response.slug}").content.decode()


def test_the_words_of_responses_that_do_not_exist(as_nadia: Client, opened: OpenTicket) -> None:
    assert as_nadia.get(f"/tickets/{opened().reference}/", {"response": "\x00"}).status_code == 200
    ticket = opened()
    assert as_nadia.get(f"/tickets/{ticket.reference}/responses/none/").status_code == 404
    assert "No response has these words." in page_of(as_nadia, ticket, "responses/?q=%00xyzzy")


def test_a_failed_mail_says_why_and_can_be_tried_again(send: Send, as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    send(ticket)
    message = Message.objects.get(outgoing__purpose="reply")
    OutgoingMail.objects.filter(message=message).update(state="failed", last_error="The mailbox does not exist.")
    page = page_of(as_nadia, ticket)
    assert "Not sent." in page
    assert "The mailbox does not exist." in page
    state = f"/tickets/{ticket.reference}/messages/{message.pk}/"
    as_nadia.post(state + "try-again/")
    assert (
        "Queued" in as_nadia.get(state + "mail/").content.decode()
        or "try again" in as_nadia.get(state + "mail/").content.decode()
    )
    assert OutgoingMail.objects.get(message=message).state == "queued"
    as_nadia.post(state + "try-again/")
    assert [event.verb for event in events_of(ticket)][-2:] == ["replied", "mail tried again"]
    assert "mail to katrin@northwind.example.com sent again" in page_of(as_nadia, ticket, "history/")


def test_a_failure_reaches_the_ticket_before_it_is_tried_again(
    send: Send, as_nadia: Client, opened: OpenTicket, cast: Cast
) -> None:
    """F-06, house rule 2: both events, in the order they happened."""
    ticket = opened()
    send(ticket)
    message = Message.objects.get(outgoing__purpose="reply")
    OutgoingMail.objects.filter(message=message).update(state="failed", last_error="Gone.", announced=False)
    actions.try_again(message, by=cast.nadia)
    failed, tried = list(events_of(ticket))[-2:]
    assert (failed.verb, failed.why) == ("mail failed", "Gone.")
    assert (tried.verb, tried.actor) == ("mail tried again", cast.nadia)
    with pytest.raises(actions.Refused, match="on its way or sent"):
        actions.try_again(message, by=cast.nadia)


def test_sending_ends_the_draft(send: Send, as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    draft = {"kind": "reply", "body": "Dear", "seen": ticket.last_event, "sequence": 5, "submission": "one"}
    as_nadia.post(f"/tickets/{ticket.reference}/draft/", draft)
    as_nadia.post(f"/tickets/{ticket.reference}/draft/", draft | {"kind": "note", "body": "My note"})
    send(ticket)
    assert list(Draft.objects.values_list("kind", flat=True)) == ["note"]
    late = as_nadia.post(f"/tickets/{ticket.reference}/draft/", draft | {"sequence": 6})
    assert (late.status_code, late.json()["kept"]) == (409, False)
    assert Draft.objects.count() == 1
