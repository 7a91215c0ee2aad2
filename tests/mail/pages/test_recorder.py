"""“Did you get my mail?”: the way of every mail, in and out, in one look and a fixed number of statements."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from journal.models import Event
from mail import inbox, mailboxes, outbox, quarantine, recorder
from mail.flight import asking
from mail.flight.steps import Trip
from mail.models import FetchState, IncomingMail, Mailbox, OutgoingMail
from tests.conftest import Cast
from tests.mail.messages import raw, report
from tests.mail.pages.conftest import NOBODY, As, letter, take
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def ways(query: str, **narrow: Any) -> list[Trip]:
    return [trip for group in recorder.trace(query, **narrow).groups for trip in group.trips]


def steps(trip: Trip) -> dict[str, tuple[str, str]]:
    return {step.name: (step.tone, step.words) for step in trip.steps}


def sent(mail: OutgoingMail, **changed: Any) -> None:
    known = {"state": "sent", "sent_at": timezone.now(), "server_reply": "250 2.0.0 Ok: queued as 4F1"}
    accepted = {"accepted": mail.recipients, **known, **changed}
    OutgoingMail.objects.filter(pk=mail.pk).update(**accepted)


@pytest.fixture
def ordered(cast: Cast, desk_hours: None) -> IncomingMail:
    """Katrin's order became a ticket and was acknowledged."""
    mail = take(letter(1))
    sent(OutgoingMail.objects.get())
    return mail


QUERIES = {
    "Katrin@Northwind.example.com": "address",
    "Katrin Vogel <katrin@northwind.example.com>": "address",
    "northwind.example.com": "domain",
    "@northwind.example.com": "domain",
    "<1@northwind.example.com>": "id",
    "1@northwind.example.com": "id",
    "<unknown.4711@elsewhere.example>": "id",
    "po 47": "words",
    "phd-1": "reference",
    "": "everything",
    "'); DROP TABLE": "words",
    "\0": "everything",
}


def test_the_box_takes_a_query_for_what_it_looks_like(ordered: IncomingMail) -> None:
    assert {query: asking.read(query).kind for query in QUERIES} == QUERIES


def test_a_mail_is_found_with_its_whole_way(ordered: IncomingMail) -> None:
    """features.md §4 item 9: received, read, matched, became, answered, delivered; whatever is asked."""
    person, domain = "katrin@northwind.example.com", "northwind.example.com"
    for query in (person, domain, "<1@northwind.example.com>", "PO 4711", "po 47", ordered.handled_ref):
        [came] = [trip for trip in ways(query) if trip.incoming]
        way = steps(came)
        assert list(way) == ["Received", "Read", "Matched", "New ticket", "Answered", "Delivered"]
        assert way["Received"] == ("done", f"By command, for {mailboxes.default().address}")
        assert way["Matched"][1].startswith("No conversation.")
        assert way["New ticket"] == ("done", ordered.handled_ref)
        assert way["Answered"][1].startswith("Acknowledgement")
        assert way["Delivered"] == ("done", "Accepted for 1 address. No report of failure came back.")


def test_what_we_sent_is_found_by_its_recipient(ordered: IncomingMail) -> None:
    """M-19: with the server's words."""
    for query in ("KATRIN@northwind.example.com", "northwind.example.com", OutgoingMail.objects.get().message_id):
        went = next(trip for trip in ways(query) if trip.outgoing)
        assert steps(went)["Sent"] == ("done", "250 2.0.0 Ok: queued as 4F1")
    assert not any(trip.outgoing for trip in ways("rin@northwind.example.com"))
    assert not any(trip.outgoing for trip in ways("wind.example.com"))


def test_each_recipient_has_an_end_of_their_own(db: None) -> None:
    """M-19: accepted, refused and come back, person by person."""
    to = [("", f"{name}@acme.example") for name in ("ana", "bo", "Cy")]
    mail = outbox.queue(to=to, subject="Offer", body_text="x", purpose="reply")
    bounced = {"cy@acme.example": {"status": "5.1.1", "words": "550 No such user", "for_good": True, "at": ""}}
    refused = {"bo@acme.example": "550 no"}
    sent(mail, accepted=["ana@acme.example", "Cy@acme.example"], refused=refused, bounced=bounced)
    [trip] = ways("bo@acme.example")
    assert trip.title == "Came back"
    assert [(one.name, one.tone, one.words) for one in trip.recipients] == [
        ("ana@acme.example", "done", "Accepted."),
        ("bo@acme.example", "failed", "Refused: 550 no"),
        ("Cy@acme.example", "failed", "Came back for good: 550 No such user"),
    ]
    assert steps(trip)["Delivered"][0] == "failed"


def test_why_nobody_was_answered(cast: Cast, desk_hours: None) -> None:
    """M-16, M-17, M-21: each silence has its reason."""
    automatic = take(raw("x", "Auto-Submitted: auto-generated", message_id="<a@x>"))
    stray = take(report(returned="<never-ours@elsewhere.example>"))
    aside = take(NOBODY)
    old = take(letter(7))
    IncomingMail.objects.filter(pk=old.pk).update(silent=True)
    OutgoingMail.objects.filter(in_reply_to=old.message_id).delete()
    found = {trip.incoming.pk: steps(trip).get("Answered", ("", ""))[1] for trip in ways("") if trip.incoming}
    assert found[automatic.pk].startswith("A program wrote it. Its header says Auto-Submitted")
    assert found[stray.pk] == found[aside.pk] == "Such a message gets no answer."
    assert "before we first came" in found[old.pk]


def test_a_mail_that_waits_says_for_what(db: None, cast: Cast) -> None:
    mail = inbox.store(letter(1), via="smtp")
    assert steps(ways("")[0])["Read"] == ("waiting", "Waits for a worker.")
    outgoing = outbox.queue(to=["ana@acme.example"], subject="x", body_text="x", purpose="reply")
    OutgoingMail.objects.update(attempts=2, last_error="The server is away.", next_try=timezone.now())
    trip = ways("ana@acme.example")[0]
    assert steps(trip)["Sent"][0] == "waiting"
    assert steps(trip)["Sent"][1].startswith("The server is away. Next try Today")
    assert {mail.pk, outgoing.pk}


def test_the_no_says_how_we_know(as_: As, ordered: IncomingMail) -> None:
    """features.md §4 item 9: the negative answer is an answer."""
    page = as_("nadia").get("/recorder/?q=jan@northwind.example.com").content.decode()
    assert "No mail from jan@northwind.example.com has reached us." in page
    assert "Last mail from katrin@northwind.example.com" in page
    assert "takes mail by SMTP" in page
    page = as_("nadia").get("/recorder/?q=nowhere.example").content.decode()
    assert "No mail from nowhere.example has reached us." in page
    page = as_("nadia").get("/recorder/?q=unheard words").content.decode()
    assert "Try the sender's address" in page


def test_a_mailbox_in_trouble_is_named_beside_every_answer(as_: As, ordered: IncomingMail) -> None:
    """R-05: a mail may be there that we have not seen."""
    mailbox = Mailbox.objects.create(
        name="Orders", address="orders@gitlab.com", imap_host="imap.example.com", imap_user="orders"
    )
    problem = "Nothing takes connections at imap.example.com, port 993."
    FetchState.objects.create(mailbox=mailbox, failing_since=timezone.now(), problem=problem, missing=[4, 5])
    page = as_("nadia").get("/recorder/?q=katrin@northwind.example.com").content.decode()
    assert problem in page
    assert "2 messages in orders@gitlab.com are not stored here." in page


def test_it_is_narrowed_by_outcome_and_day(as_: As, ordered: IncomingMail) -> None:
    take(letter(1))
    yesterday = timezone.now() - timedelta(days=1)
    aside = take(NOBODY)
    IncomingMail.objects.filter(pk=aside.pk).update(received=yesterday)
    assert {trip.title for trip in ways("", outcome="duplicate")} == {"Duplicate"}
    assert {trip.title for trip in ways("", outcome="sent")} == {"Sent"}
    assert [trip.incoming for trip in ways("", outcome="quarantined")] == [aside]
    assert [trip.incoming for trip in ways("", day=timezone.localtime(yesterday).date())] == [aside]
    client = as_("nadia")
    assert "There is no such outcome" in client.get("/recorder/?outcome=lost").content.decode()
    assert "Write the day as" in client.get("/recorder/?day=yesterday").content.decode()
    assert client.get("/recorder/?before=nonsense~9~x").status_code == 200


def test_every_filter_can_be_asked(db: None) -> None:
    assert [outcome for outcome in recorder.OUTCOMES if recorder.trace("", outcome=outcome).groups] == []


def test_what_belongs_together_stands_together(cast: Cast, desk_hours: None) -> None:
    first = take(letter(1))
    take(letter(2, subject=f"Re: PO [{first.handled_ref}]"))
    take(letter(3, sender="omar@bluepeak.example.com", subject="Other"))
    groups = recorder.trace("").groups
    assert [group.ref for group in groups] == [Ticket.objects.latest("pk").reference, first.handled_ref]
    assert groups[1].url == f"/tickets/{first.handled_ref}/"
    times = [trip.at for trip in groups[1].trips]
    assert times == sorted(times)
    assert len(times) >= 3


def test_pages_follow_each_other_without_a_gap(cast: Cast, desk_hours: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides in one order, also where times are the same."""
    monkeypatch.setattr(recorder, "PAGE", 2)
    for number in range(4):
        take(letter(number, subject=f"Mail {number}"))
    same = timezone.now()
    IncomingMail.objects.update(received=same)
    OutgoingMail.objects.update(created=same)
    found, before = [], ""
    for _page in range(20):
        page = recorder.trace("", before=before)
        found += [trip.key for group in page.groups for trip in group.trips]
        before = page.older
        if not before:
            break
    assert len(found) == len(set(found)) == IncomingMail.objects.count() + OutgoingMail.objects.count()


def test_no_statement_more_for_more_mail(as_: As, cast: Cast, desk_hours: None) -> None:
    client, counts = as_("nadia"), []
    for number in range(8):
        take(letter(number, subject=f"Mail {number}"))
        if number in {1, 7}:
            for query in ("katrin@northwind.example.com", "northwind.example.com", "mail", ""):
                client.get("/recorder/")
                with CaptureQueriesContext(connection) as asked:
                    client.get("/recorder/", {"q": query})
                counts.append(len(asked))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 14


def test_every_question_uses_an_index(cast: Cast, desk_hours: None) -> None:
    """Fast at 100,000 mails: no question about one sender reads the table."""
    take(letter(1))
    questions = ["katrin@northwind.example.com", "northwind.example.com", "<1@northwind.example.com>", "po 47", "PHD-1"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
    for question in questions:
        asked = asking.read(question)
        for rows in (asking.incoming(asked), asking.outgoing(asked)):
            plan = rows.order_by().explain()
            assert "Seq Scan" not in plan, f"{question}: {plan}"


def test_the_page_is_one_form_and_a_part(as_: As, ordered: IncomingMail) -> None:
    client = as_("nadia")
    part = client.get("/recorder/", {"q": "po 4711"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert ordered.handled_ref in part
    page = client.get("/recorder/", {"q": "po 4711"}).content.decode()
    assert re.search(r'<form class="sheet-tools[^>]*method="get" action="/recorder/"', page)
    assert f'href="/tickets/{ordered.handled_ref}/"' in page


def test_a_discarded_message_is_found_with_who_and_why(cast: Cast, desk_hours: None) -> None:
    """M-03"""
    quarantine.discard(take(NOBODY), by=cast.nadia, why="A test page")
    [trip] = ways("scan 0042", outcome="discarded")
    assert trip.title == "Discarded"
    assert steps(trip)["Discarded"] == ("skipped", "Nadia Okafor: A test page")


def test_a_mail_of_ours_that_failed_goes_again_from_here(as_: As, cast: Cast) -> None:
    """F-06: whatever it was, the button stands beside it, and the answer stays what was asked."""
    mail = outbox.queue(to=["ana@acme.example"], subject="Notice", body_text="Hello", purpose="notice")
    OutgoingMail.objects.update(state="failed", last_error="After 48 hours we stopped.")
    nadia, address = as_("nadia"), f"/recorder/{mail.pk}/try-again/"
    assert address in nadia.get("/recorder/?q=ana%40acme.example").content.decode()
    answer = nadia.post(f"{address}?q=ana%40acme.example&outcome=&day=", follow=True)
    assert answer.redirect_chain == [("/recorder/?q=ana%40acme.example&outcome=&day=", 302)]
    assert "The mail to ana@acme.example leaves again." in answer.content.decode()
    assert OutgoingMail.objects.get().state == "queued"
    assert Event.objects.get(verb="mail tried again").actor == cast.nadia
    assert "on its way or sent" in nadia.post(address, follow=True).content.decode()
    assert nadia.post(f"/recorder/{uuid4()}/try-again/").status_code == 404


def test_a_sign_in_that_failed_says_what_to_do_instead(as_: As, cast: Cast) -> None:
    """F-06: its link has expired."""
    mail = outbox.queue(to=["ana@acme.example"], subject="Sign in", body_text="Hello", purpose="sign_in")
    OutgoingMail.objects.update(state="failed", last_error="After 48 hours we stopped.")
    page = as_("nadia").get("/recorder/").content.decode()
    assert "Ask the person to sign in once more." in page
    assert f"/recorder/{mail.pk}/try-again/" not in page
