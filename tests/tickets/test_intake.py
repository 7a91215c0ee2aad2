"""From the bytes of a mail to a ticket: new, appended, duplicate; who may join; what is answered."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from journal.record import events_of
from mail import addresses, caged, inbox
from mail.models import IncomingMail, OutgoingMail
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import actions, search
from tickets.actions import Recipient
from tickets.models import Message, Status, Ticket

KATRIN = "Katrin Vogel <katrin@northwind.example.com>"


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {
        "From": KATRIN,
        "To": "partnersupport@gitlab.com",
        "Subject": "Cannot register a deal",
        "Message-ID": f"<{timezone.now().timestamp()}@northwind.example.com>",
        "Date": "Tue, 22 Nov 2022 09:30:00 +0100",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in given.items():
        if value:
            message[name] = value
    message.set_content("Hello,\nthe portal says: account not activated.\n")
    return message


def arrives(message: EmailMessage | bytes) -> IncomingMail:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    return inbox.take_in(inbox.store(raw, via="command").pk)


def ticket_of(incoming: IncomingMail) -> Ticket:
    return Message.objects.get(incoming=incoming).ticket


@pytest.fixture
def answered(opened: OpenTicket, cast: Cast) -> tuple[Ticket, OutgoingMail]:
    """A ticket Nadia has answered by mail."""
    ticket = opened()
    message = actions.reply(
        ticket, by=cast.nadia, body="Try again.", to=[Recipient(address=cast.katrin.email)], then="pending_partner"
    )
    assert message.outgoing is not None
    return ticket, message.outgoing


def test_a_mail_opens_a_ticket_with_its_files_and_is_acknowledged_once(cast: Cast, handbook: None) -> None:
    message = mail()
    message.add_attachment(b"%PDF-1.4 po", maintype="application", subtype="pdf", filename="po 4711.pdf")
    incoming = arrives(message)
    ticket = ticket_of(incoming)
    assert (incoming.outcome, incoming.handled_ref) == ("created", ticket.reference)
    assert (ticket.requester, ticket.partner, ticket.channel) == (cast.katrin, cast.northwind, "mail")
    assert [one.filename for one in ticket.attachments.all()] == ["po 4711.pdf"]
    answer = OutgoingMail.objects.get()
    assert answer.purpose == "acknowledgement"
    assert ticket.reference in answer.subject
    assert "Cannot register" not in answer.subject + answer.body_text  # S-11: nothing the sender wrote
    assert answer.headers.get("Auto-Submitted") or answer.automatic


def test_a_stranger_becomes_a_contact_without_a_partner(cast: Cast, handbook: None) -> None:
    ticket = ticket_of(arrives(mail(From="Zoë <zoe@gmail.com>")))
    assert (ticket.requester.email, ticket.requester.name, ticket.partner) == ("zoe@gmail.com", "Zoë", None)


def test_a_subdomain_belongs_to_the_partner_and_a_public_provider_to_nobody(cast: Cast, handbook: None) -> None:
    ticket = ticket_of(arrives(mail(From="new@mail.northwind.example.com")))
    assert ticket.partner == cast.northwind


def test_the_reply_by_mail_lands_on_the_ticket_and_wakes_it(answered: tuple[Ticket, OutgoingMail]) -> None:
    """M-15: by the signed address, and by our Message-ID alone."""
    ticket, out = answered
    by_address = arrives(mail(To=out.reply_to, Subject="AW: something else"))
    by_id = arrives(mail(In_Reply_To=out.message_id, Subject="no tag"))
    assert [by_address.outcome, by_id.outcome] == ["appended", "appended"]
    assert {ticket_of(by_address), ticket_of(by_id)} == {ticket}
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_a_second_mail_of_the_partners_own_thread_joins(cast: Cast, handbook: None) -> None:
    first = arrives(mail(Message_ID="<one@northwind.example.com>"))
    second = arrives(mail(References="<one@northwind.example.com>", Subject="Re: Cannot register a deal"))
    assert second.outcome == "appended"
    assert ticket_of(first) == ticket_of(second)


def test_a_colleague_of_the_partner_may_join_and_a_stranger_may_not(
    answered: tuple[Ticket, OutgoingMail], cast: Cast
) -> None:
    """M-15, S-08: a stranger never joins a ticket by knowing its number or a foreign id."""
    ticket, _out = answered
    tag = f"Re: hello [{ticket.reference}]"
    assert arrives(mail(From="boss@northwind.example.com", Subject=tag)).outcome == "appended"
    strange = arrives(mail(From="eve@evil.example.com", Subject=tag))
    assert strange.outcome == "created"
    assert ticket_of(strange) != ticket


def test_a_stranger_with_the_signed_address_is_marked_and_gets_nothing(
    answered: tuple[Ticket, OutgoingMail], cast: Cast
) -> None:
    """S-08: held up to the desk's eyes; neither wakes the ticket nor becomes one of its people."""
    ticket, out = answered
    sent_before = OutgoingMail.objects.count()
    incoming = arrives(mail(From="eve@evil.example.com", To=out.reply_to))
    message = Message.objects.get(incoming=incoming)
    assert message.unknown_sender
    ticket.refresh_from_db()
    assert ticket.status == Status.PENDING_PARTNER
    assert OutgoingMail.objects.count() == sent_before
    assert arrives(mail(From="eve@evil.example.com", Subject=f"[{ticket.reference}]")).outcome == "created"
    answer = actions.reply(ticket, by=cast.nadia, body="More.", to=[Recipient(address=cast.katrin.email)])
    assert answer.outgoing is not None
    assert incoming.message_id not in [answer.outgoing.in_reply_to, *answer.outgoing.references]


def test_what_a_colleague_mails_is_a_note_in_the_history_too(answered: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
    ticket, out = answered
    arrives(mail(From=cast.sofia.email, To=out.reply_to))
    assert ticket.messages.get(author_address=cast.sofia.email).visibility == "note"
    newest = events_of(ticket).last()
    assert newest is not None
    assert newest.verb == "noted"


@pytest.mark.parametrize(
    "address", ["a..b@northwind.example.com", '"a b"@northwind.example.com', f"x@{'ü' * 60}.example"]
)
def test_an_address_no_server_takes_still_opens_a_ticket(cast: Cast, address: str) -> None:
    """Some carriers hand out such addresses; only the acknowledgement cannot go there."""
    raw = mail().as_bytes().replace(KATRIN.encode(), f"Katrin <{address}>".encode())
    assert arrives(raw).outcome == "created"
    assert not OutgoingMail.objects.exists()


def test_a_mail_of_very_many_words_becomes_a_ticket(cast: Cast) -> None:
    """PostgreSQL keeps 1 MB of words for a ticket; what is beyond is not found, but nothing is refused."""
    long = mail()
    long.set_content("\n".join(f"{number:05d}" + "й" * 180 for number in range(4900)))
    assert arrives(long).outcome == "created"


def test_a_forged_reply_address_opens_a_new_ticket(answered: tuple[Ticket, OutgoingMail]) -> None:
    ticket, _out = answered
    forged = addresses.reply_address(ticket.reference)
    local, _, domain = forged.partition("@")
    incoming = arrives(mail(To=f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"))
    assert incoming.outcome == "created"


def test_a_mail_of_a_colleague_is_a_note_never_a_reply(answered: tuple[Ticket, OutgoingMail], cast: Cast) -> None:
    """S-07: nobody acts as the desk by writing From: the desk."""
    ticket, out = answered
    incoming = arrives(mail(From=cast.lena.email, To=out.reply_to))
    message = Message.objects.get(incoming=incoming)
    assert message.visibility == "note"
    ticket.refresh_from_db()
    assert ticket.status == Status.PENDING_PARTNER


def test_automatic_mail_is_kept_and_never_answered(cast: Cast, handbook: None) -> None:
    """M-17."""
    incoming = arrives(mail(Auto_Submitted="auto-replied"))
    assert (incoming.outcome, incoming.auto_submitted) == ("created", True)
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("sender", ["dse@eumail.docusign.net", "dse_na3@docusign.net"])
def test_a_system_sender_is_never_acknowledged(cast: Cast, handbook: None, sender: str) -> None:
    incoming = arrives(mail(From=f"DocuSign <{sender}>", Subject=" GitLab LOA: Katrin Vogel"))
    ticket = ticket_of(incoming)
    assert (ticket.kind, list(ticket.tags.values_list("name", flat=True))) == ("loa", ["LOA"])
    assert not OutgoingMail.objects.exists()


def test_closed_long_ago_gets_a_new_linked_ticket(answered: tuple[Ticket, OutgoingMail]) -> None:
    ticket, out = answered
    long_ago = timezone.now() - timedelta(days=90)
    Ticket.objects.filter(pk=ticket.pk).update(status="closed", solved=long_ago, closed=long_ago)
    incoming = arrives(mail(To=out.reply_to))
    assert incoming.outcome == "created"
    assert ticket_of(incoming).follows == ticket


def test_the_same_mail_eight_times_at_once_makes_one_ticket(transactional_db: None, cast: Cast, handbook: None) -> None:
    """F-13, M-14."""
    raw = mail(Message_ID="<same@northwind.example.com>").as_bytes()
    outcomes: list[tuple[str, str]] = []

    def deliver() -> None:
        taken = arrives(raw)
        outcomes.append((taken.outcome, taken.handled_ref))
        connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome for outcome, _ in outcomes) == ["created", *["duplicate"] * 7]
    assert len({reference for _, reference in outcomes}) == 1
    assert Ticket.objects.count() == 1


def run(*files: Path) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("receive_mail", *[str(path) for path in files], stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_receive_mail_prints_what_the_contract_says(cast: Cast, handbook: None, tmp_path: Path) -> None:
    message = mail(
        Cc="Sofia <sofia@desk.example.com>", Subject="PO 4711 for renewal", Message_ID="<po@northwind.example.com>"
    )
    message.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="../po\u200b.pdf")
    path = tmp_path / "one.eml"
    path.write_bytes(message.as_bytes())
    first, second = run(path, path)
    ticket = Ticket.objects.get()
    assert first["ok"] is True
    assert first["outcome"] == "created"
    assert first["ticket"] == ticket.reference
    assert first["kind"] == "purchase_order"
    assert (first["from_address"], first["from_name"]) == ("katrin@northwind.example.com", "Katrin Vogel")
    assert (first["to"], first["cc"]) == (["partnersupport@gitlab.com"], ["sofia@desk.example.com"])
    assert first["subject"] == "PO 4711 for renewal"
    assert "account not activated" in first["body_text"]
    assert first["attachments"] == [{"filename": "po.pdf", "content_type": "application/pdf", "size": 10}]
    assert first["message_id"] == "<po@northwind.example.com>"
    assert first["auto_submitted"] is False
    assert len(first["raw_sha256"]) == 64
    assert first["reason"]
    assert inbox.raw_bytes(first["raw_ref"]) == path.read_bytes()
    assert (second["ok"], second["outcome"], second["ticket"]) == (True, "duplicate", ticket.reference)


def test_receive_mail_says_that_a_message_waits(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contract 3: stored, hence exit 0; no outcome is printed before there is one."""
    (tmp_path / "one.eml").write_bytes(mail().as_bytes())

    def away(*_given: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caged, "read", away)
    call_command("receive_mail", str(tmp_path / "one.eml"))
    said = capsys.readouterr()
    assert said.out == ""
    waiting = IncomingMail.objects.get()
    assert f"{waiting.raw_ref} is stored and waits for a worker: The file store does not answer." in said.err


def test_receive_mail_goes_on_after_a_file_that_is_not_there(
    cast: Cast, handbook: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Temporary failure for the mail server, which then sends all of it again; nothing is taken in twice."""
    (tmp_path / "there.eml").write_bytes(mail().as_bytes())
    with pytest.raises(SystemExit) as ended:
        call_command("receive_mail", str(tmp_path / "missing.eml"), str(tmp_path / "there.eml"))
    said = capsys.readouterr()
    assert ended.value.code == 75
    assert json.loads(said.out)["outcome"] == "created"
    assert "missing.eml could not be read: No such file or directory." in said.err


def test_receive_mail_reads_several_in_one_file_and_goes_on_after_a_bad_one(
    cast: Cast, handbook: None, tmp_path: Path
) -> None:
    """M-03: a message that cannot be read is quarantined with its cause and does not stop the next."""
    bad, good = tmp_path / "bad.eml", tmp_path / "good.eml"
    bad.write_bytes(b"\x00\x01 this is no message")
    good.write_bytes(mail().as_bytes())
    first, second = run(bad, good)
    assert (first["ok"], first["outcome"], first["ticket"]) == (False, "quarantined", None)
    assert first["reason"]
    assert second["outcome"] == "created"


def test_the_search_finds_what_a_mail_brought(cast: Cast, handbook: None) -> None:
    message = mail(Subject="Łódź deal")
    ticket = ticket_of(arrives(message))
    for asked in ("lodz", "activat", "KATRIN northwind", ticket.reference.lower(), "account portal"):
        assert list(search.matching(Ticket.objects.all(), asked)) == [ticket], asked
    assert not search.matching(Ticket.objects.all(), "zebra").exists()
