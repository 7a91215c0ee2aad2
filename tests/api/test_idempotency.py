"""Idempotency-Key: once is once, also for eight at the same moment (R-02, F-13)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from mail.models import OutgoingMail
from tests.api.conftest import ClientOf, OpenTicket
from tests.api.test_problems import problem
from tests.api.test_tickets import TICKETS
from tests.conftest import Cast
from tickets.models import Message, Ticket
from web import idempotency
from web.models import IdempotencyKey

NEW = {"subject": "PO 4711", "body": "Attached.", "requester": "ana@acme.example", "kind": "purchase_order"}


def send(client: APIClient, body: dict[str, Any], *, key: str = "k-1", address: str = TICKETS) -> Any:
    return client.post(address, body, format="json", headers={"Idempotency-Key": key})


def test_the_same_key_and_body_get_the_first_answer(desk: APIClient) -> None:
    first, second = send(desk, NEW), send(desk, dict(reversed(NEW.items())))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (second["ETag"], second["Location"]) == (first["ETag"], first["Location"])
    assert second["Idempotent-Replayed"] == "true"
    assert Ticket.objects.count() == OutgoingMail.objects.count() == 1


def test_the_same_key_with_another_body_or_address(desk: APIClient, opened: OpenTicket) -> None:
    send(desk, NEW)
    problem(send(desk, {**NEW, "subject": "PO 4712"}), 422)
    problem(send(desk, NEW, address=f"{TICKETS}{opened().reference}/messages/"), 422)
    assert Ticket.objects.count() == 2


def test_another_key_or_another_person_is_another_request(desk: APIClient, as_user: ClientOf, cast: Cast) -> None:
    answers = [send(desk, NEW), send(desk, NEW, key="k-2"), send(as_user(cast.lena), NEW)]
    assert len({one.json()["reference"] for one in answers}) == 3


def test_a_refusal_is_an_answer_too(desk: APIClient, opened: OpenTicket) -> None:
    address = f"{TICKETS}{opened().reference}/messages/"
    first = send(desk, {"visibility": "reply", "body": "{{ blank }}"}, address=address)
    second = send(desk, {"visibility": "reply", "body": "{{ blank }}"}, address=address)
    assert problem(first, 422) == problem(second, 422)
    assert second["Idempotent-Replayed"] == "true"


def test_no_answer_is_kept_when_nothing_was_decided(
    desk: APIClient, as_user: ClientOf, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = as_user(cast.sofia)
    problem(send(manager, NEW), 403)
    with monkeypatch.context() as broken:
        broken.setattr("tickets.api.changes.acknowledgement.send", lambda *_: 1 / 0)
        problem(send(desk, NEW), 500)
    assert not IdempotencyKey.objects.exists()
    assert not Ticket.objects.exists()
    assert send(desk, NEW).status_code == 201


def test_after_a_day_the_key_is_free_again(desk: APIClient) -> None:
    send(desk, NEW)
    IdempotencyKey.objects.update(created=timezone.now() - idempotency.LIFE - timedelta(seconds=1))
    assert send(desk, {**NEW, "subject": "PO 4712"}).status_code == 201
    assert idempotency.forget_old() == 0
    IdempotencyKey.objects.update(created=timezone.now() - idempotency.LIFE - timedelta(seconds=1))
    assert idempotency.forget_old() == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "ü", "a\tb"])
def test_keys_that_are_none(desk: APIClient, key: str) -> None:
    answer = send(desk, NEW, key=key)
    assert list(problem(answer, 400)["errors"]) == ["Idempotency-Key"]


def test_a_file_is_compared_by_its_content(desk: APIClient, opened: OpenTicket) -> None:
    address = f"{TICKETS}{opened().reference}/attachments/"

    def upload(content: bytes) -> Any:
        file = SimpleUploadedFile("a.txt", content)
        return desk.post(address, {"file": file}, format="multipart", headers={"Idempotency-Key": "up-1"})

    first, second = upload(b"one"), upload(b"one")
    assert first.status_code == 201
    assert first.json() == second.json()
    problem(upload(b"two"), 422)


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_one(as_user: ClientOf, cast: Cast) -> None:
    clients = [as_user(cast.nadia) for _ in range(8)]
    answers: list[Any] = []
    start = threading.Barrier(8)

    def call(client: APIClient) -> None:
        start.wait()
        answers.append(send(client, NEW))
        connection.close()

    threads = [threading.Thread(target=call, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert Ticket.objects.count() == Message.objects.count() == OutgoingMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_is_told(as_user: ClientOf, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 1)
    client, answers = as_user(cast.nadia), []

    def call() -> None:
        answers.append(send(client, NEW))
        connection.close()

    with transaction.atomic():
        IdempotencyKey.objects.create(owner=f"user:{cast.nadia.pk}", key="k-1", fingerprint="x")
        thread = threading.Thread(target=call)
        thread.start()
        thread.join()
    problem(answers[0], 409)
    assert not Ticket.objects.exists()
