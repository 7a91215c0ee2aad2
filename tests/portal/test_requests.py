"""A partner's own list: theirs alone, newest first, a page at a time."""

from __future__ import annotations

import pytest
from django.test import Client

from journal.record import Actor
from portal.views.home import PAGE
from tests.conftest import Cast
from tickets import actions
from tickets.actions import NewTicket
from tickets.models import Ticket
from tickets.models.ticket import Channel

pytestmark = pytest.mark.django_db
LIST = "/portal/"


def opened(cast: Cast, subject: str, *, by_omar: bool = False) -> Ticket:
    who = cast.omar if by_omar else cast.katrin
    new = NewTicket(kind="general", subject=subject, requester=who, body="Hello", channel=Channel.FORM)
    return actions.open_ticket(new, by=Actor(str(who)))


def test_a_visitor_signs_in_first(client: Client, db: None) -> None:
    assert client.get(LIST)["Location"].startswith("/sign-in/")
    assert client.get("/portal/PHD-1001/")["Location"].startswith("/sign-in/")


def test_colleagues_have_the_queue(client: Client, cast: Cast) -> None:
    client.force_login(cast.sofia)
    assert client.get(LIST)["Location"] == "/queue/"


def test_nothing_sent_yet(katrin: Client) -> None:
    assert "You have sent no request yet." in katrin.get(LIST).content.decode()
    assert "Nothing is open." in katrin.get(LIST, {"show": "open"}).content.decode()


def test_own_requests_and_nobody_elses(katrin: Client, cast: Cast) -> None:
    mine, other = opened(cast, "Of Katrin"), opened(cast, "Of Omar", by_omar=True)
    page = katrin.get(LIST).content.decode()
    assert ("Of Katrin" in page, "Of Omar" in page) == (True, False)
    assert katrin.get(f"/portal/{mine.reference}/")["Location"].startswith("/request/track/")
    assert katrin.get(f"/portal/{other.reference}/").status_code == 404
    for wrong in ("PHD-999999", "zebra", "PHD-" + "9" * 40):
        assert katrin.get(f"/portal/{wrong}/").status_code == 404


def test_open_and_done(katrin: Client, cast: Cast) -> None:
    opened(cast, "Still open")
    actions.solve(opened(cast, "Done already"), by=cast.nadia)
    page = katrin.get(LIST, {"show": "done"}).content.decode()
    assert ("Still open" in page, "Done already" in page) == (False, True)
    page = katrin.get(LIST, {"show": "open"}).content.decode()
    assert ("Still open" in page, "Done already" in page) == (True, False)


def test_a_page_at_a_time(katrin: Client, cast: Cast) -> None:
    tickets = [opened(cast, f"Request {number:02}") for number in range(PAGE + 1)]
    first = katrin.get(LIST).content.decode()
    assert "Request 25" in first
    assert "Request 00" not in first
    older = katrin.get(LIST, {"before": str(tickets[1].pk)}).content.decode()
    assert "Request 00" in older
    assert "Request 25" not in older
    for wrong in ("x", "-1", "9" * 40, "1' or '1"):
        assert katrin.get(LIST, {"before": wrong}).status_code == 200
