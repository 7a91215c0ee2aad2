"""The small forms of the ticket page: each change, refusals, and two people at once."""

from __future__ import annotations

import pytest
from django.test import Client

from journal.models import Event
from journal.record import actor_of
from partners.models import Account
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import actions
from tickets.models import Ticket

HTMX = {"HX-Request": "true"}


@pytest.fixture
def as_nadia(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


def now(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def url(ticket: Ticket, what: str) -> str:
    return f"/tickets/{ticket.reference}/change/{what}/"


@pytest.mark.parametrize(
    ("what", "data", "field", "value"),
    [
        ("status", {"to": "pending_partner"}, "status", "pending_partner"),
        ("status", {"to": "solved:redirected"}, "solved_reason", "redirected"),
        ("assignee", {"to": "me"}, "assignee.name", "Nadia Okafor"),
        ("kind", {"to": "loa"}, "kind", "loa"),
        ("kind", {"to": "general:training"}, "topic", "training"),
        ("priority", {"to": "urgent"}, "priority", "urgent"),
        ("subject", {"to": "  A new\r\nname "}, "subject", "A new name"),
        ("partner", {"name": "bluepeak systems inc."}, "partner.name", "Bluepeak Systems Inc."),
    ],
)
def test_a_form_changes_one_thing_and_comes_back(
    as_nadia: Client, opened: OpenTicket, what: str, data: dict[str, str], field: str, value: str
) -> None:
    ticket = opened()
    answer = as_nadia.post(url(ticket, what), data | {"seen": now(ticket).last_event})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/tickets/{ticket.reference}/")
    found: object = now(ticket)
    for name in field.split("."):
        found = getattr(found, name)
    assert found == value
    assert Event.objects.filter(subject_id=ticket.pk).count() == 2


def test_htmx_gets_the_parts_that_changed(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    seen = now(ticket).last_event
    answer = as_nadia.post(url(ticket, "status"), {"to": "on_hold", "seen": seen, "after": seen}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="ticket-head"' in page
    assert 'id="ticket-side"' in page
    assert "set On hold" in page
    assert f'name="after" value="{now(ticket).last_event}"' in page


def test_tags_are_added_and_taken_off(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    as_nadia.post(url(ticket, "tags"), {"add": "Q4\x00 rebate"})
    as_nadia.post(url(ticket, "tags"), {"add": "signed"})
    as_nadia.post(url(ticket, "tags"), {"remove": "Q4 rebate"})
    assert list(ticket.tags.values_list("name", flat=True)) == ["signed"]


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("status", {"to": "closed"}),
        ("status", {"to": "nonsense"}),
        ("status", {"to": "merged"}),
        ("status", {"to": "solved:" + "x" * 50}),
        ("status", {}),
        ("assignee", {"to": "999999"}),
        ("assignee", {"to": "x"}),
        ("kind", {"to": "nonsense"}),
        ("kind", {"to": "general:" + "x" * 50}),
        ("kind", {"to": "loa:training"}),
        ("priority", {"to": "\x00"}),
        ("subject", {"to": " \x00 "}),
        ("partner", {"name": "Nobody Ltd"}),
        ("partner", {"to": "99999999999999999999"}),
        ("tags", {"add": ""}),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_done_is_said_and_changes_nothing(
    as_nadia: Client, opened: OpenTicket, what: str, data: dict[str, str], headers: dict[str, str]
) -> None:
    ticket = opened()
    answer = as_nadia.post(url(ticket, what), data, headers=headers)
    assert answer.status_code == 422
    assert "banner-red" in answer.content.decode()
    assert now(ticket).last_event == ticket.last_event


def test_an_unknown_property_is_not_found(as_nadia: Client, opened: OpenTicket) -> None:
    assert as_nadia.post(url(opened(), "id"), {"to": "1"}).status_code == 404


def test_two_changes_of_status_end_in_a_choice(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    seen = now(ticket).last_event
    actions.set_status(ticket, to="solved", by=actor_of(cast.lena))
    answer = as_nadia.post(url(ticket, "status"), {"to": "pending_partner", "seen": seen})
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 409
    assert "Lena Brandt set Resolved" in page
    assert "Set Pending partner anyway" in page
    assert now(ticket).status == "solved"
    as_nadia.post(url(ticket, "status"), {"to": "pending_partner", "seen": now(ticket).last_event})
    assert now(ticket).status == "pending_partner"


def test_changes_of_different_things_do_not_meet(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    seen = now(ticket).last_event
    actions.change_priority(ticket, to="high", by=cast.lena)
    actions.receive(ticket, sender=cast.katrin, body="Hello again")
    actions.note(ticket, by=cast.lena, body="Noted")
    assert as_nadia.post(url(ticket, "status"), {"to": "on_hold", "seen": seen}).status_code == 302
    assert as_nadia.post(url(ticket, "assignee"), {"to": "me", "seen": seen}).status_code == 302


def test_partners_are_found_by_the_beginning_of_a_word(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    Account.objects.create(name="<img src=x onerror=alert(1)>")
    found = as_nadia.get(f"/tickets/{ticket.reference}/partners/?name=devops").content.decode()
    assert "Northwind DevOps GmbH" in found
    assert "Bluepeak" not in found
    assert "<img" not in as_nadia.get(f"/tickets/{ticket.reference}/partners/?name=%00<img").content.decode()


def test_menus_offer_what_may_follow(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    page = as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
    assert "Resolved, redirected" in page
    assert "Reopen" not in page
    actions.solve(ticket, by=cast.nadia)
    page = as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
    assert "Reopen" in page
    assert 'value="closed"' in page
