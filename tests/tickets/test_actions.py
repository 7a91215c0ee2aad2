"""The verbs: each changes a ticket, writes one event, and says no with a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from journal.models import Event
from journal.record import DESK, actor_of, events_of
from mail.models import OutgoingMail
from partners.models import Account
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import actions, kinds, sla
from tickets.actions import MovedOn, Recipient, Refused
from tickets.models import Message, Status, Tag, Ticket
from tickets.models.ticket import ENDED, MOVES


def last_event(ticket: Ticket) -> Event:
    event = events_of(ticket).last()
    assert event is not None
    return event


def to(address: str = "katrin@northwind.example.com") -> list[Recipient]:
    return [Recipient(address=address, name="Katrin Vogel")]


def test_opening_sets_partner_region_manager_clocks_and_one_event(opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    assert ticket.reference == f"PHD-{ticket.pk}"
    assert (ticket.partner, ticket.region, ticket.channel_manager) == (cast.northwind, "EMEA", cast.manager)
    assert ticket.status == Status.NEW
    assert ticket.due == ticket.first_reply_due is not None
    assert [event.verb for event in events_of(ticket)] == ["opened"]
    assert ticket.last_event == last_event(ticket).pk == ticket.messages.get().event_id


def test_numbers_count_up_from_1001(opened: OpenTicket, transactional_db: None) -> None:
    first, second = opened(), opened()
    assert second.pk == first.pk + 1
    assert first.pk >= 1


def test_the_same_submission_twice_is_refused_by_the_database(opened: OpenTicket) -> None:
    """F-13: a double click makes one ticket whatever the code does."""
    opened(submission="one-click")
    with pytest.raises(IntegrityError), transaction.atomic():
        opened(submission="one-click")


def test_taking_assigns_and_starts_work(opened: OpenTicket, cast: Cast) -> None:
    ticket = actions.take(opened(), by=cast.nadia)
    assert (ticket.assignee, ticket.status) == (cast.nadia, Status.OPEN)
    event = last_event(ticket)
    assert event.actor == cast.nadia
    assert event.before == {"assignee": None, "status": "new"}
    assert event.after["assignee"]["name"] == "Nadia Okafor"


def test_who_takes_second_is_told_and_takes_nothing(opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    actions.take(ticket, by=cast.nadia)
    with pytest.raises(MovedOn) as told:
        actions.take(ticket, by=cast.lena)
    assert [event.actor_name for event in told.value.events] == ["Nadia Okafor"]
    assert Ticket.objects.get(pk=ticket.pk).assignee == cast.nadia


def test_a_ticket_goes_only_to_people_of_the_desk(opened: OpenTicket, cast: Cast) -> None:
    for person in (cast.sofia, cast.katrin.user):
        with pytest.raises(Refused, match="does not work tickets"):
            actions.assign(opened(), to=person, by=cast.lena)


def test_nothing_changes_when_nothing_changes(opened: OpenTicket, cast: Cast) -> None:
    ticket = actions.take(opened(), by=cast.nadia)
    before = events_of(ticket).count()
    actions.assign(ticket, to=cast.nadia, by=cast.lena)
    actions.change_priority(ticket, to="normal", by=cast.lena)
    actions.change_tags(ticket, to=[], by=DESK)
    actions.change_subject(ticket, to=ticket.subject, by=cast.lena)
    assert events_of(ticket).count() == before


@pytest.mark.parametrize("start", sorted(MOVES))
def test_status_moves_only_where_moves_allow(opened: OpenTicket, cast: Cast, start: str) -> None:
    ticket = opened()
    ended = {"solved": timezone.now()} if start in {Status.SOLVED, Status.CLOSED} else {}
    for target in Status.values:
        Ticket.objects.filter(pk=ticket.pk).update(status=start, **ended)
        if target in MOVES[start] or target == start:
            assert actions.set_status(ticket, to=target, by=actor_of(cast.nadia)).status == target
        else:
            with pytest.raises(Refused):
                actions.set_status(ticket, to=target, by=actor_of(cast.nadia))


def test_the_database_knows_the_statuses_too(opened: OpenTicket) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=opened().pk).update(status="vanished")


def test_solving_says_why_and_stops_the_clock(opened: OpenTicket, cast: Cast) -> None:
    ticket = actions.solve(opened(), by=cast.nadia, reason="redirected", why="A sales question")
    assert (ticket.status, ticket.solved_reason, ticket.due) == (Status.SOLVED, "redirected", None)
    assert last_event(ticket).why == "A sales question"
    again = actions.reopen(ticket, by=actor_of(cast.nadia))
    assert (again.solved, again.solved_reason) == (None, "")
    assert again.due is not None


def test_waiting_for_the_partner_pauses_and_resuming_moves_the_due_time(opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    due = ticket.due
    actions.set_status(ticket, to=Status.PENDING_PARTNER, by=actor_of(cast.nadia))
    Ticket.objects.filter(pk=ticket.pk).update(paused_since=timezone.now() - timedelta(days=7))
    resumed = actions.resume(ticket, by=cast.nadia)
    assert due is not None
    assert resumed.due is not None
    assert resumed.due > due
    assert not resumed.is_paused


def test_changing_the_kind_counts_its_promises_from_the_arrival(opened: OpenTicket, cast: Cast) -> None:
    ticket = actions.change_kind(opened(), to="loa", by=cast.nadia)
    assert (ticket.kind, last_event(ticket).after) == ("loa", {"kind": "loa", "topic": ""})
    with pytest.raises(Refused, match="no type of request"):
        actions.change_kind(ticket, to="nonsense", by=cast.nadia)


def test_another_partner_brings_its_region_and_manager(opened: OpenTicket, cast: Cast) -> None:
    ticket = actions.change_partner(opened(), to=cast.bluepeak, by=cast.nadia)
    assert (ticket.partner, ticket.region, ticket.channel_manager) == (cast.bluepeak, "AMER", None)
    assert actions.change_partner(ticket, to=None, by=cast.nadia).region == ""


def test_tags_are_one_whatever_their_case(opened: OpenTicket, cast: Cast) -> None:
    ticket = actions.tag(opened(), name="Tender", by=actor_of(cast.nadia))
    actions.tag(ticket, name="tender", by=actor_of(cast.nadia))
    assert list(ticket.tags.values_list("name", flat=True)) == ["Tender"]
    actions.untag(ticket, name="TENDER", by=actor_of(cast.nadia))
    assert not ticket.tags.exists()


def test_a_reply_is_a_message_a_mail_and_an_event_at_once(opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    message = actions.reply(
        ticket, by=cast.nadia, body="Hello **Katrin**,\nit works now.", to=to(), then="pending_partner"
    )
    ticket.refresh_from_db()
    mail = OutgoingMail.objects.get(purpose="reply")
    assert message.outgoing == mail
    assert mail.subject == f"Re: Cannot register a deal [{ticket.reference}]"
    assert "<strong>Katrin</strong>" in mail.body_html
    assert (ticket.status, ticket.assignee, ticket.last_from_us) == ("pending_partner", cast.nadia, True)
    assert ticket.first_replied is not None
    assert last_event(ticket).verb == "replied"


def test_a_reply_that_fails_leaves_nothing_behind(opened: OpenTicket, cast: Cast) -> None:
    """R-01: message, mail and event land together or not at all."""
    ticket = opened()
    with pytest.raises(Refused):
        actions.reply(ticket, by=cast.nadia, body="Text", to=to(), then="merged-no-such")
    assert not OutgoingMail.objects.filter(purpose="reply").exists()
    assert ticket.messages.count() == 1


@pytest.mark.parametrize(
    ("body", "recipients", "sentence"),
    [
        ("   \n\x00 ", to(), "Write something first"),
        ("Hello {{ partner_name }}", to(), "Fill in first: partner_name"),
        ("Hello", [], "Say whom it goes to"),
        ("Hello", to() * 51, "at the most"),
    ],
)
def test_a_reply_that_cannot_go_says_why(
    opened: OpenTicket, cast: Cast, body: str, recipients: list[Recipient], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.reply(opened(), by=cast.nadia, body=body, to=recipients)


def test_a_reply_after_a_new_message_is_stopped(opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    seen = ticket.last_event
    actions.receive(ticket, sender=cast.katrin, body="One more question")
    with pytest.raises(MovedOn):
        actions.reply(ticket, by=cast.nadia, body="Done", to=to(), last_seen=seen)
    actions.reply(ticket, by=cast.nadia, body="Done", to=to(), last_seen=None)


def test_a_change_of_something_else_does_not_stop_a_reply_or_a_change(opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    seen = ticket.last_event
    actions.change_priority(ticket, to="high", by=cast.lena)
    actions.reply(ticket, by=cast.nadia, body="Done", to=to(), last_seen=seen)
    with pytest.raises(MovedOn):
        actions.change_priority(ticket, to="low", by=cast.nadia, seen=seen)
    actions.change_subject(ticket, to="Another", by=cast.nadia, seen=seen)


def test_the_preview_reads_as_people_read(opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    actions.reply(ticket, by=cast.nadia, body="Look under **Assets**,\n\n> & so on <now>", to=to())
    ticket.refresh_from_db()
    assert ticket.preview == "Look under Assets, & so on <now>"


def test_a_note_never_becomes_mail_nor_the_preview(opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    before = OutgoingMail.objects.count()
    actions.note(ticket, by=cast.sofia, body="They pay late")
    ticket.refresh_from_db()
    assert OutgoingMail.objects.count() == before
    assert "pay late" not in ticket.preview
    assert ticket.first_replied is None


@pytest.mark.parametrize("status", sorted({*ENDED, "pending_partner", "on_hold"} - {"merged", "spam"}))
def test_a_partners_word_wakes_the_ticket_and_an_automatic_one_does_not(
    opened: OpenTicket, cast: Cast, status: str
) -> None:
    """M-17: automatic mail never reopens."""
    ticket = opened()
    Ticket.objects.filter(pk=ticket.pk).update(status=status, solved=timezone.now())
    actions.receive(ticket, sender=cast.katrin, body="Out of office", automatic=True)
    assert Ticket.objects.get(pk=ticket.pk).status == status
    actions.receive(ticket, sender=cast.katrin, body="It still fails")
    assert Ticket.objects.get(pk=ticket.pk).status == Status.OPEN


def test_every_change_of_a_ticket_has_its_event(opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    verbs: list[Callable[[], object]] = [
        lambda: actions.take(ticket, by=cast.nadia),
        lambda: actions.hold(ticket, by=cast.nadia),
        lambda: actions.resume(ticket, by=cast.nadia),
        lambda: actions.change_priority(ticket, to="urgent", by=cast.nadia),
        lambda: actions.change_subject(ticket, to="New words", by=cast.nadia),
        lambda: actions.change_kind(ticket, to="invoice", by=cast.nadia),
        lambda: actions.change_partner(ticket, to=cast.bluepeak, by=cast.nadia),
        lambda: actions.tag(ticket, name="x", by=actor_of(cast.nadia)),
        lambda: actions.note(ticket, by=cast.nadia, body="n"),
        lambda: actions.reply(ticket, by=cast.nadia, body="r", to=to()),
        lambda: actions.solve(ticket, by=cast.nadia),
        lambda: actions.close(ticket),
        lambda: actions.reopen(ticket, by=actor_of(cast.nadia)),
        lambda: actions.assign(ticket, to=None, by=cast.nadia),
    ]
    for count, verb in enumerate(verbs, start=2):
        verb()
        ticket.refresh_from_db()
        assert events_of(ticket).count() == count
        assert ticket.last_event == last_event(ticket).pk


@pytest.mark.django_db(transaction=True)
def test_many_at_once_lose_no_change(opened: OpenTicket, cast: Cast) -> None:
    """F-14: each of the parallel changes is applied; none overwrites another."""
    ticket = opened()
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            actions.note(ticket, by=cast.nadia, body=f"note {number}")
            actions.tag(ticket, name=f"tag-{number % 3}", by=actor_of(cast.nadia))
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Message.objects.filter(ticket=ticket, visibility="note").count() == 12
    assert set(ticket.tags.values_list("name", flat=True)) == {"tag-0", "tag-1", "tag-2"}


@pytest.mark.django_db(transaction=True)
def test_a_new_tag_written_by_several_at_once_is_one_tag(opened: OpenTicket, cast: Cast) -> None:
    tickets = [opened() for _ in range(6)]
    together = threading.Barrier(len(tickets))
    failures: list[BaseException] = []

    def work(ticket: Ticket) -> None:
        try:
            together.wait(timeout=30)
            actions.tag(ticket, name="fresh", by=actor_of(cast.nadia))
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(ticket,)) for ticket in tickets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Ticket.objects.filter(tags__name="fresh").count() == len(tickets)
    assert Tag.objects.filter(name="fresh").count() == 1


def test_another_kind_keeps_the_time_a_ticket_has_waited(opened: OpenTicket, cast: Cast) -> None:
    """Its promises count from its arrival, less the weeks the partner let us wait."""
    ticket = opened()
    arrived = timezone.now() - timedelta(days=30)
    ticket.created = arrived
    sla.start(ticket, kind=kinds.kind_of("general"), now=arrived)
    ticket.status, ticket.paused_since = Status.PENDING_PARTNER, arrived + timedelta(hours=1)
    ticket.save()
    waited = actions.resume(ticket, by=cast.nadia)
    other = actions.change_kind(ticket, to="loa", by=cast.nadia)
    assert waited.resolution_due is not None
    assert waited.resolution_due > timezone.now()
    assert other.resolution_due is not None
    assert other.resolution_due > timezone.now()
    assert other.due == other.first_reply_due != waited.first_reply_due


def test_a_partner_without_account_still_gets_a_ticket(opened: OpenTicket, cast: Cast) -> None:
    Account.objects.all().delete()
    cast.katrin.refresh_from_db()
    assert opened(requester=cast.katrin).partner is None
