"""The same submission is one ticket, however often and however parallel it is sent; the same answer is one message."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from mail.models import OutgoingMail
from tests.portal.conftest import FORM, Filled, hidden, pdf
from tickets.models import Message, Ticket


@pytest.mark.django_db
def test_sent_twice_is_one_ticket(client: Client, filled: Filled) -> None:
    form = filled("proof-of-execution")
    first = client.post(FORM, form)
    form["documents"] = [pdf()]
    second = client.post(FORM, form)
    assert client.get(first["Location"]).status_code == client.get(second["Location"]).status_code == 200
    assert Ticket.objects.count() == 1
    assert OutgoingMail.objects.count() == 1
    assert Ticket.objects.get().attachments.count() == 1


@pytest.mark.django_db
def test_sent_twice_without_its_key_is_one_ticket() -> None:
    browser = Client(enforce_csrf_checks=True)
    token = str(browser.get(FORM, {"kind": "general"}).context["csrf_token"])
    form = {"kind": "general", "name": "Ana", "email": "ana@acme.example", "subject": "Access", "message": "Hello"}
    form["csrfmiddlewaretoken"] = token
    assert [browser.post(FORM, form).status_code for _ in range(2)] == [302, 302]
    assert Ticket.objects.count() == 1


@pytest.mark.django_db
def test_sent_again_after_a_change_is_a_second_request(client: Client, filled: Filled) -> None:
    form = filled()
    client.post(FORM, form)
    client.post(FORM, {**form, "message": "Something else entirely."})
    assert Ticket.objects.count() == 2


@pytest.mark.django_db
def test_two_forms_with_the_same_words_are_two_requests(client: Client, filled: Filled) -> None:
    client.post(FORM, filled())
    client.post(FORM, filled())
    assert Ticket.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_one_ticket(filled: Filled) -> None:
    form = filled()

    def send(_number: int) -> str:
        try:
            answer = Client().post(FORM, form)
            assert answer.status_code == 302
            return str(answer["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(send, range(8)))
    assert len(pages) == 8
    assert Ticket.objects.count() == 1
    assert Message.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_answers_at_once_are_one_message(sent: Callable[..., tuple[Ticket, str]], client: Client) -> None:
    ticket, page = sent()
    form: dict[str, Any] = {**hidden(client.get(page).content.decode()), "body": "And one more thing."}

    def answer(_number: int) -> int:
        try:
            return Client().post(page, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(answer, range(8))) == {302}
    assert ticket.messages.count() == 2
