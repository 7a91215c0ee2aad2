"""A partner's opportunities on its page say who the rules give them to, without a statement for each."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import User
from tests.conftest import Cast
from tests.routing.test_audit import account, deal, handbook, key_rule

assert handbook  # a fixture


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_each_opportunity_has_its_manager(cast: Cast, handbook: None) -> None:
    key_rule("Large-EMEA-EMEA-DACH", "Jags Bewas")
    partner = account("Northwind", "DE")
    deal(partner, "large-emea-emea-dach", name="Rail", number="OPP-1")
    desk = client_of(cast.nadia)
    desk.get(f"/partners/{partner.pk}/")
    with CaptureQueriesContext(connection) as few:
        shown = desk.get(f"/partners/{partner.pk}/").content.decode()
    card = shown.split('id="panel-opportunities"')[1].split("</section>")[0]
    assert "Jags Bewas" in card
    assert "about=opportunity&amp;opportunity=OPP-1" in card
    for number in range(5):
        deal(partner, f"Odd {number}", name=f"More {number}")
    with CaptureQueriesContext(connection) as many:
        shown = desk.get(f"/partners/{partner.pk}/").content.decode()
    assert "No rule" in shown.split('id="panel-opportunities"')[1].split("</section>")[0]
    assert len(many) <= len(few)
