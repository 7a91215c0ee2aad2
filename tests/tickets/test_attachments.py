"""Files of a ticket: up as soon as chosen, sent with the message, down harmlessly, to nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents import limits, storing
from mail.models import OutgoingMail
from people.models import User
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import actions, drafts
from tickets.actions import FilePart, Refused
from tickets.models import Attachment, Ticket

HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def as_nadia(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


def upload(
    client: Client, ticket: Ticket, *, name: str = "SOW.pdf", content: bytes = b"%PDF-1.4 x", kind: str = "reply"
) -> Any:
    data = {"files": SimpleUploadedFile(name, content), "kind": kind}
    return client.post(f"/tickets/{ticket.reference}/attachments/", data, headers={"HX-Request": "true"})


def test_a_file_goes_up_waits_in_the_draft_and_leaves_with_the_reply(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    answer = upload(as_nadia, ticket)
    assert (answer.status_code, "SOW.pdf" in answer.content.decode()) == (201, True)
    assert (
        f'id="unsent-{Attachment.objects.get().pk}"' in as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
    )
    data = {"kind": "reply", "body": "Here it is", "to": "katrin@northwind.example.com", "submission": "one"}
    as_nadia.post(f"/tickets/{ticket.reference}/messages/", data)
    mail = OutgoingMail.objects.get(purpose="reply")
    assert [one.filename for one in mail.enclosures.all()] == ["SOW.pdf"]
    assert Attachment.objects.get().message == ticket.messages.latest("id")
    assert ticket.messages.latest("id").attachments.count() == 1


def test_without_scripts_files_come_with_the_form_and_wait_when_it_is_refused(
    as_nadia: Client, opened: OpenTicket
) -> None:
    ticket = opened()
    data = {"kind": "reply", "body": "", "to": "katrin@northwind.example.com", "submission": "one"}
    answer = as_nadia.post(
        f"/tickets/{ticket.reference}/messages/", data | {"files": SimpleUploadedFile("a.txt", b"x")}
    )
    assert answer.status_code == 422
    assert "a.txt" in answer.content.decode()
    as_nadia.post(f"/tickets/{ticket.reference}/messages/", data | {"body": "Now"})
    assert ticket.messages.latest("id").attachments.get().filename == "a.txt"


def test_files_of_the_note_stay_with_the_note(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    upload(as_nadia, ticket, name="internal.xlsx", kind="note")
    as_nadia.post(
        f"/tickets/{ticket.reference}/messages/",
        {"kind": "reply", "body": "Hello", "to": "katrin@northwind.example.com", "submission": "one"},
    )
    assert ticket.messages.latest("id").attachments.count() == 0
    assert Attachment.objects.get().message is None


def test_a_file_is_taken_out_by_who_put_it_in(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    upload(as_nadia, ticket)
    url = f"/tickets/{ticket.reference}/attachments/{Attachment.objects.get().pk}/remove/"
    as_nadia.force_login(cast.lena)
    assert as_nadia.post(url).status_code == 404
    as_nadia.force_login(cast.nadia)
    assert as_nadia.post(url, headers={"HX-Request": "true"}).content == b""
    assert not Attachment.objects.exists()


def test_taking_a_file_out_while_it_is_sent_is_too_late(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    """The page that takes it out has read the file before the note with it was kept."""
    ticket = opened()
    upload(as_nadia, ticket, kind="note")
    read_before = Attachment.objects.get()
    as_nadia.post(f"/tickets/{ticket.reference}/messages/", {"kind": "note", "body": "see the file"})
    with pytest.raises(Refused):
        drafts.detach(read_before)
    assert Attachment.objects.get().stored.read()


def test_a_file_taken_out_while_the_text_is_sent_stops_it(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    upload(as_nadia, ticket, kind="note")
    read_before = Attachment.objects.get()
    drafts.detach(read_before)
    with pytest.raises(Refused):
        actions.note(ticket, by=cast.nadia, body="see the file", attachments=[read_before])
    assert not ticket.messages.filter(visibility="note").exists()


def test_a_sent_file_stays(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    upload(as_nadia, ticket)
    as_nadia.post(
        f"/tickets/{ticket.reference}/messages/", {"kind": "reply", "body": "x", "to": "katrin@northwind.example.com"}
    )
    assert (
        as_nadia.post(f"/tickets/{ticket.reference}/attachments/{Attachment.objects.get().pk}/remove/").status_code
        == 422
    )


@pytest.mark.parametrize(
    "name", ["\u200b.htaccess", "..\\x", "../../etc/passwd", "a\u202etxt.exe", "x.php", "a" * 300 + ".pdf"]
)
def test_the_name_of_a_file_is_shown_and_never_used_as_a_path(
    as_nadia: Client, opened: OpenTicket, name: str, settings: Any
) -> None:
    ticket = opened()
    assert upload(as_nadia, ticket, name=name).status_code == 201
    shown = Attachment.objects.get().filename
    assert not shown.startswith(".")
    assert not {"/", "\\", "\u200b", "\u202e"}.intersection(shown)
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if shown in path.name]


def test_a_download_cannot_run_in_the_page(as_nadia: Client, opened: OpenTicket) -> None:
    part = FilePart(stored=storing.store(HTML, name="page.html", declared_type="text/html"), filename="page.html")
    ticket = opened(files=[part])
    answer = as_nadia.get(f"/tickets/{ticket.reference}/attachments/{Attachment.objects.get().pk}/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"".join(answer) == HTML


def test_a_file_is_only_found_through_its_own_ticket(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    part = FilePart(stored=storing.store(b"x", name="a.txt"), filename="a.txt")
    ticket, other = opened(files=[part]), opened(subject="Other")
    pk = Attachment.objects.get().pk
    assert as_nadia.get(f"/tickets/{other.reference}/attachments/{pk}/").status_code == 404
    assert as_nadia.get(f"/tickets/{ticket.reference}/attachments/{pk + 1}/").status_code == 404
    manager = User.objects.create_user("mei@desk.example.com", "x", name="Mei", role="channel_manager")
    as_nadia.force_login(manager)
    assert as_nadia.get(f"/tickets/{ticket.reference}/attachments/{pk}/").status_code == 404


def test_what_waits_in_a_draft_is_not_for_a_manager(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    upload(as_nadia, ticket)
    as_nadia.force_login(cast.sofia)
    assert as_nadia.get(f"/tickets/{ticket.reference}/attachments/{Attachment.objects.get().pk}/").status_code == 404


def test_too_much_is_refused_with_the_limit(
    as_nadia: Client, opened: OpenTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = opened()
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10)
    answer = upload(as_nadia, ticket, content=b"x" * 11)
    assert (answer.status_code, "10" in answer.content.decode()) == (422, True)
    assert upload(as_nadia, ticket, content=b"").status_code == 422
    monkeypatch.setattr(limits, "MAX_FILES", 1)
    assert upload(as_nadia, ticket, content=b"x").status_code == 201
    assert upload(as_nadia, ticket, content=b"x").status_code == 422
    assert Attachment.objects.count() == 1
    empty = as_nadia.post(f"/tickets/{ticket.reference}/attachments/", {"kind": "reply"})
    assert empty.status_code == 422
