"""Which ticket a mail answers, what mailboxes preset, what old and automatic mail may do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mail import addresses, inbox, mailboxes
from mail.models import IncomingMail, Mailbox, OutgoingMail, SystemSender, Undeliverable
from tests.conftest import Cast
from tests.mail.messages import report
from tests.tickets.conftest import OpenTicket
from tests.tickets.mails import arrives, mail, message_of, our_server_checks, ticket_of
from tickets import actions, flood
from tickets.actions import Recipient
from tickets.models import Message, Status, Ticket

EVE = "eve@evil.example.com"
FORWARDED = """Look at this.

-----Original Message-----
From: Partner Help Desk <partnersupport@gitlab.com>
Sent: Tuesday, 22 November 2022 09:00
To: Katrin Vogel
Subject: Re: Cannot register a deal

Try again.
"""


@pytest.fixture
def waiting(opened: OpenTicket, cast: Cast) -> tuple[Ticket, OutgoingMail]:
    ticket = opened()
    to = [Recipient(address=cast.katrin.email)]
    message = actions.reply(ticket, by=cast.nadia, body="Try again.", to=to, then="pending_partner")
    assert message.outgoing is not None
    return ticket, message.outgoing


def test_the_evidence_in_order(waiting: tuple[Ticket, OutgoingMail], opened: OpenTicket) -> None:
    """M-15: each way says how it was found and why."""
    ticket, out = waiting
    other = opened()
    by_address = arrives(mail(To=out.reply_to, In_Reply_To=addresses.message_id(other.reference)))
    assert (ticket_of(by_address), by_address.matched_by) == (ticket, "reply address")
    by_id = arrives(mail(In_Reply_To=out.message_id, Subject=f"[{other.reference}]"))
    assert (ticket_of(by_id), by_id.matched_by) == (ticket, "message id")
    by_mail = arrives(mail(References=by_id.message_id, Subject=f"[{other.reference}]"))
    assert (ticket_of(by_mail), by_mail.matched_by) == (ticket, "earlier mail")
    by_tag = arrives(mail(Subject=f"AW: hello [{other.reference.lower()}]"))
    assert (ticket_of(by_tag), by_tag.matched_by) == (other, "subject")
    new = arrives(mail(Subject="AW: Cannot register a deal"))
    assert (new.outcome, new.matched_by) == ("created", "new")
    assert all(one.reason for one in (by_address, by_id, by_mail, by_tag, new))


def test_the_signed_address_counts_wherever_it_stands(waiting: tuple[Ticket, OutgoingMail]) -> None:
    """M-15: in Cc, or only where a server noted a Bcc."""
    ticket, out = waiting
    assert ticket_of(arrives(mail(To="x@else.example.com", Cc=out.reply_to))) == ticket
    for trace in ("Delivered-To", "X-Original-To"):
        assert ticket_of(arrives(f"{trace}: {out.reply_to}\n".encode() + mail(To="x@else.example.com"))) == ticket


def test_copied_in_the_middle_of_a_thread_makes_one_ticket(cast: Cast, handbook: None) -> None:
    """M-15: every reference of an earlier mail counts, also of mails we never got."""
    root, second = "<root@northwind.example.com>", "<second@northwind.example.com>"
    first = arrives(mail(References=f"{root} {second}", Subject="Re: Licences"))
    assert first.outcome == "created"
    for refs in (root, second, f"<third@northwind.example.com> {root}"):
        again = arrives(mail(From="boss@northwind.example.com", References=refs, Subject="Re: Licences"))
        assert (ticket_of(again), again.matched_by) == (ticket_of(first), "reference")
    in_reply_only = arrives(mail(In_Reply_To=second))
    assert ticket_of(in_reply_only) == ticket_of(first)


def test_a_shared_reference_lets_no_stranger_in(cast: Cast, handbook: None) -> None:
    """S-08: nor does a stranger's mail catch the thread of others."""
    root = "<root@northwind.example.com>"
    trap = arrives(mail(From=EVE, References=root))
    first = arrives(mail(References=root))
    assert ticket_of(first) != ticket_of(trap)
    second = arrives(mail(References=root))
    assert ticket_of(second) == ticket_of(first)
    strange = arrives(mail(From=EVE, References=f"{root} {first.message_id}"))
    assert ticket_of(strange) == ticket_of(trap)


def test_the_first_sender_of_an_id_owns_it(cast: Cast, handbook: None) -> None:
    """M-15: a later mail that reuses it does not capture the thread."""
    mine = arrives(mail(Message_ID="<same@northwind.example.com>", Subject="First"))
    stolen = arrives(mail("Other text", Message_ID="<same@northwind.example.com>", Subject="Second"))
    assert ticket_of(stolen) != ticket_of(mine)
    answer = arrives(mail(In_Reply_To="<same@northwind.example.com>"))
    assert ticket_of(answer) == ticket_of(mine)


def test_the_newest_reference_wins_and_only_fifty_are_read(cast: Cast, handbook: None) -> None:
    """M-15"""
    old, new = arrives(mail("a", Subject="Old")), arrives(mail("b", Subject="New"))
    both = arrives(mail(References=f"{old.message_id} {new.message_id}"))
    assert ticket_of(both) == ticket_of(new)
    many = " ".join(f"<{number}@else.example.com>" for number in range(50))
    assert arrives(mail(References=f"{old.message_id} {many}")).outcome == "created"


@pytest.mark.parametrize("subject", ["Fwd: Cannot", "WG: Cannot", "TR: Cannot", "RV: Cannot", "Re: Fw: Cannot"])
def test_a_stranger_who_forwards_our_mail_begins_a_new_matter(
    waiting: tuple[Ticket, OutgoingMail], subject: str
) -> None:
    """M-15: a forward is no answer."""
    _ticket, out = waiting
    passed_on = arrives(mail(FORWARDED, From=EVE, References=out.message_id, Subject=subject))
    assert (passed_on.outcome, ticket_of(passed_on).follows) == ("created", None)


def test_a_participant_who_forwards_stays_with_the_ticket(waiting: tuple[Ticket, OutgoingMail]) -> None:
    """M-15: so does a “Fwd:” without the forwarded mail's header."""
    ticket, out = waiting
    assert ticket_of(arrives(mail(FORWARDED, References=out.message_id, Subject="Fwd: Cannot"))) == ticket
    bare = message_of(arrives(mail("Hello", From=EVE, References=out.message_id, Subject="Fwd: Cannot")))
    assert (bare.ticket, bare.unknown_sender) == (ticket, True)


def test_a_reply_takes_few_statements(waiting: tuple[Ticket, OutgoingMail]) -> None:
    """Intake stays quick: fifty references cost what one costs."""
    _ticket, out = waiting
    many = " ".join(f"<{number}@northwind.example.com>" for number in range(49))
    arrives(mail(To=out.reply_to))  # what a process remembers is asked once
    one = count(mail(To=out.reply_to, References=out.message_id))
    fifty = count(mail(To=out.reply_to, References=f"{many} {out.message_id}"))
    foreign = count(mail(References=many))
    assert one == fifty
    assert foreign <= one + 8


def count(raw: bytes) -> int:
    with CaptureQueriesContext(connection) as seen:
        arrives(raw)
    return len(seen)


@pytest.mark.usefixtures("cast", "handbook")
class TestMailboxes:
    def box(self, **values: object) -> Mailbox:
        given = {"name": "Invoices", "address": "invoices@desk.example.com", **values}
        box = Mailbox.objects.create(**given)
        mailboxes.memory.forget()
        return box

    def test_a_ticket_keeps_where_it_arrived_and_what_that_presets(self) -> None:
        box = self.box(default_kind="invoice", default_priority="high", default_tags=["invoices", "from box"])
        ticket = ticket_of(arrives(mail("Good morning", Subject="A question"), mailbox=box))
        assert (ticket.mailbox, ticket.kind, ticket.priority) == (box, "invoice", "high")
        assert {"invoices", "from box"} <= set(ticket.tags.values_list("name", flat=True))

    def test_what_the_words_say_counts_more(self) -> None:
        box = self.box(default_kind="invoice")
        ticket = ticket_of(arrives(mail("As attached", Subject="PO 4711 for renewal"), mailbox=box))
        assert ticket.kind == "purchase_order"

    def test_nonsense_presets_nothing(self) -> None:
        box = self.box(default_kind="nonsense", default_priority="never")
        ticket = ticket_of(arrives(mail("Good morning", Subject="A question"), mailbox=box))
        assert (ticket.kind, ticket.priority) == ("general", "normal")

    def test_what_lay_there_before_is_taken_in_silently(self, waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
        """The first visit sends nothing, and no clock runs until somebody takes it or the partner writes again."""
        _ticket, out = waiting
        cast.nadia.mail_when_answered = True
        cast.nadia.save()
        mails = OutgoingMail.objects.count()
        old = ticket_of(arrives(mail(Date="Tue, 22 Nov 2016 09:30:00 +0100"), silent=True))
        assert arrives(mail(To=out.reply_to), silent=True).outcome == "appended"
        assert OutgoingMail.objects.count() == mails
        assert (old.first_reply_due, old.resolution_due, old.due) == (None, None, None)
        actions.change_kind(old, to="nfr", by=cast.nadia)
        actions.hold(old, by=cast.nadia)
        assert Ticket.objects.get(pk=old.pk).resolution_due is None
        taken = actions.take(actions.resume(old, by=cast.nadia), by=cast.nadia)
        assert taken.due is not None
        assert taken.due > timezone.now()
        assert taken.due == taken.first_reply_due

    def test_a_new_word_on_an_old_mail_starts_its_clock(self, cast: Cast) -> None:
        """R-03: not another old one, not an automatic one, but what the partner writes now."""
        first = arrives(mail(), silent=True)
        for fields, silent in (({}, True), ({"Auto_Submitted": "auto-replied"}, False)):
            arrives(mail(f"More {fields}", In_Reply_To=first.message_id, **fields), silent=silent)
            assert ticket_of(first).due is None
        arrives(mail("Any news?", In_Reply_To=first.message_id))
        assert ticket_of(first).due is not None
        other = ticket_of(arrives(mail("Another matter", Subject="Other"), silent=True))
        to = [Recipient(address=cast.katrin.email)]
        actions.reply(other, by=cast.nadia, body="Done.", to=to)
        answered = Ticket.objects.get(pk=other.pk)
        assert answered.due == answered.resolution_due
        assert answered.due is not None

    def test_old_mail_stands_last_in_the_queue_and_its_page_says_why(self, cast: Cast, client: Client) -> None:
        """R-03: nothing of a first visit is due tomorrow."""
        old = ticket_of(arrives(mail("Old", Subject="An old matter"), silent=True))
        held = ticket_of(arrives(mail("Held", Subject="A held matter"), silent=True))
        actions.hold(held, by=cast.nadia)
        new = ticket_of(arrives(mail("New", Subject="A new matter")))
        client.force_login(cast.nadia)
        page = client.get("/queue/").content.decode()
        assert page.index(new.subject) < page.index(old.subject) < page.index(held.subject)
        assert page.count("Not promised") == 1
        assert "First reply, once it is taken" in client.get(f"/tickets/{old.reference}/").content.decode()

    def test_a_backlog_of_one_sender_is_no_loop(self) -> None:
        """M-18: what lay there before is not counted."""
        for number in range(8):
            arrives(mail(Subject=f"Old {number}", Auto_Submitted="auto-generated"), silent=True)
        assert not IncomingMail.objects.exclude(outcome="created").exists()
        assert not Ticket.objects.filter(tags__name=flood.TAG).exists()
        assert arrives(mail(Auto_Submitted="auto-generated")).outcome == "created"


@pytest.mark.usefixtures("cast", "handbook")
class TestAutomatic:
    def test_an_out_of_office_stands_on_its_ticket_and_moves_nothing(
        self, waiting: tuple[Ticket, OutgoingMail]
    ) -> None:
        """M-17: no answer, no waking, no clock started or stopped, and it is nobody's answer."""
        ticket, out = waiting
        before = Ticket.objects.get(pk=ticket.pk)
        mails = OutgoingMail.objects.count()
        note = message_of(arrives(mail("I am away.", To=out.reply_to, Auto_Submitted="auto-replied")))
        assert (note.ticket, note.automatic, note.unknown_sender) == (ticket, True, False)
        now = Ticket.objects.get(pk=ticket.pk)
        kept = (
            "status",
            "paused_since",
            "first_replied",
            "first_reply_due",
            "resolution_due",
            "last_from_us",
            "preview",
        )
        assert [getattr(now, name) for name in kept] == [getattr(before, name) for name in kept]
        assert OutgoingMail.objects.count() == mails

    def test_it_never_reopens(self, waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
        """M-17: not a solved ticket, and not one closed long ago either."""
        ticket, out = waiting
        actions.solve(ticket, by=cast.nadia)
        arrives(mail("I am away.", To=out.reply_to, Auto_Submitted="auto-replied"))
        assert Ticket.objects.get(pk=ticket.pk).status == Status.SOLVED
        long_ago = timezone.now() - timedelta(days=90)
        Ticket.objects.filter(pk=ticket.pk).update(status="closed", closed=long_ago)
        again = arrives(mail("Still away.", To=out.reply_to, Auto_Submitted="auto-replied"))
        assert (again.outcome, Ticket.objects.get(pk=ticket.pk).status) == ("appended", Status.CLOSED)

    def test_a_persons_mail_marked_automatic_is_a_ticket(self) -> None:
        """M-17: ServiceNow marks what people write; it is only not answered."""
        assert arrives(mail(Auto_Submitted="auto-generated")).outcome == "created"
        assert not OutgoingMail.objects.exists()


@pytest.mark.usefixtures("cast", "handbook")
class TestBrake:
    def test_a_fast_person_is_taken_in_marked_and_not_answered(self) -> None:
        """M-18: more than five in ten minutes; the earlier tickets are marked too."""
        taken = [arrives(mail(f"Text {number}", Subject=f"Matter {number}")) for number in range(8)]
        assert {one.outcome for one in taken} == {"created"}
        assert OutgoingMail.objects.count() == 5
        assert Ticket.objects.filter(tags__name=flood.TAG).count() == 8
        arrives(mail(From="omar@bluepeak.example.com"))
        assert OutgoingMail.objects.count() == 6

    def test_a_fast_program_is_put_aside_until_a_person_releases_it(self) -> None:
        """M-18: with its reason; a release overrides the brake."""
        taken = [arrives(mail(f"Text {number}", Auto_Submitted="auto-generated")) for number in range(7)]
        assert [one.outcome for one in taken] == ["created"] * 5 + ["quarantined"] * 2
        assert "may be a loop" in taken[-1].reason
        IncomingMail.objects.filter(pk=taken[-1].pk).update(
            decision="released", state="received", outcome="", claimed_until=None, attempts=0
        )
        assert inbox.take_in(taken[-1].pk).outcome == "created"

    def test_programs_we_know_and_colleagues_are_not_counted(self, cast: Cast) -> None:
        """M-18: DocuSign writes a hundred an hour."""
        SystemSender.objects.get_or_create(pattern="@docusign.net", defaults={"label": "DocuSign"})
        for sender in ("dse@docusign.net", cast.sofia.email):
            for number in range(7):
                arrives(
                    mail(f"Text {number}", From=sender, Subject=f"Matter {number}", Auto_Submitted="auto-generated")
                )
        assert not IncomingMail.objects.exclude(outcome="created").exists()
        assert not Ticket.objects.filter(tags__name=flood.TAG).exists()


def test_one_mail_to_two_of_our_boxes_is_one_message(waiting: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
    """M-14: an answer to a signed address with another box in Cc; and a new request to both."""
    ticket, out = waiting
    other = Mailbox.objects.create(name="Invoices", address="invoices@desk.example.com", default_kind="nfr")
    mailboxes.memory.forget()
    for raw, outcome in (
        (mail(To=out.reply_to, Cc=other.address), "appended"),
        (mail("Something new", To="partnersupport@gitlab.com, invoices@desk.example.com"), "created"),
    ):
        messages = Message.objects.count()
        notices = OutgoingMail.objects.count()
        first = arrives(raw)
        sent = OutgoingMail.objects.count() - notices
        second = arrives(raw, mailbox=other)
        assert (first.outcome, second.outcome, second.duplicate_of) == (outcome, "duplicate", first)
        assert (Message.objects.count(), OutgoingMail.objects.count()) == (messages + 1, notices + sent)
    assert ticket.messages.filter(visibility="in").count() == 2


def test_a_daemon_that_repeats_itself_is_put_aside(waiting: tuple[Ticket, OutgoingMail]) -> None:
    """M-18: past the limit only what a report says for the first time becomes a note."""
    ticket, out = waiting

    def says(number: int, address: str = "katrin@northwind.example.com", action: str = "failed") -> IncomingMail:
        raw = report(returned=out.message_id, to=out.envelope_from).replace(b"ana@acme.example", address.encode())
        raw = raw.replace(b"sorry", b"sorry %d" % number).replace(b"Action: failed", f"Action: {action}".encode())
        return arrives(raw.replace(b"<b@mx.acme>", b"<b%d@mx.acme>" % number))

    taken = [says(number) for number in range(12)]
    assert [one.outcome for one in taken] == ["appended"] * 5 + ["quarantined"] * 7
    assert f"repeats a delivery report on {ticket.reference}" in taken[-1].reason
    assert says(20, address="boss@northwind.example.com").outcome == "appended"
    assert says(21, action="delayed").outcome == "appended"
    assert says(22, action="delayed").outcome == "quarantined"
    assert ticket.messages.filter(visibility="note", automatic=True).count() == 7


def test_the_way_back_after_a_bounce_clears_the_address(cast: Cast, handbook: None) -> None:
    """M-19: somebody who writes can be reached."""
    our_server_checks()
    Undeliverable.objects.create(address="katrin@northwind.example.com")
    arrives(mail(dmarc="fail"))
    arrives(mail("Away", Auto_Submitted="auto-replied", dmarc="pass"))
    assert Undeliverable.objects.exists()
    arrives(mail("I am back", dmarc="pass"))
    assert not Undeliverable.objects.exists()
