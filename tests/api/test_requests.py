"""/api/v1/requests/: what the public form does, for other programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from mail.models import OutgoingMail
from portal import throttle
from tests.api.test_problems import problem
from tests.conftest import Cast
from tickets.models import Ticket

REQUESTS = "/api/v1/requests/"


def proof(**values: object) -> dict[str, Any]:
    return {
        "kind": "service_attach",
        "name": "Katrin Vogel",
        "email": "katrin@northwind.example.com",
        "company": "Northwind DevOps GmbH",
        "customer": "Havelland Klinik AG",
        "deal_id": "GL-0048213",
        "services_end": "2027-01-20",
        "documents": SimpleUploadedFile("sow.pdf", b"%PDF-1.4 sow", content_type="application/pdf"),
        **values,
    }


def test_a_request_becomes_a_ticket_with_a_link_to_follow(anybody: APIClient, cast: Cast) -> None:
    answer = anybody.post(REQUESTS, proof(), format="multipart")
    assert answer.status_code == 201, answer.content
    assert set(answer.json()) == {"reference", "track_url"}
    ticket = Ticket.objects.get()
    assert answer.json()["reference"] == ticket.reference
    assert (ticket.kind, ticket.partner, ticket.requester) == ("service_attach", cast.northwind, cast.katrin)
    assert [file.filename for file in ticket.attachments.all()] == ["sow.pdf"]
    assert OutgoingMail.objects.get().purpose == "acknowledgement"
    path = "/" + answer.json()["track_url"].split("/", 3)[3]
    assert anybody.get(path).status_code == 200


def test_json_will_do_where_no_file_is_needed(anybody: APIClient, db: None) -> None:
    sent = {"kind": "portal_access", "name": "Ana", "email": "ana@acme.example", "company": "Acme", "wish": "register",
            "people": "João Silva joao@acme.example", "subject": "Access", "message": "One joined."}  # fmt: skip
    answer = anybody.post(REQUESTS, sent, format="json")
    assert answer.status_code == 201, answer.content
    assert Ticket.objects.get().topic == "portal_access"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"kind": "zebra"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"email": "nobody"}, "email"),
        ({"deal_id": ""}, "deal_id"),
        ({"documents": ""}, "documents"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_what_is_missing_is_said_by_field(anybody: APIClient, db: None, change: dict[str, str], wrong: str) -> None:
    body = problem(anybody.post(REQUESTS, proof(**change), format="multipart"), 400)
    assert wrong in body["errors"]
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "body", ["[]", '"x"', '{"kind": ["general"]}', '{"kind": "general", "name": "\\ud800"}', "null"]
)
def test_json_of_another_shape(anybody: APIClient, db: None, body: str) -> None:
    problem(anybody.post(REQUESTS, body, content_type="application/json"), 400)


def test_a_key_makes_one_ticket_of_two_requests(anybody: APIClient, db: None) -> None:
    first = anybody.post(REQUESTS, proof(), format="multipart", headers={"Idempotency-Key": "form-1"})
    second = anybody.post(REQUESTS, proof(), format="multipart", headers={"Idempotency-Key": "form-1"})
    assert first.json() == second.json()
    assert Ticket.objects.count() == 1


def test_too_many_requests_wait(anybody: APIClient, db: None) -> None:
    answers = [anybody.post(REQUESTS, proof(), format="multipart") for _ in range(60)]
    last = answers[-1]
    problem(last, 429)
    assert int(last["Retry-After"]) > 0


def test_a_session_of_the_desk_changes_nothing(cast: Cast) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(cast.nadia)
    assert browser.post(REQUESTS, proof(), format="multipart").status_code == 201
    assert Ticket.objects.get().requester == cast.katrin


def test_files_are_taken_under_any_name(anybody: APIClient, db: None) -> None:
    order = {"kind": "purchase_order", "name": "Ana", "email": "ana@a.example", "company": "Acme", "customer": "Globex"}
    scan = SimpleUploadedFile("po.pdf", b"%PDF-1.4 po", content_type="application/pdf")
    answer = anybody.post(REQUESTS, {**order, "files": scan}, format="multipart")
    assert answer.status_code == 201, answer.content
    assert [file.filename for file in Ticket.objects.get().attachments.all()] == ["po.pdf"]


def test_what_a_list_takes_is_said(anybody: APIClient, db: None) -> None:
    answer = anybody.post(REQUESTS, {"kind": "loa", "name": "Ana", "email": "ana@acme.example"}, format="multipart")
    assert "EMEA" in " ".join(problem(answer, 400)["errors"]["region"])


def test_a_mistake_does_not_count_as_a_request(anybody: APIClient, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "REQUESTS", throttle.Limit(name="request", most=1, seconds=600))
    words = {"kind": "general", "name": "Ana", "email": "ana@acme.example", "subject": "Access", "message": "Hello"}
    assert [anybody.post(REQUESTS, {"kind": "general"}).status_code for _ in range(3)] == [400, 400, 400]
    assert [anybody.post(REQUESTS, words).status_code for _ in range(2)] == [201, 429]
