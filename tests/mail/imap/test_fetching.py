"""Fetching from a healthy server: stored first, then let go; silent where mail lay there before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from documents import storing
from mail import inbox, mailboxes
from mail.imap import fetching, lock, service, session
from mail.models import FetchState, IncomingMail
from tests.mail.conftest import Desk
from tests.mail.imap.conftest import Box, MakeBox, message
from tests.mail.imap.faults import Proxy

pytestmark = pytest.mark.django_db(transaction=True)
STORED = {b"\\Seen", b"$PHDStored"}


def test_the_exact_bytes_with_mailbox_and_uid(box: Box) -> None:
    """M-01, M-21"""
    odd = message("Odd") + b"\x80\xff\r\n..dots\r\nFrom me\r\n\tno line end"
    box.account.put(odd)
    state = box.fetch()
    [row] = box.rows
    assert row.raw.read() == odd
    assert (row.via, row.mailbox, row.uid, row.state, row.silent) == ("imap", box.mailbox, 1, "received", False)
    assert row.uidvalidity == state.uidvalidity
    assert (state.last_uid, state.problem, state.waiting) == (1, "", 0)
    assert state.last_mail is not None


def test_the_read_flag_of_others_never_matters(box: Box) -> None:
    """freescout#4109"""
    box.put("One", "Two")
    box.account.look(lambda client: client.add_flags([1], [b"\\Seen", b"\\Flagged"]))
    box.fetch()
    assert box.stored == ["One", "Two"]
    assert box.account.flags() == {1: {*STORED, b"\\Flagged"}, 2: STORED}


def test_nothing_is_marked_before_it_is_committed(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-03, M-21: the body is peeked at; the flags change when another connection can see the row."""
    seen: list[tuple[int, dict[int, set[bytes]]]] = []
    store, release = inbox.store, session.Session.release

    def look(*args: Any, **options: Any) -> IncomingMail:
        row = store(*args, **options)
        seen.append((IncomingMail.objects.count(), box.account.flags()))
        return row

    def let_go(self: session.Session, uids: list[int]) -> str:
        own = connection.copy()
        with own.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM mail_incomingmail WHERE uid = ANY(%s)", [uids])
            assert cursor.fetchone()[0] == len(uids)
        own.close()
        return release(self, uids)

    monkeypatch.setattr(inbox, "store", look)
    monkeypatch.setattr(session.Session, "release", let_go)
    box.put("One", "Two")
    box.fetch()
    assert seen == [(1, {1: set(), 2: set()}), (2, {1: set(), 2: set()})]
    assert box.account.flags() == {1: STORED, 2: STORED}


@pytest.mark.parametrize("without", ["", "MOVE ", "MOVE UIDPLUS "])
def test_moving_what_is_stored(make_box: MakeBox, proxy: Proxy, without: str) -> None:
    """R-03: by MOVE, by COPY and the removal of these, or by COPY and a flag; the folder is made."""
    known = " ".join(word for word in ("MOVE", "UIDPLUS") if word not in without)
    if without:
        proxy.rule("CAPABILITY", say=f"* CAPABILITY IMAP4rev1 AUTH=PLAIN {known}\r\n{{tag}} OK done\r\n")
    box = make_box(imap_port=proxy.port, imap_after="move", imap_moved_to="Erledigt/Getränke")
    box.put("One", "Two", "Three")
    box.account.look(lambda client: client.add_flags([2], [b"\\Deleted"]))  # marked by somebody, not yet removed
    assert box.fetch().problem == ""
    box.fetch()
    assert box.stored == ["One", "Two", "Three"]
    moved = box.account.subjects(folder="Erledigt/Getränke")
    if "UIDPLUS" in without:
        assert moved == ["One", "Three"]
        assert all(b"\\Deleted" in flags for flags in box.account.flags().values())
    elif without:
        assert moved == ["One", "Three"]
        assert box.account.uids() == []
    else:
        assert moved == ["One", "Two", "Three"]
        assert box.account.uids() == []


def test_mail_that_cannot_be_moved_is_stored_and_the_next_one_too(ill_box: Box, proxy: Proxy) -> None:
    """What was stored is never stored twice, and moved once the server lets us."""
    ill_box.change(imap_after="move", imap_moved_to="Stored")
    full = proxy.rule("MOVE", say="{tag} NO [OVERQUOTA] Mailbox is full\r\n")
    ill_box.put("One")
    assert "does not let us mark or move it: IMAPClientError" in ill_box.fetch().problem.replace(
        "error:", "IMAPClientError"
    )
    ill_box.put("Two")
    state = ill_box.fetch()
    assert (ill_box.stored, state.failures) == (["One", "Two"], 0)
    full.times = 0
    assert ill_box.fetch().problem == ""
    assert ill_box.account.subjects(folder="Stored") == ["One", "Two"]
    assert ill_box.stored == ["One", "Two"]


def test_what_lies_there_at_the_first_visit_is_stored_silently(make_box: MakeBox) -> None:
    """frappe#2433: nobody is answered for old mail; what comes afterwards is answered."""
    box = make_box()
    box.put("Old", "Older")
    state = box.fetch()
    assert state.backfilled is not None
    box.put("New")
    box.fetch()
    assert [(row.uid, row.silent) for row in box.rows] == [(1, True), (2, True), (3, False)]


def test_a_first_visit_that_was_broken_off_stays_silent(make_box: MakeBox, monkeypatch: pytest.MonkeyPatch) -> None:
    """frappe#2433: interrupted and resumed."""
    monkeypatch.setattr(fetching, "BATCH", 2)
    box = make_box()
    box.put(*(f"Old {number}" for number in range(5)))
    answers = iter([False, False, False, False, True])
    monkeypatch.setattr(fetching, "deadline", lambda _seconds: lambda: next(answers, True))
    state = box.fetch()
    assert (len(box.rows), state.backfilled, state.last_success) == (2, None, None)
    assert state.waiting == 3
    monkeypatch.undo()
    box.fetch()
    assert [row.silent for row in box.rows] == [True] * 5
    box.put("New")
    box.fetch()
    assert box.rows[-1].silent is False


def test_mail_that_arrives_while_the_first_visit_is_broken_off_is_new(
    make_box: MakeBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-21: the first visit knows what was old when it began, however often it begins again."""
    monkeypatch.setattr(fetching, "BATCH", 2)
    box = make_box()
    box.put(*(f"Old {number}" for number in range(5)))
    for _again in range(2):
        answers = iter([False, False, False, False, True])
        monkeypatch.setattr(fetching, "deadline", lambda _seconds, answers=answers: lambda: next(answers, True))
        assert box.fetch().backfilled is None
        box.put("New")
    monkeypatch.undo()
    state = box.fetch()
    assert (state.first_new, state.backfilled is not None) == (6, True)
    assert [row.silent for row in box.rows] == [True] * 5 + [False] * 2


def test_mail_that_arrives_during_the_first_visit_is_new(make_box: MakeBox, monkeypatch: pytest.MonkeyPatch) -> None:
    box = make_box()
    box.put("Old")
    glances = session.Session.glances

    def meanwhile(self: session.Session, uids: list[int]) -> dict[int, session.Glance]:
        if len(box.account.uids()) == 1:
            box.put("New")
        return glances(self, uids)

    monkeypatch.setattr(session.Session, "glances", meanwhile)
    box.fetch()
    box.fetch()
    assert [(row.uid, row.silent) for row in box.rows] == [(1, True), (2, False)]


def test_new_numbers_lose_nothing_and_answer_nobody_twice(box: Box, desk: Desk) -> None:
    """F-07, M-21: UIDVALIDITY changed."""
    box.put("One", "Two")
    before = box.fetch().uidvalidity
    box.take_in()
    box.account.number_anew()
    box.put("Three", at=datetime.now(UTC) + timedelta(seconds=5))
    after = box.fetch()
    assert before != after.uidvalidity
    outcomes = [(row.subject, row.outcome, row.silent) for row in box.take_in()]
    assert sorted(outcomes) == [
        ("One", "created", False),
        ("One", "duplicate", True),
        ("Three", "created", False),
        ("Two", "created", False),
        ("Two", "duplicate", True),
    ]
    assert sorted(desk.taken) == ["One", "Three", "Two"]


def test_another_account_with_the_same_numbers_is_begun_from_the_start(box: Box, make_box: MakeBox) -> None:
    """UIDVALIDITY is the same for whole providers: a UID of another account is another message."""
    box.put("One", "Two")
    uidvalidity = box.account.look(lambda client: client.folder_status("INBOX", ["UIDVALIDITY"]))[b"UIDVALIDITY"]
    box.fetch()
    other = make_box()
    other.put("Other")
    session_number = session.epoch(box.mailbox, uidvalidity)
    box.change(imap_user=other.account.name)
    assert session.epoch(box.mailbox, uidvalidity) != session_number
    box.fetch()
    assert sorted(box.stored) == ["One", "Other", "Two"]
    assert IncomingMail.objects.get(uid=1, silent=True).mailbox == box.mailbox


def test_removal_by_another_program_is_harmless(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-07: EXPUNGE by another client while we fetch."""
    box.put("One", "Two", "Three")
    body = session.Session.message

    def meanwhile(self: session.Session, uid: int, size: int | None) -> Any:
        if 2 in box.account.uids():
            box.account.remove(2)
        return body(self, uid, size)

    monkeypatch.setattr(session.Session, "message", meanwhile)
    state = box.fetch()
    assert (box.stored, state.skipped, state.problem, state.last_uid) == (["One", "Three"], {}, "", 3)


def test_a_big_message_comes_in_pieces_and_never_whole(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """M-13: RFC822.SIZE first; above a limit the bytes go to the store through a file."""
    big = message("Big", "0123456789abcde\r\n" * 400_000)
    monkeypatch.setattr(session, "STREAM_ABOVE", 5_000_000)
    monkeypatch.setattr(session, "PIECE", 1_000_000)
    sizes: list[int] = []
    chunks = storing.chunks

    def watch(content: Any) -> Any:
        for chunk in chunks(content):
            sizes.append(len(chunk))
            yield chunk

    monkeypatch.setattr(storing, "chunks", watch)
    box.account.put(big)
    assert box.fetch().problem == ""
    [row] = box.rows
    assert row.size == len(big)
    assert row.raw.read() == big
    assert max(sizes) <= storing.CHUNK


def test_an_oversized_message_is_stored_and_the_next_one_too(box: Box) -> None:
    """M-13: above 50 MB, never skipped."""
    huge = message("Huge", ("x" * 998 + "\r\n") * 53_000)
    assert len(huge) > 50 * 1024 * 1024
    box.account.put(huge, message("Next"))
    assert box.fetch().problem == ""
    assert [row.size for row in box.rows] == [len(huge), len(message("Next"))]
    assert box.rows[0].raw.read() == huge


def test_one_at_a_time(box: Box) -> None:
    """M-21: two fetchers at once; the second leaves the first alone, a page may still ask."""
    box.put("One")
    with lock.held(box.mailbox.pk) as mine:
        assert mine is not None
        assert lock.taken() == {box.mailbox.pk}
        assert service.fetch(box.mailbox, seconds=5) is None
        assert service.try_now(box.mailbox).problem == ""
        assert box.stored == []
    assert lock.taken() == frozenset()
    assert service.try_now(box.mailbox).problem == ""
    assert box.stored == ["One"]


def test_counting_finds_what_is_missing_and_fetches_it(box: Box) -> None:
    """freescout#2001: what lies there against what is stored."""
    box.put("One", "Two", "Three")
    box.fetch()
    IncomingMail.objects.filter(uid=2).delete()
    box.put("Four")
    with lock.held(box.mailbox.pk):  # the fetcher is at it: only counted
        state = service.reconcile(box.mailbox)
    assert (state.on_server, state.stored, state.missing, state.waiting) == (4, 2, [2], 1)
    state = service.reconcile(box.mailbox)
    assert (state.on_server, state.stored, state.missing, state.waiting) == (4, 4, [], 0)
    assert box.stored == ["One", "Two", "Three", "Four"]


def test_what_was_counted_as_missing_is_fetched_at_the_next_visit(box: Box) -> None:
    box.put("One")
    box.fetch()
    IncomingMail.objects.all().delete()
    with lock.held(box.mailbox.pk):
        service.reconcile(box.mailbox)
    state = box.fetch()
    assert (box.stored, state.missing) == (["One"], [])


def test_mail_in_a_mailbox_is_stored_whatever_its_recipients_say(box: Box) -> None:
    """chatwoot#15365: unmatched never means dropped."""
    mailboxes.memory.forget()
    other = message("Blind").replace(b"To: partnersupport@gitlab.com", b"To: undisclosed-recipients:;")
    box.account.put(other)
    box.fetch()
    assert [(row.mailbox, row.raw.read()) for row in box.rows] == [(box.mailbox, other)]


def test_the_state_is_one_row(box: Box) -> None:
    assert service.state_of(box.mailbox) == FetchState.objects.get()
