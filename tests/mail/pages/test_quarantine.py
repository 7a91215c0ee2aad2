"""Messages put aside: who sees them, what may be done, and that every decision is written down with its reason."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from documents import cage
from journal.record import events_of
from mail import caged, hooks, inbox, quarantine
from mail.models import IncomingMail
from mail.parsing import ParsedMail
from tests.conftest import Cast
from tests.mail.messages import raw
from tests.mail.pages.conftest import NOBODY, As, letter, take
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def again(mail: IncomingMail) -> IncomingMail:
    return IncomingMail.objects.get(pk=mail.pk)


def scan(number: int, *, subject: str = "Scan") -> IncomingMail:
    return take(NOBODY.replace(b"<scan@mfp>", f"<{number}@mfp>".encode()).replace(b"Scan 0042", subject.encode()))


def test_the_list_says_who_wrote_what_and_why_it_waits(as_: As, nameless: IncomingMail) -> None:
    """M-03: sender, subject, cause in words, mailbox, and where it may be opened."""
    page = as_("nadia").get("/quarantine/").content.decode()
    for words in ("No sender", "Scan 0042", "The message names no sender.", "Partner Help Desk", f"/{nameless.pk}/"):
        assert words in page
    part = as_("nadia").get("/quarantine/", headers={"HX-Request": "true"}).content.decode()
    assert "Scan 0042" in part
    assert "<html" not in part


def test_a_channel_manager_and_a_partner_see_nothing_of_it(as_: As, cast: Cast, nameless: IncomingMail) -> None:
    """M-03, S-12"""
    for client in (as_("sofia"), Client()):
        assert client.get(f"/quarantine/{nameless.pk}/").status_code in {302, 403}
        assert client.post(f"/quarantine/{nameless.pk}/discard/", {"why": "no"}).status_code in {302, 401, 403}
    assert again(nameless).decision == ""
    assert "/quarantine/" not in as_("sofia").get("/queue/").content.decode()


def test_the_rail_says_that_something_waits(as_: As, nameless: IncomingMail) -> None:
    """R-05: the dot of the area names it in words."""
    assert "1 is put aside" in as_("nadia").get("/resources/").content.decode()


def test_hostile_words_are_only_words(as_: As, desk_hours: None) -> None:
    """S-03: subject, name, file name and text are shown, never run."""
    evil = "<script>alert(1)</script>"
    parts = f"--sep\r\nContent-Type: text/plain\r\n\r\n{evil}\r\n--sep\r\nContent-Disposition: attachment\r\n"
    parts += f'Content-Type: text/plain; name="{evil}.txt"\r\n\r\nx\r\n--sep--\r\n'
    head = 'Content-Type: multipart/mixed; boundary="sep"'
    mail = take(raw(parts, head, subject=evil, **{"from": f"{evil} <>"}))
    assert mail.outcome == "quarantined"
    for path in ("/quarantine/", f"/quarantine/{mail.pk}/", f"/recorder/?q={evil}"):
        page = as_("nadia").get(path).content.decode()
        assert evil not in page
        assert "&lt;script&gt;" in page


def test_one_message_shows_what_was_read(as_: As, nameless: IncomingMail) -> None:
    page = as_("nadia").get(f"/quarantine/{nameless.pk}/").content.decode()
    for words in ("One page", "Message-ID: &lt;scan@mfp&gt;", "No sender can be read.", "It is kept whole"):
        assert words in page
    original = as_("nadia").get(f"/quarantine/{nameless.pk}/original/")
    assert original.getvalue() == NOBODY
    assert original["Content-Disposition"].startswith("attachment")


def test_what_cannot_be_read_is_shown_as_bytes_with_its_error(
    as_: As, desk_hours: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-03: the technical error is there, folded; the first bytes are there too."""
    break_reading(monkeypatch)
    mail = take(letter(1))
    page = as_("nadia").get(f"/quarantine/{mail.pk}/").content.decode()
    assert "It still cannot be read" in page
    assert "ZeroDivisionError" in page
    assert "Subject: PO 4711" in page


def break_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader stumbles over Katrin's order."""
    honest = caged.parse

    def stumble(data: bytes) -> ParsedMail:
        if data == letter(1):
            raise cage.Failed("Traceback (most recent call last):\nZeroDivisionError: division by zero")
        return honest(data)

    monkeypatch.setattr(caged, "parse", stumble)


def test_a_released_message_is_taken_in_with_an_event(
    as_: As, cast: Cast, desk_hours: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-03: released, it becomes what it would have become; who and why is in the journal."""
    with monkeypatch.context() as patch:
        break_reading(patch)
        mail = take(letter(1))
    answer = as_("nadia").post(f"/quarantine/{mail.pk}/release/", {"why": "the reader was mended"})
    assert answer["Location"] == "/quarantine/"
    mail = again(mail)
    assert (mail.outcome, mail.decision, mail.decided_by) == ("created", "released", cast.nadia)
    event = events_of(mail).get()
    assert (event.verb, event.actor, event.why) == ("mail released", cast.nadia, "the reader was mended")
    assert event.before == {"outcome": "quarantined", "reason": "This message could not be read.", "decision": ""}
    assert event.after == {"decision": "released"}
    page = as_("nadia").get(f"/quarantine/{mail.pk}/").content.decode()
    assert mail.handled_ref in page
    assert "Release" not in re.sub(r"(?s)<aside.*", "", page)


def test_what_cannot_be_read_is_put_aside_again_and_waits_again(as_: As, nameless: IncomingMail) -> None:
    """M-03: a release never hides a message."""
    as_("nadia").post(f"/quarantine/{nameless.pk}/release/")
    mail = again(nameless)
    assert (mail.outcome, mail.decision) == ("quarantined", "")
    assert list(quarantine.waiting()) == [mail]
    assert "released it" in as_("nadia").get(f"/quarantine/{mail.pk}/").content.decode()


def test_a_policy_does_not_put_a_released_message_aside_again(cast: Cast, desk_hours: None) -> None:
    """M-18: the handler sees that a person let it through."""
    honest, seen = hooks.handlers[0], []

    def strict(mail: IncomingMail, parsed: ParsedMail) -> hooks.Handled:
        seen.append(mail.let_through)
        if not mail.let_through:
            raise hooks.Quarantine("This may be a loop.")
        return honest(mail, parsed)

    hooks.register(strict)
    try:
        mail = take(letter(1))
        assert mail.reason == "This may be a loop."
        assert quarantine.release(mail, by=cast.nadia).outcome == "created"
    finally:
        hooks.register(honest)
    assert seen == [False, True]


def test_a_ticket_is_made_for_somebody_named_by_the_specialist(as_: As, cast: Cast, nameless: IncomingMail) -> None:
    """M-03, M-06: no sender could be read; the specialist says who it is."""
    client = as_("nadia")
    refused = client.post(f"/quarantine/{nameless.pk}/ticket/", {"address": "nobody at all"})
    assert refused.status_code == 422
    assert "This is not an e-mail address." in refused.content.decode()
    client.post(f"/quarantine/{nameless.pk}/ticket/", {"address": "Katrin@northwind.example.com", "name": "Katrin"})
    mail, ticket = again(nameless), Ticket.objects.get()
    assert (mail.outcome, mail.decision, mail.handled_ref) == ("created", "ticket", ticket.reference)
    assert mail.reason == "Nadia Okafor made a ticket of it."
    assert (ticket.requester, ticket.subject) == (cast.katrin, "Scan 0042")
    assert ticket.messages.get().incoming == mail
    assert events_of(mail).get().verb == "mail made a ticket"


def test_a_ticket_is_made_of_what_nobody_can_read(
    as_: As, cast: Cast, desk_hours: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-03: the bytes themselves hang on the ticket."""
    break_reading(monkeypatch)
    mail = take(letter(1))
    as_("nadia").post(f"/quarantine/{mail.pk}/ticket/", {"address": "omar@bluepeak.example.com"})
    ticket = Ticket.objects.get()
    file = ticket.attachments.get()
    assert (ticket.requester, file.filename, file.stored.read()) == (cast.omar, "message.eml", letter(1))


def test_a_ticket_that_cannot_be_opened_leaves_the_message_waiting(
    as_: As, nameless: IncomingMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-01: decision, event and ticket land together or not at all."""

    def broken(*_given: Any) -> hooks.Handled:
        raise ZeroDivisionError

    monkeypatch.setattr(hooks, "open_new", broken)
    client = as_("nadia")
    client.raise_request_exception = False
    assert client.post(f"/quarantine/{nameless.pk}/ticket/", {"address": "a@b.example"}).status_code == 500
    assert list(quarantine.waiting()) == [nameless]
    assert not events_of(nameless)


def test_a_message_is_discarded_with_a_reason_and_put_back(as_: As, cast: Cast, nameless: IncomingMail) -> None:
    """M-03: kept, found again, undone."""
    client = as_("nadia")
    refused = client.post(f"/quarantine/{nameless.pk}/discard/", {"why": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    answer = client.post(f"/quarantine/{nameless.pk}/discard/", {"why": "A test page of the scanner"}, follow=True)
    assert "Undo" in answer.content.decode()
    mail = again(nameless)
    assert (mail.outcome, mail.decision, mail.decided_by) == ("quarantined", "discarded", cast.nadia)
    assert not quarantine.waiting()
    for path in ("/quarantine/?discarded", "/recorder/?q=scan&outcome=discarded"):
        assert "A test page of the scanner" in client.get(path).content.decode()
    client.post(f"/quarantine/{mail.pk}/put-back/")
    assert list(quarantine.waiting()) == [mail]
    assert [event.verb for event in events_of(mail)] == ["mail discarded", "mail put back"]
    assert events_of(mail).first().why == "A test page of the scanner"  # type: ignore[union-attr]


def test_who_decides_second_is_told(as_: As, nameless: IncomingMail) -> None:
    as_("lena").post(f"/quarantine/{nameless.pk}/discard/", {"why": "No"})
    for act, given in {"release": {}, "ticket": {"address": "a@b.example"}, "discard": {"why": "x"}}.items():
        answer = as_("nadia").post(f"/quarantine/{nameless.pk}/{act}/", given, follow=True)
        assert "Somebody has decided about this message already." in answer.content.decode()
    assert events_of(nameless).count() == 1


def test_several_are_decided_at_once(as_: As, cast: Cast, desk_hours: None) -> None:
    """M-03: bulk; workers take in what is released."""
    mails = [scan(number) for number in range(4)]
    client, htmx = as_("nadia"), {"HX-Request": "true"}
    chosen = [str(mail.pk) for mail in mails[:2]]
    refused = client.post("/quarantine/decide/", {"act": "discard", "chosen": chosen}, headers=htmx)
    assert "Say why it is discarded" in refused.content.decode()
    answer = client.post("/quarantine/decide/", {"act": "discard", "chosen": chosen, "why": "Scans"}, headers=htmx)
    assert "2 messages discarded." in answer.content.decode()
    assert {mail.pk for mail in quarantine.waiting()} == {mails[2].pk, mails[3].pk}
    answer = client.post("/quarantine/decide/", {"act": "release-all"}, follow=True)
    assert "2 messages are taken in again." in answer.content.decode()
    for mail in mails[2:]:
        assert (again(mail).state, again(mail).decision) == ("received", "released")
        assert inbox.take_in(mail.pk).outcome == "quarantined"
    nothing = client.post("/quarantine/decide/", {"act": "release"}, follow=True)
    assert "Choose a message first." in nothing.content.decode()


def test_acts_need_the_token_of_the_form(cast: Cast, nameless: IncomingMail) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.nadia)
    assert client.post(f"/quarantine/{nameless.pk}/discard/", {"why": "x"}).status_code == 403
    assert again(nameless).decision == ""


def test_a_message_that_was_never_aside_is_not_here(as_: As, cast: Cast, desk_hours: None) -> None:
    mail = take(letter(1))
    for path in (f"/quarantine/{mail.pk}/", f"/quarantine/{mail.pk}/original/", "/quarantine/999999/"):
        assert as_("nadia").get(path).status_code == 404
    assert as_("nadia").post(f"/quarantine/{mail.pk}/release/").status_code == 404


def test_no_statement_more_for_more_messages(as_: As, desk_hours: None) -> None:
    client = as_("nadia")
    counts = []
    for number in range(6):
        scan(number)
        if number in {0, 5}:
            client.get("/quarantine/")
            with CaptureQueriesContext(connection) as asked:
                client.get("/quarantine/")
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_pages_follow_each_other_without_a_gap(as_: As, desk_hours: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mail.looking.PAGE", 2)
    for number in range(5):
        scan(number, subject=f"Scan {number}")
    client, path, found = as_("nadia"), "/quarantine/", []
    while path:
        page = client.get(path).content.decode()
        found += re.findall(r'class="queue-link"[^>]*>(Scan \d)<', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = f"/quarantine/{older[1].replace('&amp;', '&')}" if older else ""
    assert found == [f"Scan {number}" for number in (4, 3, 2, 1, 0)]
