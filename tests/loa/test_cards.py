"""Letters on the partner's page, and what is under way when a manager changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loa import cards
from partners.panels import Page
from routing.team import hooks
from tests.conftest import Cast
from tests.loa.after_world import Stage, letter_of, request_of

pytestmark = pytest.mark.django_db


def test_the_partner_s_letters_and_what_is_under_way(cast: Cast, client: Client) -> None:
    today = timezone.localdate()
    request_of(cast.katrin, company="Northwind under way")
    letter_of(cast.northwind, dated=today - timedelta(days=340), end_customer="Ends in a while")
    letter_of(cast.northwind, dated=today - timedelta(days=10), end_customer="Newest")
    letter_of(cast.northwind, dated=today - timedelta(days=500), end_customer="Of before")
    client.force_login(cast.nadia)
    page = client.get(f"/partners/{cast.northwind.pk}/").content.decode()
    card = page.split('id="panel-letters"')[1].split("</section>")[0]
    words = [
        "Northwind under way",
        "With Legal",
        "Newest",
        "In force",
        "Ends in a while",
        "Ends soon",
        "Of before",
        "Ended",
    ]
    places = [card.find(word) for word in words]
    assert places == sorted(places)
    assert -1 not in places


def test_the_card_asks_twice_whatever_it_shows(cast: Cast) -> None:
    for number in range(9):
        letter_of(cast.northwind, dated=timezone.localdate(), end_customer=f"Customer {number}")
        request_of(cast.katrin, envelope_id=f"ffff0000-{number}")
    with CaptureQueriesContext(connection) as seen:
        card = cards.read(Page(account=cast.northwind, user=cast.nadia))
    assert card is not None
    assert (len(seen), len(card["lines"]), card["more"], len(card["asked"])) == (2, 4, True, 4)
    assert cards.read(Page(account=cast.northwind, user=cast.sofia)) is not None
    assert cards.read(Page(account=cast.bluepeak, user=cast.sofia)) is None


def test_a_manager_who_takes_over_hears_of_letters_under_way(cast: Cast) -> None:
    open_one = request_of(cast.katrin, company="Northwind DevOps")
    request_of(cast.katrin, stage=Stage.COMPLETED, envelope_id="ffff0000-1")
    request_of(cast.omar, envelope_id="ffff0000-2")
    (flight,) = [one for one in hooks.under_way([cast.northwind.pk]) if "Letter" in one.words]
    assert open_one.ticket is not None
    assert (flight.words, flight.url) == (
        "Letter for Northwind DevOps: With Legal",
        f"/tickets/{open_one.ticket.reference}/",
    )
