"""Our mail came back: the ticket says so with what to do, nobody is waited for in vain, its colleague hears it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from journal.record import actor_of, events_of
from mail import announcing, outbox
from mail.models import IncomingMail, OutgoingMail, Undeliverable
from partners.models import Contact
from tests.conftest import Cast
from tests.mail.messages import report
from tests.tickets.conftest import OpenTicket
from tests.tickets.mails import arrives, message_of
from tickets import access, actions
from tickets.actions import Recipient
from tickets.models import Status, Ticket

KATRIN = "katrin@northwind.example.com"


@pytest.fixture
def waiting(opened: OpenTicket, cast: Cast) -> tuple[Ticket, OutgoingMail]:
    ticket = opened(assignee=cast.nadia)
    return ticket, reply(ticket, cast, KATRIN)


def reply(ticket: Ticket, cast: Cast, *people: str) -> OutgoingMail:
    to = [Recipient(address=one) for one in people]
    message = actions.reply(ticket, by=cast.nadia, body="Try again.", to=to, then="pending_partner")
    assert message.outgoing is not None
    return message.outgoing


def report_on(out: OutgoingMail, *, status: str = "5.1.1", address: str = KATRIN) -> bytes:
    given = report(returned=out.message_id, status=status, to=out.envelope_from)
    return given.replace(b"ana@acme.example", address.encode())


def status_of(ticket: Ticket) -> str:
    return Ticket.objects.get(pk=ticket.pk).status


def test_a_dead_address_gives_the_ticket_back(waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
    """M-19: the report stays with its ticket, folded; the event says whom else to ask; nobody is answered."""
    ticket, out = waiting
    Contact.objects.create(email="boss@northwind.example.com", name="Bea Boss", account=cast.northwind)
    incoming = arrives(report_on(out))
    note = message_of(incoming)
    assert (incoming.outcome, incoming.matched_by, incoming.bounce_of) == ("appended", "bounce", out)
    assert (note.ticket, note.visibility, note.automatic, note.author_contact) == (ticket, "note", True, None)
    assert status_of(ticket) == Status.OPEN
    event = events_of(ticket).last()
    assert event is not None
    assert event.verb == "mail came back"
    assert "550 5.1.1 No such user" in event.why
    assert "Bea Boss <boss@northwind.example.com>" in event.why
    assert f"Ask {cast.northwind.name} for another address" in event.why
    [notice] = OutgoingMail.objects.filter(purpose="notice")
    assert [one["address"] for one in notice.to] == [cast.nadia.email]
    assert "Bea Boss" in notice.body_text
    assert OutgoingMail.objects.count() == 2
    assert Undeliverable.objects.get().address == KATRIN
    assert not Contact.objects.filter(email__startswith="mailer-daemon").exists()


def test_it_is_told_once(waiting: tuple[Ticket, OutgoingMail]) -> None:
    """M-19: servers like to say it again."""
    ticket, out = waiting
    arrives(report_on(out))
    arrives(report_on(out).replace(b"<b@mx.acme>", b"<c@mx.acme>"))
    assert OutgoingMail.objects.filter(purpose="notice").count() == 1
    assert events_of(ticket).filter(verb="mail came back").count() == 1


@pytest.mark.parametrize(
    ("status", "action", "now"), [("5.2.2", b"failed", "open"), ("4.4.1", b"delayed", "pending_partner")]
)
def test_not_this_time_and_not_yet(waiting: tuple[Ticket, OutgoingMail], status: str, action: bytes, now: str) -> None:
    """M-19: a full mailbox did not get it either; a late mail may still arrive."""
    ticket, out = waiting
    raw = report_on(out, status=status).replace(b"Action: failed", b"Action: " + action)
    arrives(raw.replace(b"550 5.1.1 No such user", b"452 mailbox full"))
    assert status_of(ticket) == now
    assert not Undeliverable.objects.exists()
    assert events_of(ticket).filter(verb="mail came back").exists() is (now == "open")


def test_who_got_it_is_still_waited_for(opened: OpenTicket, cast: Cast) -> None:
    """M-19: two recipients, one of them unknown there."""
    ticket = opened(assignee=cast.nadia)
    out = reply(ticket, cast, KATRIN, "boss@northwind.example.com")
    arrives(report_on(out))
    assert status_of(ticket) == Status.PENDING_PARTNER
    second = report_on(out, address="boss@northwind.example.com").replace(b"<b@mx.acme>", b"<c@mx.acme>")
    arrives(second)
    assert status_of(ticket) == Status.OPEN


def test_an_older_mail_that_comes_back_moves_nothing(waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
    """M-19: somebody has written to another address since."""
    ticket, out = waiting
    reply(ticket, cast, "boss@northwind.example.com")
    arrives(report_on(out))
    assert status_of(ticket) == Status.PENDING_PARTNER
    assert events_of(ticket).filter(verb="mail came back").exists()


def test_a_notice_that_comes_back_tells_nobody(waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
    """M-18: the notice about a lost notice would be lost as well."""
    _ticket, out = waiting
    arrives(report_on(out))
    notice = OutgoingMail.objects.get(purpose="notice")
    raw = report_on(notice, address=cast.nadia.email).replace(b"<b@mx.acme>", b"<n@mx.acme>")
    assert arrives(raw).outcome == "appended"
    assert OutgoingMail.objects.filter(purpose="notice").count() == 1


def sign_in_comes_back(number: int = 0, action: bytes = b"failed", status: str = "5.1.1") -> IncomingMail:
    """A sign-in mail to Katrin, and the report that gives it back with the link in it."""
    out = outbox.queue(to=[KATRIN], subject="Sign in", body_text="x", purpose="sign_in")
    raw = report(returned=out.message_id, status=status).replace(b"ana@acme.example", KATRIN.encode())
    raw = raw.replace(b"\r\n\r\nbody", b"\r\n\r\nhttps://desk.example.com/secret").replace(
        b"Action: failed", b"Action: " + action
    )
    incoming = arrives(raw.replace(b"<b@mx.acme>", f"<b{number}@mx.acme>".encode()))
    assert incoming.bounce_of == out
    return incoming


def test_a_mail_of_no_ticket_that_comes_back_is_seen(cast: Cast) -> None:
    """M-19, contract 3: `ignored` is for mail we never sent; a person reads to whom, not what was in it."""
    incoming = sign_in_comes_back()
    ticket = Ticket.objects.get()
    assert (incoming.outcome, incoming.handled_ref) == ("created", ticket.reference)
    assert "no ticket (Sign-in)" in incoming.reason
    assert ticket.subject == f"Our mail to {KATRIN} came back"
    message = ticket.messages.get()
    assert f"{KATRIN}: 550 5.1.1 No such user" in message.body
    assert "secret" not in message.body + message.html + message.quoted_html
    assert not message.attachments.exists()
    assert ticket.partner is None
    assert Undeliverable.objects.get().address == KATRIN
    assert OutgoingMail.objects.count() == 1, "nobody is answered"


def test_what_comes_back_again_joins_the_open_ticket(cast: Cast) -> None:
    """M-18, M-19: one ticket an address, while somebody works on it; late is not lost."""
    first = sign_in_comes_back(1, b"delayed", "4.4.1")
    ticket = Ticket.objects.get()
    assert ticket.subject == f"Our mail to {KATRIN} is late"
    second = sign_in_comes_back(2)
    assert (second.outcome, second.handled_ref) == ("appended", first.handled_ref)
    actions.set_status(ticket, to="on_hold", by=actor_of(cast.nadia))
    assert sign_in_comes_back(3).outcome == "created", "on hold it would be read by nobody"
    actions.solve(Ticket.objects.latest("id"), by=cast.nadia)
    assert sign_in_comes_back(4).outcome == "created"
    assert Ticket.objects.count() == 3


def test_the_partner_reads_neither_report_nor_advice(waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
    """S-12, S-14: what a server said and whom else we know is between colleagues."""
    ticket, out = waiting
    Contact.objects.create(email="secret@northwind.example.com", account=cast.northwind)
    note = message_of(arrives(report_on(out)))
    assert note not in access.open_to_partner(ticket.messages.all())
    client = Client()
    assert cast.katrin.user is not None
    client.force_login(cast.katrin.user)
    base = f"/api/v1/tickets/{ticket.reference}/"
    seen = b"".join(client.get(base + piece).content for piece in ("", "messages/", "events/"))
    seen += client.get(f"/portal/{ticket.reference}/", follow=True).content
    assert b"secret@" not in seen
    assert b"No such user" not in seen
    desk = Client()
    desk.force_login(cast.nadia)
    page = desk.get(f"/tickets/{ticket.reference}/").content.decode()
    assert f"mail to {KATRIN} came back" in page
    assert "Ask Northwind DevOps GmbH for another address" in page


def refuses(out: OutgoingMail, words: dict[str, str], **values: Any) -> None:
    """What the worker writes and tells when the server refuses some of the addresses while we talk to it."""
    left = [one for one in out.recipients if one not in words]
    state = {"state": "sent", "sent_at": timezone.now()} if left else {"state": "failed"}
    values = {"accepted": left, "refused": words, "announced": False, "last_error": "Refused.", **state, **values}
    OutgoingMail.objects.filter(pk=out.pk).update(**values)
    out.refresh_from_db()
    announcing.announce(out)


def test_a_dead_address_named_at_once_gives_the_ticket_back(waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
    """M-19: 550 5.1.1 in the conversation says what a report would say."""
    ticket, out = waiting
    Contact.objects.create(email="boss@northwind.example.com", name="Bea Boss", account=cast.northwind)
    refuses(out, {KATRIN: "550 5.1.1 No such user"})
    assert status_of(ticket) == Status.OPEN
    event = events_of(ticket).filter(verb="mail came back").get()
    assert "550 5.1.1 No such user" in event.why
    assert "Bea Boss" in event.why
    assert not events_of(ticket).filter(verb="mail failed").exists()
    [notice] = OutgoingMail.objects.filter(purpose="notice")
    assert [one["address"] for one in notice.to] == [cast.nadia.email]
    assert Undeliverable.objects.get().address == KATRIN


def test_a_relay_that_is_closed_kills_no_address(waiting: tuple[Ticket, OutgoingMail]) -> None:
    """M-19: only “nobody there” does; it came back all the same."""
    ticket, out = waiting
    refuses(out, {KATRIN: "554 relay denied"})
    assert status_of(ticket) == Status.OPEN
    assert "554 relay denied" in events_of(ticket).get(verb="mail came back").why
    assert not Undeliverable.objects.exists()


def test_one_of_two_was_refused(opened: OpenTicket, cast: Cast) -> None:
    """M-19: the mail counts as sent; who did not get it is said, and the other one is waited for."""
    ticket = opened(assignee=cast.nadia)
    out = reply(ticket, cast, KATRIN, "boss@northwind.example.com")
    refuses(out, {KATRIN: "550 5.1.1 No such user"})
    assert status_of(ticket) == Status.PENDING_PARTNER
    assert events_of(ticket).get(verb="mail came back").after["addresses"] == [KATRIN]
    assert OutgoingMail.objects.filter(purpose="notice").count() == 1


def test_a_mail_that_no_server_took_gives_the_ticket_back(waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
    """R-02, M-19: given up after 48 hours; nobody is waited for, and the colleague hears why."""
    ticket, out = waiting
    refuses(out, {}, state="failed", sent_at=None, accepted=[], last_error="After 48 hours we stopped.")
    assert status_of(ticket) == Status.OPEN
    assert events_of(ticket).get(verb="mail failed").why == "After 48 hours we stopped."
    [notice] = OutgoingMail.objects.filter(purpose="notice")
    assert notice.subject.startswith(f"Not delivered to {KATRIN}")
    assert "After 48 hours we stopped." in notice.body_text
