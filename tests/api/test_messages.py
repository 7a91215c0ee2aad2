"""The conversation over HTTP: replies, notes, files, and a thread that moved on."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from documents.limits import MAX_FILE_BYTES
from mail.models import OutgoingAttachment, OutgoingMail
from tests.api.conftest import ClientOf, OpenTicket
from tests.api.test_tickets import TICKETS, errors
from tests.conftest import Cast
from tickets import actions
from tickets.actions import Recipient
from tickets.models import Message, Ticket


def messages_of(ticket: Ticket) -> str:
    return f"{TICKETS}{ticket.reference}/messages/"


def upload(client: APIClient, ticket: Ticket, name: str = "letter.pdf", content: bytes = b"%PDF-1.4 letter") -> Any:
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return client.post(f"{TICKETS}{ticket.reference}/attachments/", {"file": file}, format="multipart")


def test_messages_have_the_shape_of_the_contract_oldest_first(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    actions.note(ticket, by=cast.nadia, body="Check the account.")
    to = [Recipient(address="katrin@northwind.example.com", name="Katrin Vogel")]
    actions.reply(ticket, by=cast.nadia, body="It is **active** now.", to=to, cc=[Recipient(address="cc@x.example")])
    shown = desk.get(messages_of(ticket)).json()["results"]
    assert [one["visibility"] for one in shown] == ["in", "note", "reply"]
    assert [one["state"] for one in shown] == ["received", "written", "queued"]
    reply = shown[2]
    assert reply["author"] == "Nadia Okafor"
    assert (reply["to"], reply["cc"]) == (["katrin@northwind.example.com"], ["cc@x.example"])
    assert reply["body"] == "It is **active** now."
    assert ticket.reference in reply["subject"]
    assert reply["attachments"] == []
    assert reply["created"].endswith("Z")


def test_a_reply_leaves_by_mail_with_its_file_and_sets_the_status(desk: APIClient, opened: OpenTicket) -> None:
    ticket = opened()
    file = upload(desk, ticket).json()
    assert set(file) == {"id", "filename", "content_type", "size"}
    answer = desk.post(
        messages_of(ticket),
        {
            "visibility": "reply",
            "body": "Here is the letter.",
            "to": ["Katrin Vogel <katrin@northwind.example.com>", {"email": "second@northwind.example.com"}],
            "cc": [{"name": "Sofia", "email": "sofia@desk.example.com"}],
            "attachments": [file["id"]],
            "then": "solved",
            "last_seen_event": ticket.last_event,
        },
        format="json",
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["attachments"] == [file]
    mail = OutgoingMail.objects.get()
    assert mail.recipients == ["katrin@northwind.example.com", "second@northwind.example.com", "sofia@desk.example.com"]
    assert OutgoingAttachment.objects.get(mail=mail).filename == "letter.pdf"
    ticket.refresh_from_db()
    assert ticket.status == "solved"


def test_a_reply_without_recipients_goes_to_the_requester(desk: APIClient, opened: OpenTicket) -> None:
    answer = desk.post(messages_of(opened()), {"visibility": "reply", "body": "Hello."}, format="json")
    assert answer.json()["to"] == ["katrin@northwind.example.com"]


def test_a_note_sends_nothing(desk: APIClient, opened: OpenTicket) -> None:
    answer = desk.post(messages_of(opened()), {"visibility": "note", "body": "Ask Sofia."}, format="json")
    assert (answer.status_code, answer.json()["state"]) == (201, "written")
    assert not OutgoingMail.objects.exists()


def test_a_thread_that_moved_on_shows_what_came(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    known = ticket.last_event
    actions.receive(ticket, sender=cast.katrin, body="One more question.")
    sent = {"visibility": "reply", "body": "Done.", "last_seen_event": known}
    answer = desk.post(messages_of(ticket), sent, format="json")
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert [item["body"] for item in problem["new_items"]] == ["One more question."]
    assert not OutgoingMail.objects.exists()
    again = desk.post(messages_of(ticket), {**sent, "last_seen_event": problem["last_event"]}, format="json")
    assert again.status_code == 201


def test_a_changed_property_is_no_new_item(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    actions.take(ticket, by=cast.nadia)
    sent = {"visibility": "note", "body": "Fine.", "last_seen_event": ticket.last_event}
    assert desk.post(messages_of(ticket), sent, format="json").status_code == 201


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"visibility", "body"}),
        ({"visibility": "in", "body": "x"}, {"visibility"}),
        ({"visibility": "reply", "body": "x", "to": ["nobody"]}, {"to.0"}),
        ({"visibility": "reply", "body": "x", "to": ["a@b.example\r\nBcc: c@d.example"]}, {"to.0"}),
        ({"visibility": "reply", "body": "x", "to": ["a@b.example"] * 51}, {"to"}),
        ({"visibility": "reply", "body": "x", "attachments": [999]}, {"attachments"}),
        ({"visibility": "reply", "body": "x", "attachments": [10**30]}, {"attachments.0"}),
        ({"visibility": "reply", "body": "x", "then": "merged"}, {"then"}),
        ({"visibility": "reply", "body": "x", "last_seen_event": 10**30}, {"last_seen_event"}),
        ({"visibility": "reply", "body": "x", "bcc": ["a@b.example"]}, {"bcc"}),
        ({"visibility": "reply", "body": "x", "author": "Lena"}, {"author"}),
    ],
)
def test_a_message_that_cannot_be_taken(desk: APIClient, opened: OpenTicket, sent: Any, wrong: set[str]) -> None:
    ticket = opened()
    assert set(errors(desk.post(messages_of(ticket), sent, format="json"))) == wrong
    assert Message.objects.count() == 1


def test_what_the_desk_refuses_is_a_sentence(desk: APIClient, opened: OpenTicket) -> None:
    ticket = opened()
    answer = desk.post(
        messages_of(ticket), {"visibility": "reply", "body": "Hello {{ contact_first_name }}"}, format="json"
    )
    assert answer.status_code == 422
    assert "contact_first_name" in answer.json()["detail"]


@pytest.mark.parametrize("address", ["partnersupport@gitlab.com", f"x@{'ü' * 60}.example"])
def test_a_reply_to_nobody_who_could_get_it_is_refused(desk: APIClient, opened: OpenTicket, address: str) -> None:
    """Our own mailbox, and addresses that no mail server takes."""
    ticket = opened()
    sent = {"visibility": "reply", "body": "x", "to": [address]}
    answer = desk.post(f"{TICKETS}{ticket.reference}/messages/", sent, format="json")
    assert answer.status_code == 422
    assert address[:20] in answer.json()["detail"]
    assert not OutgoingMail.objects.exists()


def test_a_file_of_the_partner_can_be_sent_on(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    file = upload(desk, ticket, "po.pdf").json()
    desk.post(messages_of(ticket), {"visibility": "note", "body": "Kept.", "attachments": [file["id"]]}, format="json")
    answer = desk.post(
        messages_of(ticket), {"visibility": "reply", "body": "Again.", "attachments": [file["id"]]}, format="json"
    )
    assert answer.status_code == 201
    assert [one["filename"] for one in answer.json()["attachments"]] == ["po.pdf"]
    shown = desk.get(messages_of(ticket)).json()["results"]
    assert [len(one["attachments"]) for one in shown] == [0, 1, 1]


def test_a_file_uploaded_by_somebody_else_is_not_there(
    desk: APIClient, as_user: ClientOf, opened: OpenTicket, cast: Cast
) -> None:
    ticket = opened()
    file = upload(as_user(cast.lena), ticket).json()
    sent = {"visibility": "reply", "body": "x", "attachments": [file["id"]]}
    assert set(errors(desk.post(messages_of(ticket), sent, format="json"))) == {"attachments"}


def test_files_go_up_and_come_down_unchanged(desk: APIClient, opened: OpenTicket) -> None:
    ticket = opened()
    file = upload(desk, ticket, "../../etc/pass\u202ewd.pdf").json()
    for address in (f"{TICKETS}{ticket.reference}/attachments/{file['id']}/", f"/api/v1/attachments/{file['id']}/"):
        got: Any = desk.get(address, headers={"Accept": "application/pdf"})
        assert got.status_code == 200
        assert b"".join(got.streaming_content) == b"%PDF-1.4 letter"
        assert got["Content-Disposition"].startswith("attachment")
        assert got["X-Content-Type-Options"] == "nosniff"
    assert "/" not in file["filename"]
    assert "\u202e" not in file["filename"]


def test_uploads_that_cannot_be_taken(desk: APIClient, opened: OpenTicket) -> None:
    ticket = opened()
    address = f"{TICKETS}{ticket.reference}/attachments/"
    assert set(errors(desk.post(address, {}, format="multipart"))) == {"file"}
    assert set(errors(upload(desk, ticket, content=b""))) == {"file"}
    two = {"file": SimpleUploadedFile("a", b"a"), "other": SimpleUploadedFile("b", b"b")}
    assert set(errors(desk.post(address, two, format="multipart"))) == {"file"}
    assert upload(desk, ticket, content=b"x" * (MAX_FILE_BYTES + 1)).status_code == 413
    assert desk.post(address, {"file": "text"}, format="json").status_code == 415
    assert not ticket.attachments.exists()
