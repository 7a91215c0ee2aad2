"""A colleague hears of an answer by mail and answers it there: proven, personal, once; else it is a note."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.utils import timezone

from mail import addresses, agent_tokens, mailboxes
from mail.models import Mailbox, OutgoingMail
from people.models import User
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tests.tickets.mails import arrives, mail, message_of, our_server_checks
from tickets import actions, agent_words
from tickets.actions import Recipient
from tickets.management.commands import receive_mail
from tickets.models import Ticket

NADIA = "Nadia Okafor <nadia@desk.example.com>"


@pytest.fixture
def nadias(opened: OpenTicket, cast: Cast) -> Ticket:
    """A ticket Nadia has, answered once; she wants to hear when Katrin writes."""
    User.objects.filter(pk=cast.nadia.pk).update(mail_when_answered=True)
    ticket = opened(assignee=cast.nadia)
    to = [Recipient(address=cast.katrin.email, name="Katrin Vogel")]
    actions.reply(ticket, by=cast.nadia, body="Try again.", to=to, then="pending_partner")
    return ticket


def partner_writes(ticket: Ticket, text: str = "It works now, thank you.", **headers: str) -> OutgoingMail | None:
    """Katrin answers; what Nadia gets."""
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    to = addresses.reply_address(ticket.reference)
    arrives(mail(text, **{"To": to, "dmarc": "pass", **headers}))
    return OutgoingMail.objects.exclude(pk__in=before).filter(purpose="notice").first()


def answer(notice: OutgoingMail, text: str, **headers: str) -> bytes:
    given = {"From": NADIA, "To": notice.reply_to, "In_Reply_To": notice.message_id, "Subject": f"Re: {notice.subject}"}
    return mail(text, **{"dmarc": "pass", **given, **headers})


def quoting(own: str, notice: OutgoingMail) -> str:
    return f"{own}\n\nOn Tue, 22 Nov 2022 at 09:30, Partner Help Desk wrote:\n> " + notice.body_text.replace(
        "\n", "\n> "
    )


def test_the_assignee_hears_the_partners_own_words(nadias: Ticket) -> None:
    """S-07: to the assignee alone, with a link, from the ticket's own thread, marked as automatic."""
    our_server_checks()
    notice = partner_writes(nadias, "It works now.\n\nOn Mon, 21 Nov 2022, Nadia Okafor wrote:\n> Try again.\n")
    assert notice is not None
    assert [one["address"] for one in notice.to] == ["nadia@desk.example.com"]
    assert "It works now." in notice.body_text
    assert "Try again." not in notice.body_text
    assert f"/tickets/{nadias.reference}/" in notice.body_text
    assert "goes to Katrin Vogel" in notice.body_text
    assert notice.automatic
    token = agent_tokens.read(notice.reply_to)
    assert token is not None
    assert token.key == nadias.reference
    again = partner_writes(nadias, "One more thing.")
    assert again is not None
    assert (again.in_reply_to, again.references) == (notice.in_reply_to, notice.references)


def test_nobody_hears_of_what_is_no_answer(nadias: Ticket, cast: Cast) -> None:
    """M-17, S-08: not of programs, strangers, forgeries, notes; and only who wants to."""
    our_server_checks()
    assert partner_writes(nadias, Auto_Submitted="auto-replied") is None
    assert partner_writes(nadias, From="eve@evil.example.com") is None
    assert partner_writes(nadias, dmarc="fail") is None
    assert partner_writes(nadias, From=cast.lena.email) is None
    User.objects.filter(pk=cast.nadia.pk).update(mail_when_answered=False)
    assert partner_writes(nadias) is None


def test_a_proven_answer_goes_to_the_partner(nadias: Ticket, cast: Cast) -> None:
    """S-07: DMARC pass and the personal address; the quoted notice stays behind."""
    our_server_checks()
    notice = partner_writes(nadias)
    assert notice is not None
    incoming = arrives(answer(notice, quoting("Glad to hear.\n\nNadia", notice)))
    message = message_of(incoming)
    assert (incoming.outcome, incoming.matched_by) == ("appended", "agent address")
    assert (message.visibility, message.author_user, message.body) == ("reply", cast.nadia, "Glad to hear.\n\nNadia")
    assert message.outgoing is not None
    assert [one["address"] for one in message.outgoing.to] == [cast.katrin.email]
    assert message.outgoing.purpose == "reply"
    sent = message.outgoing.body_text + message.outgoing.body_html + str(message.outgoing.references)
    assert "/tickets/" not in sent
    assert "+a." not in sent


def test_the_same_answer_twice_is_one_reply(nadias: Ticket) -> None:
    """S-07, R-02: also by way of another mailbox."""
    our_server_checks()
    notice = partner_writes(nadias)
    assert notice is not None
    raw = answer(notice, "Glad to hear.")
    other = Mailbox.objects.create(name="Other", address="other@desk.example.com", authserv_id="mx.desk.example.com")
    taken = [arrives(raw), arrives(raw), arrives(raw, mailbox=other)]
    assert [one.outcome for one in taken] == ["appended", "duplicate", "duplicate"]
    printed = [(said["ticket"], said["kind"]) for said in map(receive_mail.describe, taken)]
    assert printed == [(nadias.reference, nadias.kind)] * 3, "contract 3"
    assert nadias.messages.filter(visibility="reply", body="Glad to hear.").count() == 1
    assert OutgoingMail.objects.filter(purpose="reply").count() == 2


@pytest.mark.parametrize("dmarc", ["", "none", "fail"])
def test_an_unproven_answer_is_a_note(nadias: Ticket, dmarc: str) -> None:
    """S-07: the address alone does nothing; whoever meant to answer is told, a forger's victim is not."""
    our_server_checks()
    notice = partner_writes(nadias)
    assert notice is not None
    note = message_of(arrives(answer(notice, "Send them everything.", dmarc=dmarc)))
    assert (note.visibility, note.unverified) == ("note", True)
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1
    told = OutgoingMail.objects.filter(purpose="notice").exclude(pk=notice.pk)
    assert told.exists() is (dmarc != "fail")
    assert all("did not go to the partner" in one.body_text for one in told)


def test_a_mailbox_that_cannot_check_never_sends(nadias: Ticket) -> None:
    """S-07: without a server that checks there is no proof, whatever the mail claims; the notice says so."""
    notice = partner_writes(nadias)
    assert notice is not None
    assert "becomes an internal note" in notice.body_text
    note = message_of(arrives(answer(notice, "Send them everything.")))
    assert (note.visibility, note.unverified) == ("note", True)


def test_the_address_is_nobody_elses(nadias: Ticket, cast: Cast) -> None:
    """S-07: a colleague's proven mail to Nadia's address is a note, a stranger's is held, the partner's joins."""
    our_server_checks()
    notice = partner_writes(nadias)
    assert notice is not None
    assert message_of(arrives(answer(notice, "x", From=cast.lena.email))).visibility == "note"
    assert message_of(arrives(answer(notice, "y", From="eve@evil.example.com"))).unknown_sender
    joined = message_of(arrives(answer(notice, "z", From=cast.katrin.email)))
    assert (joined.visibility, joined.unknown_sender) == ("in", False)
    User.objects.filter(pk=cast.nadia.pk).update(role="channel_manager")
    assert message_of(arrives(answer(notice, "w"))).visibility == "note"


def test_the_address_runs_out_and_automatic_mail_never_answers(nadias: Ticket, cast: Cast) -> None:
    """S-07: an out-of-office of Nadia's is no reply to the partner."""
    our_server_checks()
    notice = partner_writes(nadias)
    assert notice is not None
    away = message_of(arrives(answer(notice, "I am away.", Auto_Submitted="auto-replied")))
    assert (away.visibility, away.automatic) == ("note", True)
    unmarked = message_of(arrives(answer(notice, "I am away too.", Subject="Automatic reply: PHD-1042")))
    assert unmarked.visibility == "note"
    old = timezone.now() - timedelta(days=20)
    notice.reply_to = agent_tokens.address_for(nadias.reference, user_id=cast.nadia.pk, now=old)
    assert message_of(arrives(answer(notice, "Too late"))).visibility == "note"
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1


def test_what_cannot_be_sent_is_kept_and_said(nadias: Ticket) -> None:
    """S-07, M-03: a text with blanks still open, or none at all."""
    our_server_checks()
    notice = partner_writes(nadias)
    assert notice is not None
    note = message_of(arrives(answer(notice, "Dear {{first_name}},\nhello")))
    assert note.visibility == "note"
    told = OutgoingMail.objects.filter(purpose="notice").order_by("created").last()
    assert told is not None
    assert "did not go to the partner" in told.body_text
    assert "Fill in first" in told.body_text


def test_files_go_along(nadias: Ticket) -> None:
    """S-07: what the colleague attached reaches the partner."""
    our_server_checks()
    notice = partner_writes(nadias)
    assert notice is not None
    letter = message_from_bytes(answer(notice, "See the file."), policy=default)
    assert isinstance(letter, EmailMessage)
    letter.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="terms.pdf")
    message = message_of(arrives(letter.as_bytes()))
    assert message.outgoing is not None
    assert [one.filename for one in message.outgoing.enclosures.all()] == ["terms.pdf"]


MARK = "Write your answer above this line."


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Yes.\n", "Yes."),
        (f"Yes.\n\nOn Tue, 22 Nov 2022 at 09:30, Desk <d@x.example> wrote:\n> --- {MARK} ---\n> secret\n", "Yes."),
        (f"Yes.\n\nVon: Desk\nGesendet: heute\nAn: Nadia\nBetreff: x\n\n--- {MARK} ---\nsecret\n", "Yes."),
        (f"Yes.\n--- {MARK} ---\nsecret\n", "Yes."),
        (f"Yes.\n> --- {MARK} ---\n> secret\n", "Yes."),
        (f"On Tue, Desk <d@x.example> wrote:\n> --- {MARK} ---\n> secret\n\nBelow: yes.\n", "Below: yes."),
        (
            f"On Tue, Desk <d@x.example> wrote:\n\n> --- {MARK} ---\n> secret\n\nYes.\n\n> more\n\nNo.\n",
            "Yes.\n\n\n\nNo.",
        ),
        (f"--- {MARK} ---\nsecret", ""),
    ],
)
def test_only_the_own_words_leave(text: str, own: str) -> None:
    """S-07: above, below or between; nothing of the notice."""
    assert agent_words.own(text) == own


def test_it_leaves_from_the_mailbox_of_the_ticket(nadias: Ticket) -> None:
    """A notice and its address belong to where the partner wrote to."""
    box = Mailbox.objects.create(name="Invoices", address="invoices@desk.example.com")
    mailboxes.memory.forget()
    Ticket.objects.filter(pk=nadias.pk).update(mailbox=box)
    notice = partner_writes(nadias)
    assert notice is not None
    assert (notice.from_address, notice.mailbox) == ("invoices@desk.example.com", box)
    assert notice.reply_to.startswith("invoices+a.")
