"""The card beside a ticket about NFR licences: what was read, what Support is told, corrected in place."""

from __future__ import annotations

import pytest
from django.test import Client

from nfr.models import LicenceRequest
from tests.conftest import Cast
from tests.nfr.issuing import asks, decides, in_good_standing, request_of
from tests.tickets.conftest import OpenTicket
from tickets import steps

pytestmark = pytest.mark.usefixtures("handbook")


def test_the_card_shows_and_corrects(cast: Cast, opened: OpenTicket) -> None:
    """One visit for each state: read, wrong, corrected, asked of Support."""
    in_good_standing(cast)
    client = Client()
    client.force_login(cast.nadia)
    ticket = asks(opened, "New NFR licence for SaaS, 10 seats.\nNamespace: https://gitlab.com/users/katrin")
    page, address = f"/tickets/{ticket.reference}/", f"/nfr/requests/{ticket.reference}/facts/"
    shown = client.get(page).text
    assert "NFR request" in shown
    assert "person&#x27;s own namespace" in shown

    values = {"topic": "new", "types": ["saas"], "namespace": "my group", "seats": "10"}
    wrong = client.post(address, values)
    assert wrong.status_code == 422
    assert "is no path of a group" in wrong.text
    assert request_of(ticket).namespace == ""

    corrected = client.post(address, {**values, "namespace": "gitlab.com/northwind-devops", "why": "By telephone."})
    assert corrected.status_code == 302
    assert request_of(ticket).namespace == "northwind-devops"
    steps.work_on(ticket.pk)
    decides(ticket, "decide", by=cast.nadia)
    shown = client.get(page).text
    assert "For Support: SaaS" in shown
    assert "Namespace: northwind-devops (https://gitlab.com/groups/northwind-devops)" in shown
    assert 'href="https://gitlab-com.gitlab.io/support/internal-requests-form/"' in shown

    LicenceRequest.objects.update(stage="done")
    assert 'name="seats"' not in client.get(page).text  # the register has it from then on
    assert client.post(address, {"topic": "new"}).status_code == 302

    client.force_login(cast.sofia)  # a channel manager reads, and corrects nothing
    assert "Correct what was read" not in client.get(page).text
    assert client.post(address, values).status_code in {403, 404}
    assert client.post("/nfr/requests/PHD-999999/facts/", values).status_code in {403, 404}
