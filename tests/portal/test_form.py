"""Sending a request by the form, without scripts: every card, every way to get it wrong."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from mail.models import OutgoingMail
from portal.cards import card_of, fields_of
from tests.conftest import Cast
from tests.portal.conftest import FORM, Filled, pdf
from tickets import kinds, topics
from tickets.kinds import Field
from tickets.models import Ticket
from tickets.models.ticket import Channel

pytestmark = pytest.mark.django_db

BY_KIND: dict[str, Any] = {
    "text": "Northwind",
    "textarea": "Some lines\nof text",
    "date": "2027-01-20",
    "number": "5",
    "checkbox": "on",
    "email": "joao@acme.example",
}
FITTING = {"deal_id": "GL-0048213", "namespace": "northwind-devops", "date": "2027-01-20"}
NAMES = [
    "proof-of-execution", "letter-of-authorization", "nfr-licence", "portal-access", "deal-registration",
    "something-else", "purchase_order", "quote_request", "order_status", "account_owner", "training",
]  # fmt: skip


def answer(field: Field) -> Any:
    if field.kind == "select":
        return field.choices[0][0]
    return [pdf()] if field.kind == "files" else FITTING.get(field.name, BY_KIND[field.kind])


def test_the_first_page_shows_the_cards_and_where_orders_go(client: Client) -> None:
    page = client.get(FORM).content.decode()
    for _kind, card in kinds.cards():
        assert f'value="{card.slug}"' in page
    assert "Purchase orders, quotes and order status go to your seller or channel manager." in page
    assert "?kind=purchase_order" in page
    assert "Choose one above" in page


@pytest.mark.parametrize("name", NAMES)
def test_every_card_makes_a_ticket_of_its_kind(client: Client, filled: Filled, name: str) -> None:
    chosen = card_of(name)
    assert chosen
    own = {field.name: answer(field) for field in fields_of(*chosen)}
    common = {} if own else {"subject": "About it", "message": "This is what we need."}
    sent = client.post(FORM, filled(name, **common, **own))
    assert sent.status_code == 302, re.findall(r'class="error".*?</p>', sent.content.decode(), re.DOTALL)
    ticket = Ticket.objects.get()
    topic = topics.topic_for(chosen[0].slug, chosen[1].topic)
    assert (ticket.kind, ticket.topic, ticket.channel) == (chosen[0].slug, topic, Channel.FORM)
    page = client.get(sent["Location"])
    assert page.status_code == 200
    assert "Thank you, we have your request" in page.content.decode()
    assert ticket.reference in page.content.decode()


def test_all_tiles_of_the_form_are_tried() -> None:
    others = {card.slug for _kind, card in kinds.cards()} - set(NAMES)
    assert all(fields_of(*pair) for slug in others if (pair := card_of(slug)))


def test_a_proof_becomes_a_ticket_with_its_document_and_an_acknowledgement(client: Client, filled: Filled) -> None:
    client.post(FORM, filled("proof-of-execution", message="Second phase follows."))
    ticket = Ticket.objects.get()
    assert ticket.subject == "Proof of execution: Havelland Klinik AG, GL-0048213"
    assert ticket.fields["deal_id"] == "GL-0048213"
    assert ticket.requester.email == "ana@acme.example"
    message = ticket.messages.get()
    assert "Service Attach Deal ID: GL-0048213" in message.body
    assert message.body.endswith("Second phase follows.")
    assert [file.filename for file in message.attachments.all()] == ["SOW.pdf"]
    mail = OutgoingMail.objects.get()
    assert mail.purpose == "acknowledgement"
    assert ticket.reference in mail.subject


def test_the_acknowledgement_repeats_nothing_the_sender_wrote(client: Client, filled: Filled) -> None:
    wrote = {
        "name": "WIN-A-PRIZE http://evil.example",
        "subject": "BUY-NOW",
        "message": "CLICK-HERE",
        "company": "SPAM-INC",
    }
    client.post(FORM, filled(**wrote))
    mail = OutgoingMail.objects.get()
    said = f"{mail.subject} {mail.body_text} {mail.body_html} {mail.to}"
    for word in ("WIN-A-PRIZE", "evil.example", "BUY-NOW", "CLICK-HERE", "SPAM-INC"):
        assert word not in said


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Your name is missing."),
        ("email", "", "Your e-mail is missing."),
        ("email", "nobody", "This is not an e-mail address."),
        ("email", "a@b", "This is not an e-mail address."),
        ("customer", "", "Customer is missing."),
        ("customer", "x" * 300, "Up to 200 characters fit here; this has 300."),
        ("customer", "a\x00b", "This holds a character that cannot be stored."),
        ("deal_id", "006A0000012345678X", "Write the Deal ID of the Service Attach registration"),
        ("services_end", "31.02.2023", "This is not a date."),
        ("services_end", "0001-01-01", "The year is out of reach."),
        ("documents", None, "Signed document is missing."),
        ("documents", [pdf("empty.pdf", b"")], "empty.pdf is empty."),
        ("message", "y" * 20_001, "Up to 20000 characters fit here"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    client: Client, filled: Filled, field: str, value: Any, sentence: str
) -> None:
    kept = {"company": "Kept Company Ltd", "message": "Kept words."} | {field: value}
    page = client.post(FORM, filled("proof-of-execution", **kept))
    html = page.content.decode()
    assert page.status_code == 422
    assert sentence in html
    assert f'href="#id_{field}"' in html, "the summary leads to the field"
    assert f'id="id_{field}_error"' in html
    assert "Kept Company Ltd" in html
    assert "\x00" not in html
    assert not Ticket.objects.exists()


def test_a_choice_that_is_not_offered(client: Client, filled: Filled) -> None:
    page = client.post(FORM, filled("portal-access", wish="root", company="Acme"))
    assert page.status_code == 422
    assert "Choose one of the list." in page.content.decode()


def test_a_file_too_large_is_named_with_the_limit(
    client: Client, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.limits.MAX_FILE_BYTES", 1000)
    page = client.post(FORM, filled("proof-of-execution", documents=[pdf("big.pdf", b"x" * 2000)]))
    assert page.status_code == 422
    assert "big.pdf is 2 KB. A file may have up to 1000 bytes." in page.content.decode().replace("\xa0", " ")


def test_too_many_files(client: Client, filled: Filled) -> None:
    page = client.post(FORM, filled("proof-of-execution", documents=[pdf(f"{one}.pdf") for one in range(12)]))
    assert page.status_code == 422
    assert "These are 12 files. Up to 10 can be attached." in page.content.decode()


@pytest.mark.parametrize("kind", ["", "zebra", "\x00", "../etc", "9" * 5000])
def test_a_kind_that_does_not_exist(client: Client, filled: Filled, kind: str) -> None:
    page = client.post(FORM, filled(kind=kind))
    assert page.status_code == 422
    assert "Choose what you need first." in page.content.decode()
    assert client.get(FORM, {"kind": kind}).status_code == (404 if kind else 200)


def test_our_own_address_is_not_a_sender(client: Client, filled: Filled, settings: Any) -> None:
    page = client.post(FORM, filled(email=settings.SUPPORT_ADDRESS))
    assert page.status_code == 422
    assert "This is our own address." in page.content.decode()


def test_an_address_no_server_takes_still_makes_a_request(client: Client, filled: Filled) -> None:
    answer = client.post(FORM, filled(name="Bob", email=f"bob@{'ü' * 60}.example"))
    assert answer.status_code == 302
    assert Ticket.objects.get().requester.email.startswith("bob@")


def test_a_program_that_fills_the_hidden_field_sees_an_ordinary_page(client: Client, filled: Filled) -> None:
    answer = client.post(FORM, filled(leave_this_empty="http://spam.example"), follow=True)
    assert answer.status_code == 200
    assert "Thank you, we have your request" in answer.content.decode()
    assert not Ticket.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_who_has_signed_in_is_who_they_are(katrin: Client, cast: Cast, filled: Filled) -> None:
    page = katrin.get(FORM, {"kind": "proof-of-execution"}).content.decode()
    assert 'value="Northwind DevOps GmbH"' in page
    assert "Sofia Marchetti" in page
    forged = filled("proof-of-execution", by=katrin, email="omar@bluepeak.example.com", name="Omar", company="Bluepeak")
    katrin.post(FORM, forged)
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.partner) == (cast.katrin, cast.northwind)
    assert ticket.fields["company"] == "Northwind DevOps GmbH"


def test_a_form_sent_after_sign_out_still_arrives(katrin: Client, cast: Cast, filled: Filled) -> None:
    form = filled("something-else", by=katrin, name="Katrin Vogel", email=cast.katrin.email)
    katrin.logout()
    assert katrin.post(FORM, form).status_code == 302
    assert Ticket.objects.get().requester == cast.katrin


def test_a_stranger_learns_nothing_about_an_address(client: Client, cast: Cast, filled: Filled) -> None:
    answer = client.post(FORM, filled(name="Bob", email=cast.katrin.email), follow=True)
    page = answer.content.decode()
    for word in ("Northwind", "Katrin Vogel", "Sofia", "Select"):
        assert word not in page


def test_the_part_for_htmx_is_the_form_and_what_happens_next(client: Client) -> None:
    part = client.get(FORM, {"kind": "nfr-licence"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'name="namespace"' in part
    assert 'hx-swap-oob="innerHTML:#next"' in part


XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>{{ 7*7 }}"


def test_what_somebody_writes_is_text_everywhere(client: Client, filled: Filled) -> None:
    wrong = client.post(FORM, filled(name=XSS, email="x", subject=XSS, message=XSS)).content.decode()
    sent = client.post(FORM, filled(name=XSS, subject=XSS, message=XSS, company=XSS), follow=True).content.decode()
    for page in (wrong, sent):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<svg/onload" not in page
        assert "{{ 7*7 }}" in page
    name = client.post(
        FORM, filled("proof-of-execution", documents=[pdf("<img src=x onerror=alert(1)>.pdf")]), follow=True
    ).content.decode()
    assert "<img src=x" not in name
