"""The partner's side as a browser without scripts uses it: open a form, fill it in, send what the page held."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import Cast
from tickets.models import Ticket

FORM = "/request/"
PDF = b"%PDF-1.4 signed by the customer"
ANSWERS: dict[str, dict[str, Any]] = {
    "proof-of-execution": {
        "company": "Northwind DevOps GmbH",
        "customer": "Havelland Klinik AG",
        "deal_id": "GL-0048213",
        "services_end": "2027-01-20",
    },
    "something-else": {"subject": "A seat too many", "message": "We have one seat too many.\nWhat now?"},
}
WHO = {"name": "Ana Silva", "email": "ana@acme.example"}

Filled = Callable[..., dict[str, Any]]


def pdf(name: str = "SOW.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the form that is sent, as a browser would send them."""
    form = re.search(r"<form[^>]*data-draft.*?</form>", html, re.DOTALL)
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0] if form else "")
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


@pytest.fixture
def filled(client: Client) -> Filled:
    """A form of one card, opened and filled in; name what should differ."""

    def fill(card: str = "something-else", *, by: Client | None = None, **values: Any) -> dict[str, Any]:
        page = (by or client).get(FORM, {"kind": card})
        assert page.status_code == 200
        given = hidden(page.content.decode()) | WHO | ANSWERS.get(card, {})
        if card == "proof-of-execution":
            given["documents"] = [pdf()]
        return {name: value for name, value in {**given, **values}.items() if value is not None}

    return fill


@pytest.fixture
def sent(client: Client, filled: Filled) -> Callable[..., tuple[Ticket, str]]:
    """A request sent by the form: the ticket, and the address of its page."""

    def send(card: str = "something-else", *, by: Client | None = None, **values: Any) -> tuple[Ticket, str]:
        answer = (by or client).post(FORM, filled(card, by=by, **values))
        assert answer.status_code == 302, answer.content.decode()
        return Ticket.objects.order_by("-id")[0], answer["Location"]

    return send


@pytest.fixture
def katrin(cast: Cast) -> Client:
    """Katrin's browser, signed in."""
    browser = Client()
    assert cast.katrin.user is not None
    browser.force_login(cast.katrin.user)
    return browser
