"""Who a sender is and may be: From alone, held when a stranger, never a colleague without proof."""

from __future__ import annotations

import pytest
from django.test import Client

from journal.record import events_of
from mail.models import OutgoingMail
from partners.models import Contact
from tests.conftest import Cast
from tests.mail.away_windows import away
from tests.tickets.conftest import OpenTicket
from tests.tickets.mails import arrives, mail, message_of, our_server_checks, ticket_of
from tickets import access, actions, letters, recipients
from tickets.actions import Recipient, Refused
from tickets.models import Message, Status, Ticket

EVE = "Eve <eve@evil.example.com>"


@pytest.fixture
def waiting(opened: OpenTicket, cast: Cast) -> tuple[Ticket, OutgoingMail]:
    """A ticket Nadia has answered; it waits for Katrin."""
    ticket = opened()
    to = [Recipient(address=cast.katrin.email)]
    message = actions.reply(ticket, by=cast.nadia, body="Try again.", to=to, then="pending_partner")
    assert message.outgoing is not None
    return ticket, message.outgoing


def status_of(ticket: Ticket) -> str:
    return Ticket.objects.get(pk=ticket.pk).status


def test_from_is_the_sender_and_nobody_else_becomes_one(cast: Cast, handbook: None) -> None:
    """S-08, M-07: Reply-To is only shown; Cc people are proposals on the message, no contacts."""
    incoming = arrives(mail(Reply_To=EVE, Cc="Bob <bob@else.example.com>, carol@else.example.com"))
    ticket = ticket_of(incoming)
    assert ticket.requester == cast.katrin
    assert incoming.reply_to == ["eve@evil.example.com"]
    assert not Contact.objects.filter(email__in=["eve@evil.example.com", "bob@else.example.com"]).exists()
    to, cc = recipients.answer_to(ticket, letters.answered(ticket), ours={"partnersupport@gitlab.com"})
    assert [one.address for one in to] == [cast.katrin.email]
    assert [one.address for one in cc] == ["bob@else.example.com", "carol@else.example.com"]
    assert [one["to"] for one in OutgoingMail.objects.values("to")] == [
        [{"name": "Katrin Vogel", "address": cast.katrin.email}]
    ]


def test_who_was_only_in_cc_takes_no_part(waiting: tuple[Ticket, OutgoingMail]) -> None:
    """S-08: a forged mail that copies Eve does not let her in."""
    ticket, out = waiting
    arrives(mail(To=out.reply_to, Cc=EVE))
    held = message_of(arrives(mail(From=EVE, To=out.reply_to)))
    assert (held.ticket, held.unknown_sender) == (ticket, True)


@pytest.mark.parametrize("how", ["number", "message id"])
def test_a_stranger_is_held_or_on_their_own(waiting: tuple[Ticket, OutgoingMail], cast: Cast, how: str) -> None:
    """S-08: neither wakes, nor stops a clock, nor is seen by the partner, nor gets a mail."""
    ticket, out = waiting
    before = Ticket.objects.get(pk=ticket.pk)
    if how == "number":
        incoming = arrives(mail(From=EVE, Subject=f"Re: [{ticket.reference}]"))
        assert (incoming.outcome, incoming.matched_by) == ("created", "new")
        assert ticket_of(incoming) != ticket
    else:
        mails = OutgoingMail.objects.count()
        incoming = arrives(mail(From=EVE, In_Reply_To=out.message_id))
        held = message_of(incoming)
        assert (held.ticket, held.unknown_sender, incoming.matched_by) == (ticket, True, "message id")
        assert OutgoingMail.objects.count() == mails
        assert held not in access.open_to_partner(ticket.messages.all())
    now = Ticket.objects.get(pk=ticket.pk)
    kept = ("status", "paused_since", "first_replied", "resolution_due", "last_from_us", "preview")
    assert [getattr(now, name) for name in kept] == [getattr(before, name) for name in kept]


def test_a_stranger_on_an_ended_ticket_gets_a_quiet_one_of_their_own(
    waiting: tuple[Ticket, OutgoingMail], cast: Cast
) -> None:
    """S-08, M-03: nobody would read it on a solved ticket; it does not wake that one, and nothing is answered."""
    ticket, out = waiting
    actions.solve(ticket, by=cast.nadia)
    mails = OutgoingMail.objects.count()
    incoming = arrives(mail(From=EVE, To=out.reply_to))
    assert (incoming.outcome, ticket_of(incoming).follows) == ("created", ticket)
    assert (status_of(ticket), OutgoingMail.objects.count()) == (Status.SOLVED, mails)


def test_a_forged_name_is_held_with_a_warning(waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
    """M-20: a known customer whose mail fails DMARC cannot take part."""
    our_server_checks()
    ticket, out = waiting
    mails = OutgoingMail.objects.count()
    incoming = arrives(mail(To=out.reply_to, dmarc="fail"))
    held = message_of(incoming)
    assert (held.ticket, held.unknown_sender, incoming.verdict) == (ticket, True, "fail")
    assert status_of(ticket) == Status.PENDING_PARTNER
    for headers in ({"Subject": f"[{ticket.reference}]"}, {"References": "<any@northwind.example.com>"}):
        assert arrives(mail(dmarc="fail", **headers)).outcome == "created"
    assert OutgoingMail.objects.count() == mails
    genuine = message_of(arrives(mail(To=out.reply_to, dmarc="pass")))
    assert (genuine.unknown_sender, status_of(ticket)) == (False, Status.OPEN)


def test_a_forged_colleague_joins_nothing_by_id_or_subject(
    waiting: tuple[Ticket, OutgoingMail], cast: Cast, handbook: None
) -> None:
    """M-20: neither as a note; what anybody can write leads nowhere for a name that somebody else used."""
    our_server_checks()
    ticket, _out = waiting
    known = arrives(mail(Subject=f"[{ticket.reference}]", dmarc="pass"))
    assert ticket_of(known) == ticket
    count = ticket.messages.count()
    for headers in ({"Subject": f"[{ticket.reference}]"}, {"In_Reply_To": known.message_id}):
        incoming = arrives(mail(f"Pay {headers}", From=cast.nadia.email, dmarc="fail", **headers))
        assert (incoming.outcome, incoming.verdict) == ("created", "fail")
    assert ticket.messages.count() == count
    genuine = arrives(mail("Pay", From=cast.nadia.email, dmarc="pass", Subject=f"[{ticket.reference}]"))
    assert (ticket_of(genuine), message_of(genuine).visibility) == (ticket, "note")


@pytest.mark.parametrize(
    ("sender", "dmarc", "answered"),
    [
        ("zoe@gmail.com", "pass", True),
        ("zoe@gmail.com", "none", False),
        ("zoe@gmail.com", "fail", False),
        ("zoe@gmail.com", "", False),
        ("katrin@northwind.example.com", "none", True),
        ("katrin@northwind.example.com", "", True),
        ("katrin@northwind.example.com", "fail", False),
        ("new@northwind.example.com", "none", True),
    ],
)
def test_who_is_answered_by_itself(cast: Cast, handbook: None, sender: str, dmarc: str, answered: bool) -> None:
    """S-11: proven or known people; a forged name never, for its owner has not written."""
    our_server_checks()
    assert arrives(mail(From=sender, dmarc=dmarc)).outcome == "created"
    assert OutgoingMail.objects.exists() is answered


def test_a_mailbox_that_cannot_check_answers_everybody(cast: Cast, handbook: None) -> None:
    """S-11"""
    arrives(mail(From="zoe@gmail.com"))
    assert OutgoingMail.objects.count() == 1


def test_a_person_we_have_answered_is_known(cast: Cast, handbook: None) -> None:
    """S-11"""
    our_server_checks()
    ticket = ticket_of(arrives(mail(From="zoe@gmail.com", dmarc="none")))
    actions.reply(ticket, by=cast.nadia, body="Hello", to=[Recipient(address="zoe@gmail.com")])
    arrives(mail(From="zoe@gmail.com", dmarc="none", Subject="Another matter"))
    assert OutgoingMail.objects.filter(purpose="acknowledgement").count() == 1


@pytest.mark.parametrize("dmarc", ["", "fail", "none"])
def test_a_colleagues_name_alone_is_an_unverified_note(
    waiting: tuple[Ticket, OutgoingMail], cast: Cast, dmarc: str
) -> None:
    """S-07: nothing that a forger writes is seen by the partner or wakes the ticket."""
    our_server_checks()
    ticket, out = waiting
    by_subject = ["partnersupport@gitlab.com"] if dmarc != "fail" else []  # a forged name joins nothing by its subject
    for address in (out.reply_to, *by_subject):
        incoming = arrives(mail(From=cast.lena.email, To=address, Subject=f"[{ticket.reference}]", dmarc=dmarc))
        note = message_of(incoming)
        assert (note.ticket, note.visibility, note.unverified) == (ticket, "note", True)
        assert note not in access.open_to_partner(ticket.messages.all())
    assert status_of(ticket) == Status.PENDING_PARTNER


def test_a_proven_colleague_without_the_address_writes_a_note(waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
    """S-07: proof of who wrote is not the wish to answer."""
    our_server_checks()
    ticket, out = waiting
    note = message_of(arrives(mail(From=cast.nadia.email, To=out.reply_to, dmarc="pass")))
    assert (note.ticket, note.visibility, note.unverified) == (ticket, "note", False)


def test_a_colleague_who_asks_the_desk_is_a_requester_like_others(cast: Cast, handbook: None) -> None:
    """S-08: their answer on their own ticket wakes it."""
    first = message_of(arrives(mail(From=cast.sofia.email)))
    assert first.unverified
    ticket = first.ticket
    sent = actions.reply(
        ticket, by=cast.nadia, body="Which one?", to=[Recipient(address=cast.sofia.email)], then="pending_partner"
    )
    assert sent.outgoing is not None
    second = message_of(arrives(mail(From=cast.sofia.email, To=sent.outgoing.reply_to)))
    assert (second.visibility, second.unknown_sender, status_of(ticket)) == ("in", False, Status.OPEN)


@pytest.mark.usefixtures("handbook")
class TestDeciding:
    def held(self, waiting: tuple[Ticket, OutgoingMail], text: str = "Let me in") -> Message:
        return message_of(arrives(mail(text, From=EVE, To=waiting[1].reply_to, Subject="PO 4711 for renewal")))

    def test_an_accepted_sender_takes_part(self, waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
        """S-08: what was held is part of the conversation and wakes the ticket; so does what follows."""
        ticket, _out = waiting
        first, second = self.held(waiting), self.held(waiting, "And again")
        client = Client()
        client.force_login(cast.nadia)
        page = client.get(f"/tickets/{ticket.reference}/").content.decode()
        assert page.count("Accept this sender") == 2
        answer = client.post(f"/tickets/{ticket.reference}/messages/{first.pk}/accept/")
        assert answer.status_code == 302
        for one in (first, second):
            one.refresh_from_db()
            assert not one.unknown_sender
            assert one in access.open_to_partner(ticket.messages.all())
        assert status_of(ticket) == Status.OPEN
        event = events_of(ticket).last()
        assert event is not None
        assert (event.verb, event.after["sender"], event.actor) == (
            "sender accepted",
            "eve@evil.example.com",
            cast.nadia,
        )
        third = message_of(arrives(mail(From=EVE, Subject=f"[{ticket.reference}]")))
        assert (third.ticket, third.unknown_sender) == (ticket, False)
        page = client.get(f"/tickets/{ticket.reference}/").content.decode()
        assert "Accept this sender" not in page
        assert "eve@evil.example.com takes part now" in page
        with pytest.raises(Refused):
            actions.accept_sender(ticket, first, by=cast.nadia)

    def test_it_becomes_a_ticket_of_its_own(self, waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
        """S-08: with its original, its files and its kind; the old ticket says where it went."""
        ticket, _out = waiting
        message = self.held(waiting)
        incoming = message.incoming
        assert incoming is not None
        client = Client()
        client.force_login(cast.nadia)
        answer = client.post(f"/tickets/{ticket.reference}/messages/{message.pk}/own-ticket/")
        moved = message_of(incoming)
        assert answer.headers["Location"] == f"/tickets/{moved.ticket.reference}/"
        assert (moved.ticket.follows, moved.ticket.kind) == (ticket, "purchase_order")
        assert (moved.ticket.requester.email, moved.unknown_sender) == ("eve@evil.example.com", False)
        incoming.refresh_from_db()
        assert (incoming.outcome, incoming.handled_ref) == ("created", moved.ticket.reference)
        assert not ticket.messages.filter(pk=message.pk).exists()
        event = events_of(ticket).last()
        assert event is not None
        assert event.after == {"moved_to": moved.ticket.reference}
        assert status_of(ticket) == Status.PENDING_PARTNER
        assert client.post(f"/tickets/{ticket.reference}/messages/{message.pk}/own-ticket/").status_code == 404

    def test_only_the_desk_decides(self, waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
        """S-12: a channel manager reads it and gets no button."""
        ticket, _out = waiting
        message = self.held(waiting)
        client = Client()
        client.force_login(cast.sofia)
        assert "Accept this sender" not in client.get(f"/tickets/{ticket.reference}/").content.decode()
        for what in ("accept", "own-ticket"):
            answer = client.post(f"/tickets/{ticket.reference}/messages/{message.pk}/{what}/")
            assert answer.status_code in {403, 404}
        message.refresh_from_db()
        assert message.unknown_sender

    def test_the_partner_reads_nothing_of_it(self, waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
        """S-08: neither the message, nor that it was accepted, nor that it left."""
        ticket, _out = waiting
        message = self.held(waiting, "Canary of Eve")
        actions.accept_sender(ticket, message, by=cast.nadia)
        client = Client()
        assert cast.katrin.user is not None
        client.force_login(cast.katrin.user)
        events = client.get(f"/api/v1/tickets/{ticket.reference}/events/").content
        assert b"sender accepted" not in events


def test_an_out_of_office_of_ours_never_reaches_a_held_stranger(
    waiting: tuple[Ticket, OutgoingMail], cast: Cast
) -> None:
    """S-08: it would hand them an address of the ticket; whoever takes part reads it."""
    away(cast.lena)
    ticket, out = waiting
    arrives(mail(From=EVE, To=out.reply_to))
    assert not OutgoingMail.objects.filter(purpose="away").exists()
    arrives(mail(To=out.reply_to))
    assert OutgoingMail.objects.filter(purpose="away", token_key=ticket.reference).count() == 1
