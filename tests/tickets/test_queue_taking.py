"""Taking a ticket from its row: by htmx, without scripts, and when somebody else was quicker."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import actions
from tickets.models import Status, Ticket

HTMX = {"HX-Request": "true"}


@pytest.fixture
def nadia(cast: Cast, client: Client) -> Client:
    client.force_login(cast.nadia)
    return client


def now(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_a_press_gives_the_row_back_with_its_holder(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    answer = nadia.post("/queue/unassigned/", {"take": f"{ticket.reference} free"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.startswith(f'<div class="queue-row is-unread" role="row" id="t-{ticket.reference}">')
    assert '<span class="name clip">Nadia</span>' in page
    assert "queue-take" not in page
    assert f"{ticket.reference} is yours." in page
    assert (now(ticket).assignee, now(ticket).status) == (cast.nadia, Status.OPEN)


def test_without_scripts_the_page_comes_back_where_it_was(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    answer = nadia.post("/queue/?region=EMEA&sort=newest", {"take": f"{ticket.reference} free"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/queue/all/?region=EMEA&sort=newest")
    assert now(ticket).assignee == cast.nadia
    assert f"{ticket.reference} is yours." in nadia.get("/queue/").content.decode()


def test_somebody_else_was_quicker(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    actions.take(ticket, by=cast.lena)
    answer = nadia.post("/queue/", {"take": f"{ticket.reference} free"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"Lena Brandt took {ticket.reference} before you. Nothing was changed." in page
    assert '<span class="name clip">Lena</span>' in page
    whole = nadia.post("/queue/", {"take": f"{ticket.reference} free"})
    assert whole.status_code == 409
    assert f"Lena Brandt took {ticket.reference} before you." in whole.content.decode()
    assert "<h1>All open</h1>" in whole.content.decode()
    assert now(ticket).assignee == cast.lena


def test_i_takes_it_from_a_colleague_and_undo_gives_it_back(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened(assignee=cast.lena)
    page = nadia.post("/queue/?sort=newest", {"take": ticket.reference}, headers=HTMX).content.decode()
    assert now(ticket).assignee == cast.nadia
    undo = f"/queue/give-back/{ticket.reference}/?to={cast.lena.pk}&back=%2Fqueue%2Fall%2F%3Fsort%3Dnewest"
    assert undo.replace("&", "&amp;") in page
    answer = nadia.post(undo)
    assert answer.headers["Location"] == "/queue/all/?sort=newest"
    assert now(ticket).assignee == cast.lena


def test_undo_of_a_free_ticket_frees_it_and_touches_nobody_elses(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened(assignee=cast.nadia)
    answer = nadia.post(f"/queue/give-back/{ticket.reference}/?back=https://elsewhere.example.com/")
    assert answer.headers["Location"] == "/queue/"
    assert now(ticket).assignee is None
    actions.take(ticket, by=cast.lena)
    nadia.post(f"/queue/give-back/{ticket.reference}/")
    assert now(ticket).assignee == cast.lena


@pytest.mark.parametrize("reference", ["PHD-99999999", "", "x", "PHD-\x00", "PHD-" + "9" * 40])
def test_a_ticket_that_is_not_there_is_not_found(nadia: Client, reference: str) -> None:
    assert nadia.post("/queue/", {"take": f"{reference} free"}).status_code == 404


def test_a_stranger_cannot_take(client: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    client.force_login(cast.omar.user)  # type: ignore[arg-type]
    assert client.post("/queue/", {"take": f"{ticket.reference} free"}).status_code == 403
    assert client.post(f"/queue/give-back/{ticket.reference}/").status_code == 403
    assert now(ticket).assignee is None
