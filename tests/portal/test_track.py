"""The page behind the link: what it shows, what it never shows, and how it takes an answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from documents.storing import store
from journal.record import Actor, actor_of
from mail.models import OutgoingMail
from tests.conftest import Cast
from tests.portal.conftest import FORM, Filled, hidden, pdf
from tickets import actions, tracking
from tickets.actions import Recipient
from tickets.models import Message, Status, Ticket

pytestmark = pytest.mark.django_db
Sent = Callable[..., tuple[Ticket, str]]


def expire_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking, "LINK_LIFE", timedelta(seconds=-1))


def test_it_is_for_its_reader_alone(client: Client, sent: Sent) -> None:
    page = client.get(sent()[1])
    assert page["Cache-Control"] == "private, no-store"
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Referrer-Policy"] == "same-origin"


def test_it_shows_replies_and_never_notes(client: Client, cast: Cast, sent: Sent) -> None:
    ticket, page = sent(email=cast.katrin.email)
    actions.note(ticket, by=cast.nadia, body="NOTE-ONLY-FOR-US")
    actions.reply(
        ticket,
        by=cast.nadia,
        body="Here is your **answer**.",
        to=[Recipient(address=cast.katrin.email)],
        cc=[Recipient(address="hidden-boss@northwind.example.com")],
    )
    html = client.get(page).content.decode()
    assert "<strong>answer</strong>" in html
    assert "Nadia Okafor" in html
    assert "We have answered you" in html
    assert "NOTE-ONLY-FOR-US" not in html
    assert "hidden-boss" not in html


def test_mail_of_a_stranger_is_not_shown(client: Client, cast: Cast, sent: Sent) -> None:
    ticket, page = sent()
    actions.receive(ticket, sender=cast.omar, body="Click http://phish.example", unknown_sender=True)
    assert "phish.example" not in client.get(page).content.decode()


def test_files_open_by_the_link_of_their_request_only(client: Client, cast: Cast, sent: Sent) -> None:
    ticket, page = sent("proof-of-execution")
    _other, other_page = sent("proof-of-execution", deal_id="GL-2")
    file = ticket.attachments.get()
    answer = client.get(f"{page}files/{file.pk}/")
    assert answer.status_code == 200
    assert b"".join(answer) == b"%PDF-1.4 signed by the customer"
    assert "attachment" in answer["Content-Disposition"]
    assert client.get(f"{other_page}files/{file.pk}/").status_code == 404
    assert client.get(f"{page}files/{10**30}/").status_code == 404
    stored = store(b"for us", name="note.txt")
    upload = actions.upload(ticket, stored=stored, filename="note.txt", by=cast.nadia)
    assert client.get(f"{page}files/{upload.pk}/").status_code == 404, "not part of any message"
    actions.note(ticket, by=cast.nadia, body="see file", attachments=[upload])
    assert client.get(f"{page}files/{upload.pk}/").status_code == 404, "part of a note"


@pytest.mark.parametrize("token", ["x", "InBIRC0xMDAxIg:1abc:forged", "a:b:c", "%00", "é", "." * 3000])
def test_a_forged_link_opens_nothing(client: Client, sent: Sent, token: str) -> None:
    sent()
    assert client.get(f"/request/track/{token}/").status_code == 404
    assert client.post(f"/request/track/{token}/", {"body": "x"}).status_code == 404
    assert client.get(f"/request/track/{token}/files/1/").status_code == 404


def test_a_link_signed_for_something_else_opens_nothing(client: Client, sent: Sent) -> None:
    ticket, _page = sent()
    other = signing.dumps(ticket.reference, salt="somewhere.else")
    assert client.get(f"/request/track/{other}/").status_code == 404


def test_a_link_that_has_run_out_says_so_and_a_new_one_goes_to_the_requester(
    client: Client, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ticket, page = sent()
    OutgoingMail.objects.all().delete()
    expire_all(monkeypatch)
    gone = client.get(page)
    assert gone.status_code == 410
    assert "This link has run out" in gone.content.decode()
    assert "A seat too many" not in gone.content.decode()
    late = client.post(page, {"body": "Typed while the link ran out"})
    assert late.status_code == 410
    assert "Typed while the link ran out" in late.content.decode()
    answers = [client.post(f"{page}new-link/") for _number in range(3)]
    mail = OutgoingMail.objects.get()
    assert [one["address"] for one in mail.to] == ["ana@acme.example"]
    assert "/request/track/" in mail.body_text
    forged = client.post("/request/track/forged/new-link/")
    assert {answer.status_code for answer in [*answers, forged]} == {200}
    said = {re.sub(r'"X-CSRFToken": "\w+"', "", answer.content.decode()) for answer in [*answers, forged]}
    assert len(said) == 1, "the same answer always"
    assert client.get(f"{page}new-link/").status_code == 405


def test_an_answer_joins_the_conversation_with_its_file(client: Client, sent: Sent) -> None:
    ticket, page = sent()
    form: dict[str, Any] = {
        **hidden(client.get(page).content.decode()),
        "body": "The protocol.",
        "files": [pdf("P.pdf")],
    }
    assert client.post(page, form)["Location"] == f"{page}#answer"
    message = Message.objects.order_by("id").last()
    assert message is not None
    assert (message.author_contact, message.visibility, message.body) == (ticket.requester, "in", "The protocol.")
    assert message.attachments.get().filename == "P.pdf"
    html = client.get(page).content.decode()
    assert "The protocol." in html
    assert "P.pdf" in html


@pytest.mark.parametrize("then", ["pending_partner", "solved", "closed"])
def test_an_answer_opens_it_again(client: Client, cast: Cast, sent: Sent, then: str) -> None:
    ticket, page = sent()
    if then == "pending_partner":
        actions.set_status(ticket, by=actor_of(cast.nadia), to=then)
    else:
        actions.solve(ticket, by=cast.nadia)
    if then == "closed":
        actions.close(ticket)
    words = {
        "pending_partner": "We need your answer",
        "solved": "Your request is done",
        "closed": "Your request is done",
    }
    assert words[then] in client.get(page).content.decode()
    client.post(page, {**hidden(client.get(page).content.decode()), "body": "One more thing."})
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_an_answer_to_what_was_closed_long_ago_is_a_new_request(client: Client, sent: Sent) -> None:
    """M-15: as by mail; sent twice it is one, and the reader goes where it is."""
    ticket, page = sent()
    long_ago = timezone.now() - timedelta(days=90)
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.CLOSED, solved=long_ago, closed=long_ago)
    form = {**hidden(client.get(page).content.decode()), "body": "It happens again."}
    there = client.post(page, form)["Location"]
    opened = Ticket.objects.exclude(pk=ticket.pk).get()
    assert (opened.follows, opened.requester, opened.subject) == (ticket, ticket.requester, ticket.subject)
    assert "It happens again." in client.get(there).content.decode()
    assert client.post(page, form)["Location"].partition("#")[0] != page
    assert Ticket.objects.count() == 2
    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.count()) == (Status.CLOSED, 1)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"body": "   "}, "Write a message or add a file first."),
        ({"body": "a\x00b"}, "This holds a character that cannot be stored."),
        ({"body": "x" * 20_001}, "Up to 20000 characters fit here"),
        ({"body": "Kept.", "files": [pdf("empty.pdf", b"")]}, "empty.pdf is empty."),
    ],
)
def test_a_wrong_answer_is_kept(client: Client, sent: Sent, values: dict[str, Any], sentence: str) -> None:
    ticket, page = sent()
    answer = client.post(page, {**hidden(client.get(page).content.decode()), **values})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ticket.messages.count() == 1
    if values["body"] == "Kept.":
        assert "Kept." in client.get(page).content.decode(), "after a reload too"


def test_the_times_are_those_of_the_reader(client: Client, sent: Sent) -> None:
    ticket, page = sent()
    due = ticket.created + timedelta(minutes=1)
    Ticket.objects.filter(pk=ticket.pk).update(first_reply_due=due)
    assert f"{due:%H:%M} UTC" in client.get(page).content.decode()
    client.cookies["time_zone"] = "Asia%2FTokyo"
    html = client.get(page).content.decode()
    assert f"{due.astimezone(ZoneInfo('Asia/Tokyo')):%H:%M}" in html
    assert f"{due:%H:%M} UTC" not in html
    for wrong in ("../../etc/passwd", "x" * 500, "%00", "No/Where"):
        client.cookies["time_zone"] = wrong
        assert client.get(page).status_code == 200


def test_the_page_asks_the_database_no_more_for_a_long_conversation(
    client: Client, cast: Cast, sent: Sent, django_assert_max_num_queries: Any
) -> None:
    ticket, page = sent()
    for number in range(15):
        actions.reply(ticket, by=cast.nadia, body=f"Answer {number}", to=[Recipient(address="ana@acme.example")])
    with django_assert_max_num_queries(8):
        client.get(page)


def test_a_request_by_mail_has_its_page_too(client: Client, cast: Cast, filled: Filled) -> None:
    ticket = actions.open_ticket(
        actions.NewTicket(kind="general", subject="By mail", requester=cast.katrin, body="Dear desk", channel="mail"),  # type: ignore[arg-type]
        by=Actor("Katrin"),
    )
    html = client.get(tracking.path_for(ticket)).content.decode()
    assert "Dear desk" in html
    assert "By mail" in html
    assert FORM in html


def test_an_invoice_is_read_by_mail_or_signed_in(client: Client, cast: Cast, sent: Sent, katrin: Client) -> None:
    """Anybody may fill in the form in Katrin's name, and has the link then: our answer is not there."""
    ticket, page = sent("invoice", email=cast.katrin.email, company="Northwind DevOps GmbH", invoice_no="INV-0090001")
    stored = store(pdf(), name="INV-0090001.pdf")
    file = actions.upload(ticket, stored=stored, filename="INV-0090001.pdf", by=cast.nadia)
    to = [Recipient(address=cast.katrin.email)]
    actions.reply(ticket, by=cast.nadia, body="INV-0090001 of 7 Sep, 24,480.00", to=to, attachments=[file])
    html, address = client.get(page).content.decode(), f"{page}files/{file.pk}/"
    assert "and is shown only there" in html
    assert "24,480" not in html
    assert f"files/{file.pk}/" not in html
    assert client.get(address).status_code == 404
    assert "24,480" in katrin.get(page).content.decode()
    assert katrin.get(address).status_code == 200
    own, page = sent("invoice", by=katrin, email=cast.katrin.email, company="Northwind DevOps GmbH")
    actions.reply(own, by=cast.nadia, body="INV-0090002, 1,200.00", to=to)
    assert "1,200.00" in client.get(page).content.decode()  # who signed in when asking may pass the link on
