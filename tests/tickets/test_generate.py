"""generate_tickets: many tickets, as consistent as if the product had written them, in few statements."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Avg, Count, F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.generating.words import deal_id
from journal.models import Event
from journal.record import events_of
from mail.models import IncomingMail, OutgoingMail
from tests.conftest import Cast
from tickets import access, actions, search, sla
from tickets.models import Message, Status, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ACTIVE


@pytest.fixture
def many(db: None) -> None:
    call_command("generate_tickets", 300, verbosity=0)


def test_as_many_as_wanted_with_messages_on_average(many: None) -> None:
    assert Ticket.objects.count() == 300
    mean = Ticket.objects.annotate(told=Count("messages")).aggregate(mean=Avg("told"))["mean"]
    assert 2.3 < mean < 3.4


def test_every_row_fits_the_others(many: None) -> None:
    for ticket in Ticket.objects.all():
        newest = events_of(ticket).last()
        assert newest is not None
        assert (ticket.last_event, ticket.updated) == (newest.pk, newest.created)
        assert (ticket.due is None) == (ticket.status not in ACTIVE)
        assert (ticket.paused_since is not None) == (ticket.status in sla.PAUSING)
        assert ticket.partner == ticket.requester.account
    for message in Message.objects.select_related("ticket"):
        assert Event.objects.get(pk=message.event_id).created == message.created
        assert (message.incoming_id is not None) == (message.visibility == Visibility.IN)
        assert (message.outgoing_id is not None) == (message.visibility == Visibility.REPLY)
    assert not OutgoingMail.objects.exclude(state="sent").exists()
    assert IncomingMail.objects.filter(state="done", outcome__in=["created", "appended"]).count() > 300


def test_search_finds_rare_and_common_words(many: None) -> None:
    everything = Ticket.objects.all()
    assert search.matching(everything, "partner").count() > 250
    number = next(pk for pk in Ticket.objects.values_list("pk", flat=True) if pk % 4 == 0)
    assert number in search.matching(everything, deal_id(number)).values_list("pk", flat=True)


def test_the_desk_goes_on_working_with_them(many: None, cast: Cast) -> None:
    ticket = Ticket.objects.filter(status=Status.NEW).latest("id")
    actions.take(ticket, by=cast.nadia)
    assert access.ticket_for(cast.nadia, ticket.reference).assignee == cast.nadia
    client = Client()
    client.force_login(cast.nadia)
    assert client.get(f"/tickets/{ticket.reference}/").status_code == 200


def test_numbers_go_on_behind_what_is_there(many: None) -> None:
    highest = Ticket.objects.latest("id").pk
    call_command("generate_tickets", 10, seed=2, messages=1, verbosity=0)
    assert Ticket.objects.filter(pk__gt=highest).count() == 10
    assert not Ticket.objects.filter(pk__gt=highest).exclude(messages__created=F("created")).exists()


def test_statements_do_not_grow_with_the_tickets(db: None) -> None:
    call_command("generate_tickets", 10, verbosity=0)

    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            call_command("generate_tickets", count, seed=count, verbosity=0)
        return len(seen)

    assert statements(400) <= statements(20) + 10


@pytest.mark.parametrize("words", [["0"], ["-1"], ["5", "--messages=0"], ["5", "--messages=101"]])
def test_numbers_that_make_no_sense(db: None, words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("generate_tickets", *words)
