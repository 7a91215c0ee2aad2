"""Where partners are sent: the PowerForms' page, the link on the request form and on the page of a request."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from loa import powerforms
from loa.models import PowerForm
from tests.conftest import Cast
from tests.loa.conftest import ASKS, Letter, request_of, step, worked
from tests.tickets.conftest import OpenTicket
from tickets import tracking

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(http://127\.0\.0\.1:9/powerform/[^"]+)"')


def links_on(client: Client, path: str) -> list[str]:
    return [unescape(one) for one in LINK.findall(client.get(path).content.decode())]


def test_the_page_of_a_request_leads_to_its_form_until_it_is_signed(letters: Cast, opened: OpenTicket) -> None:
    """Whoever has the tracking link may read the request; the marker on the form is that request's own."""
    ticket = opened(**ASKS)
    (link,) = links_on(Client(), tracking.path_for(ticket))
    assert f"EnvelopeField_PHD_Request={ticket.reference}." in link
    Letter().say("sent", "sent", "created", "created")
    assert request_of(ticket).envelope is not None
    assert links_on(Client(), tracking.path_for(ticket)) == []


def test_the_request_form_offers_it_without_a_marker(letters: Cast) -> None:
    client = Client()
    (blank,) = links_on(client, "/request/?kind=letter-of-authorization")
    assert "?" not in blank.rstrip("?")
    assert letters.katrin.user is not None
    client.force_login(letters.katrin.user)
    (filled,) = links_on(client, "/request/?kind=letter-of-authorization")
    assert "Partner_Company=Northwind+DevOps+GmbH" in filled
    assert "PHD_Request" not in filled
    assert links_on(client, "/request/?kind=nfr") == []


def test_a_lead_says_where_partners_are_sent(letters: Cast) -> None:
    client = Client()
    client.force_login(letters.lena)
    assert client.get("/loa/forms/").status_code == 200
    row = PowerForm.objects.order_by("id")[1]
    given = {"name": "EMEA", "address": "http://plain.example.com/", "region": "EMEA", "mode": "human_view"}
    post = {f"form-{row.pk}-{name}": value for name, value in {**given, "offered": "on"}.items()}
    refused = client.post(f"/loa/forms/{row.pk}/", post)
    assert (refused.status_code, b"begins with https://" in refused.content) == (422, True)
    address = "https://docusign.example.com/PowerFormSigning.aspx?PowerFormId=1&v=2"
    assert client.post(f"/loa/forms/{row.pk}/", {**post, f"form-{row.pk}-address": address}).status_code == 302
    row.refresh_from_db()
    assert (row.mode, row.set_by, powerforms.offered("EMEA")) == ("human_view", letters.lena, row)
    assert powerforms.offered("APAC") != row
    Letter(gated=True).say("sent", "completed", "created", workflow="paused")
    row.refresh_from_db()
    assert row.mode == "human_view"  # what a lead has said stays; the envelope's own is the request's


def test_without_an_address_a_person_is_asked(letters: Cast, opened: OpenTicket) -> None:
    powerforms.everything()
    PowerForm.objects.update(offered=False)
    ticket = opened(**ASKS)
    assert worked(ticket)["link"] == "stuck"
    assert "Letters, PowerForms" in step(ticket, "link").problem
