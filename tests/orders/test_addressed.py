"""Whether Partner Order Operations has a mail already: every way to write to them, and what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from mail.models import Mailbox
from orders import addressed
from tests.conftest import Cast
from tests.tickets.mails import arrives, mail, ticket_of
from tickets import actions
from tickets.actions import Recipient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]

OPS = "partnerorderops@gitlab.com"
DESK = "partnersupport@gitlab.com"
FORWARDED = """Hello, see below.

---------- Forwarded message ---------
From: Katrin Vogel <katrin@northwind.example.com>
Date: Mon, 21 Nov 2022 at 10:00
Subject: PO 4500123456
To: Erik Halvorsen <erik@example.com>,
 Partner Order Ops <partnerorderops@gitlab.com>

Our purchase order is attached.
"""
OUTLOOK = """Zur Information.

Von: Katrin Vogel
Gesendet: Montag, 21. November 2022 10:00
An: erik@example.com
Cc: PartnerOrderOps@GitLab.com
Betreff: Bestellung

Anbei die Bestellung.
"""
THERE: dict[str, tuple[dict[str, str], str]] = {
    "to": ({"To": f"{DESK}, {OPS}"}, "To of the mail from Katrin Vogel"),
    "cc": ({"Cc": OPS}, "Cc of the mail from Katrin Vogel"),
    "any case": ({"Cc": "PartnerOrderOps@GitLab.COM"}, "Cc of"),
    "a display name": ({"Cc": f'"Order desk, Americas" <{OPS}>'}, "Cc of"),
    "a display name of theirs on an address of ours": ({"Cc": "Partner Order Ops <orders@groups.gitlab.com>"}, "Cc of"),
    "a group": ({"To": f"Desks: {DESK}, {OPS};"}, "To of"),
    "with a word behind a plus": ({"Cc": "partnerorderops+emea@gitlab.com"}, "Cc of"),
    "with dots": ({"Cc": "partner-order.ops@gitlab.com"}, "Cc of"),
    "the group's own test address": ({"Cc": "partnerorderops@gitlab.com.test-google-a.com"}, "Cc of"),
    "passed on by their group": ({"List-Id": "<partnerorderops.gitlab.com>"}, "List-Id of"),
    "forwarded by a server": ({"X-Forwarded-To": OPS}, "X-Forwarded-To of"),
    "sent again": ({"Resent-To": OPS}, "Resent-To of"),
    "from them": ({"From": f"Olga Orlova <{OPS}>"}, "From of the mail from Olga Orlova"),
    "in the name of a partner": ({"From": f"'Katrin Vogel' via Partner Order Operations <{OPS}>"}, "From of"),
}


@pytest.mark.parametrize(("headers", "where"), THERE.values(), ids=THERE)
def test_they_have_it(cast: Cast, headers: dict[str, str], where: str) -> None:
    seen = addressed.order_ops(ticket_of(arrives(mail("PO attached", **headers))))
    assert seen.there
    assert seen.where.startswith(where), seen.where


@pytest.mark.parametrize("text", [FORWARDED, OUTLOOK, "> " + FORWARDED.replace("\n", "\n> ")])
def test_they_have_what_was_written_to_them_and_then_passed_on(cast: Cast, text: str) -> None:
    seen = addressed.order_ops(ticket_of(arrives(mail(text, Subject="Fwd: PO 4500123456"))))
    assert (seen.there, seen.where) == (True, "In the head of the mail that Katrin Vogel passed on")


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("Shall I write to partnerorderops@gitlab.com?\nTo: partnerorderops@gitlab.com is what a friend said.", {}),
        ("New PO.\n\n> " + OUTLOOK.replace("\n", "\n> "), {"Subject": "PO 4500123457"}),
        ("PO attached", {"Cc": f'"{OPS}" <boss@northwind.example.com>'}),
        ("PO attached", {"Cc": "Partner Order Operations <orders@northwind.example.com>"}),
        ("PO attached", {"Cc": "partnerorderops@gitlab.com.northwind.example.com"}),
        ("PO attached", {"Cc": "partnerorderops@northwind.example.com"}),
        ("PO attached", {"Cc": "notpartnerorderops@gitlab.com"}),
        (FORWARDED.replace("---------- Forwarded message ---------", ""), {"Subject": "Re: PO 4500123456"}),
        (OUTLOOK, {"Subject": "AW: Bestellung"}),
        ("From: me\nSubject: nothing\n\nTo: partnerorderops@gitlab.com", {}),
    ],
)
def test_what_only_looks_like_it(cast: Cast, text: str, headers: dict[str, str]) -> None:
    assert not addressed.order_ops(ticket_of(arrives(mail(text, **headers)))).there


def test_an_alias_that_an_administrator_has_given_them(cast: Cast) -> None:
    Mailbox.objects.create(name="Order Operations", address=OPS, aliases=["pedidos@example.org"], active=False)
    assert addressed.order_ops(ticket_of(arrives(mail("PO", Cc="Pedidos@example.org")))).there


def test_behind_more_people_than_a_message_shows(cast: Cast) -> None:
    crowd = ", ".join(f"person{number}@example.com" for number in range(80))
    assert addressed.order_ops(ticket_of(arrives(mail("PO", Cc=f"{crowd}, {OPS}")))).there


def test_a_later_mail_that_adds_them(cast: Cast) -> None:
    first = arrives(mail("PO attached", Message_ID="<first@northwind.example.com>"))
    arrives(mail("And now with them.", Cc=OPS, In_Reply_To="<first@northwind.example.com>"))
    seen = addressed.order_ops(ticket_of(first))
    assert seen.there
    assert seen.message == ticket_of(first).messages.order_by("-pk")[0].pk


def test_an_answer_to_our_own_mail_with_them_proves_nothing(cast: Cast) -> None:
    first = arrives(mail("PO attached", Message_ID="<asked@northwind.example.com>"))
    ticket = ticket_of(first)
    to, ops = Recipient(address=cast.katrin.email), Recipient(address=OPS)
    actions.reply(ticket, by=cast.nadia, body="Your seller has it.", to=[to], cc=[ops])
    arrives(mail("Thanks", Cc=OPS, In_Reply_To="<asked@northwind.example.com>"))
    assert not addressed.order_ops(ticket).there


def test_the_request_form_addresses_nobody(cast: Cast, opened: Any) -> None:
    assert addressed.order_ops(opened(kind="purchase_order")) == addressed.Seen(there=False)
