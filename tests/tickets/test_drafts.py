"""Drafts: they survive everything but being sent, and an older save never overtakes a newer one."""

from __future__ import annotations

import pytest
from django.test import Client

from journal.record import actor_of
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import actions
from tickets.models import Draft, Ticket


@pytest.fixture
def as_nadia(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


def keep(client: Client, ticket: Ticket, **values: object) -> tuple[int, dict[str, object]]:
    data = {"kind": "reply", "body": "Dear Katrin", "seen": ticket.last_event, "sequence": 1, **values}
    answer = client.post(f"/tickets/{ticket.reference}/draft/", data)
    return answer.status_code, answer.json()


def test_a_draft_is_there_after_a_reload(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    status, said = keep(as_nadia, ticket, to="a@b.example", cc="c@d.example")
    assert (status, said["kept"], said["sequence"]) == (200, True, 1)
    page = as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
    for words in ("Dear Katrin</textarea>", 'value="a@b.example"', 'value="c@d.example"', "Saved"):
        assert words in page


def test_one_draft_per_person_ticket_and_kind(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket, other = opened(), opened(subject="Other")
    for number, place in enumerate((ticket, ticket, other)):
        keep(as_nadia, place, body=f"text {number}", sequence=number + 1)
    keep(as_nadia, ticket, kind="note", body="a note")
    as_nadia.force_login(cast.lena)
    keep(as_nadia, ticket, body="Lena's")
    rows = set(Draft.objects.values_list("user__name", "ticket", "kind", "body"))
    assert rows == {
        ("Nadia Okafor", ticket.pk, "reply", "text 1"),
        ("Nadia Okafor", other.pk, "reply", "text 2"),
        ("Nadia Okafor", ticket.pk, "note", "a note"),
        ("Lena Brandt", ticket.pk, "reply", "Lena's"),
    }


def test_an_older_save_never_overtakes_a_newer_one(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    keep(as_nadia, ticket, body="newer", sequence=8)
    for number in (8, 7, 0):
        status, said = keep(as_nadia, ticket, body="older", sequence=number)
        assert (status, said) == (409, {**said, "kept": False, "sequence": 8})
    assert Draft.objects.get().body == "newer"


def test_no_change_of_the_ticket_touches_a_draft(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    keep(as_nadia, ticket)
    actions.assign(ticket, to=cast.lena, by=cast.lena)
    actions.change_kind(ticket, to="loa", by=cast.lena)
    actions.change_partner(ticket, to=cast.bluepeak, by=cast.lena)
    actions.receive(ticket, sender=cast.katrin, body="Hello")
    actions.reply(ticket, by=cast.lena, body="Hi", to=[actions.Recipient(address="katrin@northwind.example.com")])
    actions.solve(ticket, by=cast.lena)
    actions.close(ticket, by=actor_of(cast.lena))
    assert "Dear Katrin</textarea>" in as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()


def test_nul_bytes_and_endless_text_are_cut_not_refused(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    assert keep(as_nadia, ticket, body="a\x00b" + "x" * 200_000)[0] == 200
    draft = Draft.objects.get()
    assert draft.body.startswith("abx")
    assert len(draft.body) == 100_000


@pytest.mark.parametrize("sequence", ["", "-1", "x", "9" * 30])
def test_a_number_that_is_none_keeps_nothing_and_breaks_nothing(
    as_nadia: Client, opened: OpenTicket, sequence: str
) -> None:
    ticket = opened()
    assert keep(as_nadia, ticket, sequence=sequence)[0] == 409


def test_without_scripts_a_button_keeps_the_draft(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    data = {"kind": "reply", "body": "By hand", "seen": ticket.last_event}
    assert as_nadia.post(f"/tickets/{ticket.reference}/draft/", data).status_code == 302
    as_nadia.post(f"/tickets/{ticket.reference}/draft/", data | {"body": "By hand again"})
    assert Draft.objects.get().body == "By hand again"


def test_reading_the_new_message_moves_the_draft_on(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    keep(as_nadia, ticket)
    message = actions.receive(ticket, sender=cast.katrin, body="Wait")
    assert "This thread moved on." in as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
    read = as_nadia.get(f"/tickets/{ticket.reference}/?read={message.event_id}").content.decode()
    assert "This thread moved on." not in read
    assert f'name="seen" value="{message.event_id}" id="seen-reply"' in read


def test_an_empty_draft_warns_of_nothing(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    keep(as_nadia, ticket, body="  ")
    actions.receive(ticket, sender=cast.katrin, body="Wait")
    assert "This thread moved on." not in as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
