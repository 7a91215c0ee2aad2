"""Out of office: who reads which text, how often, and who never does."""

from __future__ import annotations

import email
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mail import addresses, away, composing, inbox, mailboxes
from mail.away import acts
from mail.hooks import Handled
from mail.models import AutoReply, IncomingMail, Mailbox, OutgoingMail, SystemSender, Undeliverable
from partners.contacts import contact_for
from partners.models import Contact
from portal.requests import submit, validate_request
from tests.conftest import Cast
from tests.mail.away_windows import INSIDE, OUTSIDE
from tests.mail.away_windows import away as set_away
from tests.tickets.conftest import OpenTicket
from tickets import acknowledgement
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

NUMBERS = count(1)
US = "partnersupport@gitlab.com"
PLAIN = OUTSIDE.replace("[our days](https://about.gitlab.com/company/)", "our days (https://about.gitlab.com/company/)")


def arrives(sender: str, *, ticket: Ticket | None = None, headers: dict[str, str] | None = None) -> IncomingMail:
    """A mail to the desk; with `ticket` an answer to its signed address."""
    message = EmailMessage()
    to = addresses.reply_address(ticket.reference) if ticket else US
    given = {"From": sender, "To": to, "Subject": "Buy my carpets", "Message-ID": f"<{next(NUMBERS)}@sender.example>"}
    for name, value in (given | (headers or {})).items():
        message[name] = value
    message.set_content("Carpets at https://carpets.example for all!\n")
    return inbox.take_in(inbox.store(message.as_bytes(), via="command").pk)


def built(mail: OutgoingMail) -> EmailMessage:
    """What leaves, read back."""
    with composing.letter(mail) as letter:
        message = email.message_from_bytes(b"".join(letter.pieces), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def sent(purpose: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose=purpose).order_by("created"))


def test_nothing_is_said_while_nobody_is_away(cast: Cast, opened: OpenTicket) -> None:
    arrives(cast.katrin.email, ticket=opened())
    arrives("new@sender.example")
    assert sent("away") == []
    assert OUTSIDE not in sent("acknowledgement")[0].body_text


def test_an_answer_to_a_ticket_gets_a_mail_of_its_own(cast: Cast, opened: OpenTicket) -> None:
    """M-16, M-17, S-11: in the thread, marked as automatic, and nothing the sender wrote is in it."""
    set_away(cast.nadia)
    ticket = opened()
    incoming = arrives(cast.katrin.email, ticket=ticket)
    (mail,) = sent("away")
    assert mail.recipients == [cast.katrin.email]
    assert (mail.in_reply_to, mail.references) == (incoming.message_id, [incoming.message_id])
    assert mail.body_text == PLAIN
    assert '<a href="https://about.gitlab.com/company/"' in mail.body_html
    assert "arpets" not in f"{mail.subject} {mail.body_text} {mail.body_html}"
    message = built(mail)
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert ticket.reference.lower() in message["Reply-To"]
    assert AutoReply.objects.get().key.startswith("away:")


def test_a_new_request_gets_one_mail_not_two(cast: Cast) -> None:
    """The acknowledgement carries the text at its top, in text and HTML, and counts as the answer about it."""
    set_away(cast.nadia)
    arrives("new@sender.example")
    (mail,) = sent("acknowledgement")
    assert sent("away") == []
    assert mail.body_text.index(PLAIN) < mail.body_text.index("We have your request")
    assert mail.body_html.index("our days</a>") < mail.body_html.rindex("We have your request")
    arrives("new@sender.example")
    assert PLAIN not in sent("acknowledgement")[1].body_text, "once a day is enough"
    assert sent("away") == []


def test_a_request_by_form_reads_it_too(cast: Cast) -> None:
    set_away(cast.nadia)
    data = {
        "kind": "training",
        "name": "Omar",
        "email": cast.omar.email,
        "subject": "Sign-in",
        "message": "I cannot sign in.",
    }
    submit(validate_request(data))
    (mail,) = sent("acknowledgement")
    assert PLAIN in mail.body_text


def test_no_first_answer_is_promised_for_a_time_at_which_nobody_is_there(cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    assert ticket.first_reply_due is not None
    assert acknowledgement.promised(ticket) == ticket.first_reply_due
    window = set_away(cast.nadia, ends=ticket.first_reply_due + timedelta(minutes=1))
    assert acknowledgement.promised(ticket) is None
    acts.end_early(window, by=cast.nadia)
    set_away(cast.nadia, starts=timezone.now(), ends=timezone.now() + timedelta(minutes=1))
    assert acknowledgement.promised(ticket) == ticket.first_reply_due, "we are back by then"


def test_once_a_day_for_each_sender_and_window(cast: Cast, opened: OpenTicket) -> None:
    """M-18: tickets do not matter, days and windows do."""
    window = set_away(cast.nadia)
    for _again in range(3):
        arrives(cast.katrin.email, ticket=opened())
    assert len(sent("away")) == 1
    AutoReply.objects.update(created=timezone.now() - timedelta(hours=25))
    arrives(cast.katrin.email, ticket=opened())
    assert len(sent("away")) == 2
    acts.end_early(window, by=cast.nadia)
    set_away(cast.nadia, starts=timezone.now(), text_outside="The second window.")
    arrives(cast.katrin.email, ticket=opened())
    assert [mail.body_text for mail in sent("away")][2:] == ["The second window."]


def test_the_desk_nothing_colleagues_one_text_everybody_else_the_other(cast: Cast, opened: OpenTicket) -> None:
    set_away(cast.nadia)
    for sender in (cast.lena.email, cast.ada.email.upper(), cast.sofia.email):
        arrives(sender, ticket=opened(requester=cast.omar))
    for sender in ("seller@GitLab.com", cast.omar.email):
        arrives(sender, ticket=opened(requester=contact_for(sender)))
    assert [(mail.recipients, mail.body_text) for mail in sent("away")] == [
        ([cast.sofia.email], INSIDE),
        (["seller@gitlab.com"], INSIDE),
        ([cast.omar.email], PLAIN),
    ]


def test_a_colleague_who_opens_a_ticket_by_mail_reads_the_inside_text(cast: Cast) -> None:
    set_away(cast.nadia)
    arrives(cast.sofia.email)
    assert [(mail.purpose, mail.body_text) for mail in OutgoingMail.objects.all()] == [("away", INSIDE)]


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("ana@acme.example", {"Auto-Submitted": "auto-replied"}),
        ("ana@acme.example", {"Precedence": "bulk"}),
        ("ana@acme.example", {"List-Id": "<l.acme.example>"}),
        ("ana@acme.example", {"X-Auto-Response-Suppress": "OOF"}),
        ("no-reply@acme.example", {}),
        ("postmaster@acme.example", {}),
        ("robot@docusign.net", {}),
        (US, {}),
    ],
)
def test_programs_and_dead_ends_read_nothing(cast: Cast, sender: str, headers: dict[str, str]) -> None:
    """M-17, M-18: automatic mail, no-reply, system senders, our own addresses, addresses whose server said no."""
    SystemSender.objects.create(pattern="@docusign.net", label="DocuSign")
    set_away(cast.nadia)
    arrives(sender, headers=headers)
    assert sent("away") == []
    assert not any(OUTSIDE[:20] in mail.body_text for mail in sent("acknowledgement"))


def test_an_address_where_nobody_is_gets_nothing(cast: Cast) -> None:
    """M-19; somebody who writes from it is there again."""
    set_away(cast.nadia)
    Undeliverable.objects.create(address="Gone@acme.example")
    assert away.note_for("gone@acme.example") is None
    arrives("gone@acme.example")
    assert any(OUTSIDE[:20] in mail.body_text for mail in sent("acknowledgement"))


class TestWhoseAddressIsProven:
    """S-11: no answer where the address may be somebody else's."""

    @pytest.fixture
    def mail(self, cast: Cast) -> IncomingMail:
        """As the verdict of `mail.verdicts` stands on the row when the handler has run."""
        set_away(cast.nadia)
        mail = arrives("seen@acme.example", headers={"Auto-Submitted": "auto-generated"})
        mail.auto_submitted = False
        return mail

    @staticmethod
    def answered(mail: IncomingMail) -> bool:
        return away.answer(mail, Handled(outcome="appended", reason="", ref="PHD-1")) is not None

    def test_a_server_that_says_nothing_at_all(self, mail: IncomingMail) -> None:
        assert self.answered(mail)

    @pytest.mark.parametrize(("verdict", "answered"), [("pass", True), ("fail", False), ("none", False), ("", False)])
    def test_strangers_when_our_server_judges(self, mail: IncomingMail, verdict: str, answered: bool) -> None:
        mail.mailbox.authserv_id = "mx.gitlab.example"
        mail.verdict = verdict
        assert self.answered(mail) is answered

    @pytest.mark.parametrize(("verdict", "answered"), [("none", True), ("", True), ("fail", False)])
    def test_somebody_we_know(self, mail: IncomingMail, verdict: str, answered: bool) -> None:
        Contact.objects.filter(email=mail.from_address).update(salesforce_id="003000000000001")
        mail.mailbox.authserv_id = "mx.gitlab.example"
        mail.verdict = verdict
        assert self.answered(mail) is answered

    def test_what_lay_in_the_mailbox_when_we_first_came(self, mail: IncomingMail) -> None:
        mail.silent = True
        assert not self.answered(mail)

    @pytest.mark.parametrize("outcome", ["ignored", "quarantined", "duplicate"])
    def test_what_became_no_ticket(self, mail: IncomingMail, outcome: str) -> None:
        assert away.answer(mail, Handled(outcome=outcome, reason="", ref="PHD-1")) is None


def test_a_domain_gets_no_more_than_its_share(cast: Cast, opened: OpenTicket) -> None:
    """M-18: twenty an hour; an acknowledgement that carries the text counts once."""
    set_away(cast.nadia)
    for number in range(12):
        arrives(f"p{number}@acme.example")
    assert len(sent("acknowledgement")) == 12
    for number in range(12, 30):
        sender = f"p{number}@acme.example"
        arrives(sender, ticket=opened(requester=contact_for(sender)))
    assert len(sent("away")) == 8


def test_a_stranger_on_somebody_elses_ticket_reads_nothing(cast: Cast, opened: OpenTicket) -> None:
    """S-08: who only knows a ticket's address gets nothing back."""
    set_away(cast.nadia)
    arrives("mallory@else.example", ticket=opened())
    assert sent("away") == []


def test_each_mailbox_has_its_own_window(cast: Cast) -> None:
    other = Mailbox.objects.create(name="Select", address="select@gitlab.com")
    set_away(cast.nadia, mailbox=other, text_outside="Select is away.")
    assert away.note_for("ana@acme.example") is None
    note = away.note_for("ana@acme.example", mailbox=other)
    assert note is not None
    assert note.text == "Select is away."


def test_it_begins_and_ends_by_the_clock_alone(cast: Cast) -> None:
    """Nothing runs at the edges: the moment decides, the first one included, the last one not."""
    window = set_away(cast.nadia)
    box = mailboxes.default()
    tick = timedelta(microseconds=1)
    assert [away.current(box, at) is not None for at in (
        window.starts - tick, window.starts, window.ends - tick, window.ends,
    )] == [False, True, True, False]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_mails_at_the_same_moment_get_one_answer(cast: Cast, opened: OpenTicket) -> None:
    """M-18, under concurrency: the second waits for the first and sees its answer."""
    set_away(cast.nadia)
    tickets = [opened() for _each in range(4)]
    mailboxes.default()  # its row is there, as on every desk that has started

    def take(ticket: Ticket) -> None:
        try:
            arrives(cast.katrin.email, ticket=ticket)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(tickets)) as together:
        list(together.map(take, tickets))
    assert IncomingMail.objects.filter(outcome="appended").count() == 4
    assert len(sent("away")) == 1


@pytest.mark.parametrize("stripped", [False, True])
def test_two_desks_that_are_both_away_settle(cast: Cast, settings: Any, stripped: bool) -> None:
    """M-18: each answers once, even where a relay strips every header that says so."""
    boxes = {name: Mailbox.objects.get_or_create(address=name)[0] for name in (US, "help@other.example")}
    set_away(cast.nadia)

    def become(name: str) -> None:
        """The same product at another organisation: other keys, other addresses."""
        Mailbox.objects.update(active=False, is_default=False)
        Mailbox.objects.filter(address=name).update(active=True, is_default=True)
        settings.SECRET_KEY = name * 3
        settings.SUPPORT_ADDRESS, settings.MAIL_DOMAIN = name, name.rpartition("@")[2]
        settings.DEFAULT_FROM_EMAIL = f"Help Desk <{name}>"
        mailboxes.memory.forget()

    def delivered(raw: bytes, to: str) -> list[bytes]:
        """What that desk answers to it."""
        become(to)
        before = set(OutgoingMail.objects.values_list("pk", flat=True))
        inbox.take_in(inbox.store(raw, via="smtp", mailbox=boxes[to]).pk)
        return [built(mail).as_bytes() for mail in OutgoingMail.objects.exclude(pk__in=before)]

    def relayed(raw: bytes) -> bytes:
        message = email.message_from_bytes(raw, policy=policy.SMTP)
        for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "X-PHD-Loop") if stripped else ():
            del message[name]
        return message.as_bytes()

    first = EmailMessage()
    for name, value in {
        "From": "help@other.example",
        "To": US,
        "Subject": "x",
        "Message-ID": "<1@other.example>",
    }.items():
        first[name] = value
    first.set_content("A question from one desk to the other.")
    waiting, answers = [(first.as_bytes(), US)], 0
    while waiting:
        raw, to = waiting.pop()
        there = "help@other.example" if to == US else US
        produced = [relayed(answer) for answer in delivered(raw, to)]
        answers += len(produced)
        assert answers < 12, "they answer each other for ever"
        waiting += [(answer, there) for answer in produced]
    assert answers <= (2 if not stripped else 4)
