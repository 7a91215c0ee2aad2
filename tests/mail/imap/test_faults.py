"""Servers that drop, hang, refuse and lie: nothing is lost, nothing comes twice, the rest goes on."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from imapclient import SocketTimeout

from documents import storing
from mail.imap import connection, lock, states
from mail.imap.trouble import Trouble
from mail.models import FetchState, IncomingMail
from mail.tasks import fetch_mailbox, fetch_unattended, reconcile_mailbox, reconcile_mailboxes
from tests.mail.imap.conftest import Box, MakeBox, message
from tests.mail.imap.faults import Proxy

pytestmark = pytest.mark.django_db(transaction=True)


def of(uid: int) -> str:
    return rf"UID FETCH {uid} \(BODY"


def test_a_connection_dropped_in_the_middle_of_a_message_is_resumed(ill_box: Box, proxy: Proxy) -> None:
    """F-07: drop mid-FETCH."""
    ill_box.account.put(message("One"), message("Two", "x\r\n" * 100_000), message("Three"))
    proxy.rule(of(2), cut=5000, times=1)
    assert ill_box.fetch().problem == ""
    assert ill_box.stored == ["One", "Two", "Three"]
    assert ill_box.rows[1].raw.read() == message("Two", "x\r\n" * 100_000)


def test_a_server_that_drops_every_message_is_given_pauses(ill_box: Box, proxy: Proxy) -> None:
    """F-07, freescout#1981: back-off while it is ill, and everything comes when it is well."""
    ill_box.put("One", "Two", "Three")
    rule = proxy.rule(of(r"\d+"), cut=10)  # type: ignore[arg-type]
    first = ill_box.fetch()
    assert first.problem == "The connection to the mail server broke while we were fetching. We go on trying."
    assert (ill_box.stored, first.skipped, first.last_uid, first.failures) == ([], {}, 0, 1)
    assert first.next_try is not None
    assert first.next_try > timezone.now()
    assert proxy.connections < 6
    second = ill_box.fetch()
    assert (second.failures, second.failing_since) == (2, first.failing_since)
    rule.times = 0
    well = ill_box.fetch()
    assert (well.problem, well.failures, well.failing_since, well.next_try) == ("", 0, None, None)
    assert ill_box.stored == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"say": "{tag} NO [SERVERBUG] Internal error occurred\r\n"}, "SERVERBUG"),
        ({"say": "* 7 FETCH (UID 7 BODY[] {{broken\r\n{tag} OK done\r\n"}, "could not give this message"),
        ({"say": "* 7 FETCH (UID 7 BODY[] NIL)\r\n{tag} OK done\r\n"}, "gives an empty one"),
        ({"say": "{tag} OK done\r\n"}, "gives an empty one"),
        ({"cut": 30}, "broke twice at this message"),
    ],
    ids=["no", "garbage", "nil", "silence", "drop"],
)
def test_one_message_the_server_cannot_give_holds_up_nothing(
    ill_box: Box, proxy: Proxy, fault: dict[str, object], why: str
) -> None:
    """M-21, F-07, zammad#2754, freescout#4624: it is reported, and fetched as soon as the server gives it."""
    ill_box.put(*(f"Mail {number}" for number in range(1, 11)))
    rule = proxy.rule(of(7), **fault)
    state = ill_box.fetch()
    assert ill_box.stored == [f"Mail {number}" for number in range(1, 11) if number != 7]
    assert list(state.skipped) == ["7"]
    assert why in state.skipped["7"]
    assert state.missing == [7]
    assert state.problem.startswith("The mail server could not give us 1 message. Everything else is here")
    asked = rule.seen
    ill_box.fetch()
    assert rule.seen == asked  # not at every visit
    rule.times = 0
    FetchState.objects.update(reconciled=timezone.now() - timedelta(minutes=11))
    state = ill_box.fetch()
    assert (state.skipped, state.missing, state.problem) == ({}, [], "")
    assert len(ill_box.rows) == 10


def test_what_lay_there_is_silent_even_when_it_comes_late(make_box: MakeBox, proxy: Proxy) -> None:
    """frappe#2433: a message of the first visit that the server could not give answers nobody later."""
    box = make_box(imap_port=proxy.port)
    rule = proxy.rule(of(1), say="{tag} NO broken\r\n")
    box.put("Old")
    box.fetch()
    rule.times = 0
    box.put("New")
    box.fetch(recount=True)
    assert [(row.uid, row.silent) for row in box.rows] == [(1, True), (2, False)]


def test_the_newest_is_not_lost_when_it_is_the_one_that_fails(ill_box: Box, proxy: Proxy) -> None:
    """freescout#4624"""
    ill_box.put("One", "Two")
    rule = proxy.rule(of(2), say="{tag} NO broken\r\n")
    ill_box.fetch()
    ill_box.put("Three")
    assert ill_box.fetch().missing == [2]
    rule.times = 0
    assert ill_box.fetch(recount=True).skipped == {}
    assert ill_box.stored == ["One", "Two", "Three"]


def test_499_of_500_arrive(ill_box: Box, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-07: 500 mails with one the server cannot give."""
    monkeypatch.setattr("os.fsync", lambda _descriptor: None)  # held elsewhere; here only time
    ill_box.put(*(f"Mail {number}" for number in range(1, 501)))
    proxy.rule(of(250), say="* 250 FETCH (UID 250 BODY[] {{12}}\r\nnot so long\r\n)))\r\n{tag} BAD confused\r\n")
    state = ill_box.fetch()
    assert [row.uid for row in ill_box.rows] == [number for number in range(1, 501) if number != 250]
    assert (list(state.skipped), state.last_uid) == (["250"], 500)
    flags = ill_box.account.flags()
    assert [uid for uid, found in flags.items() if b"$PHDStored" not in found] == [250]


def test_sizes_the_server_cannot_give_for_one_are_asked_one_by_one(ill_box: Box, proxy: Proxy) -> None:
    ill_box.put("One", "Two", "Three")
    proxy.rule(r"UID FETCH (1,2,3|2) \(RFC822.SIZE", say="{tag} NO broken\r\n")
    assert ill_box.fetch().problem == ""
    assert ill_box.stored == ["One", "Two", "Three"]


def test_a_server_that_hangs_is_left_after_a_while(
    make_box: MakeBox, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TIMEOUTS", SocketTimeout(connect=0.5, read=0.5))
    box = make_box(imap_port=proxy.port)
    proxy.hanging = True
    began = time.monotonic()
    assert box.fetch().problem.startswith("The mail server does not answer at 127.0.0.1")
    assert time.monotonic() - began < 20
    proxy.hanging = False
    box.put("One")
    assert box.fetch().problem == ""
    assert box.stored == ["One"]


def test_a_server_that_closes_at_once_is_said(make_box: MakeBox, proxy: Proxy) -> None:
    proxy.refusing = True
    assert "does not answer" in make_box(imap_port=proxy.port).fetch().problem


def test_pauses_grow_and_end(ill_box: Box) -> None:
    """F-07: no hot loop."""
    state = ill_box.state
    pauses = []
    for _failure in range(14):
        states.failed(state, Trouble("It is away."))
        assert state.next_try is not None
        pauses.append((state.next_try - timezone.now()).total_seconds())
    assert 7 < pauses[0] <= 10
    assert pauses[3] > 2 * pauses[1]
    assert max(pauses) <= states.LONGEST_PAUSE.total_seconds()
    assert len({round(pause, 3) for pause in pauses[-5:]}) == 5  # with some chance in them


def test_a_mailbox_on_a_pause_is_left_alone_by_the_sweep(ill_box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[object, ...]] = []
    monkeypatch.setattr("web.nudging.send", lambda *words: sent.append(words))
    states.failed(ill_box.state, Trouble("It is away."))
    fetch_unattended()
    assert sent == []
    FetchState.objects.update(next_try=timezone.now())
    fetch_unattended()
    assert sent == [("mail.tasks.fetch_mailbox", ill_box.mailbox.pk)]
    reconcile_mailboxes()
    assert sent[1:] == [("mail.tasks.reconcile_mailbox", ill_box.mailbox.pk)]
    with lock.held(ill_box.mailbox.pk):
        fetch_unattended()
    assert len(sent) == 2


def test_the_sweep_fetches_and_counts(box: Box) -> None:
    """Fetching goes on when the fetcher is dead."""
    box.put("One", "Two")
    fetch_mailbox(box.mailbox.pk)
    assert box.stored == ["One", "Two"]
    IncomingMail.objects.filter(uid=1).delete()
    reconcile_mailbox(box.mailbox.pk)
    assert box.stored == ["One", "Two"]
    box.change(active=False)
    box.put("Three")
    fetch_mailbox(box.mailbox.pk)
    assert box.stored == ["One", "Two"]


@pytest.mark.parametrize("broken", [OSError(28, "No space left on device"), OperationalError("gone")])
def test_mail_stays_on_the_server_while_nothing_can_be_stored(
    box: Box, monkeypatch: pytest.MonkeyPatch, broken: Exception
) -> None:
    """R-03, F-04, F-10"""

    def fail(*_args: object, **_options: object) -> None:
        raise broken

    box.put("One")
    with monkeypatch.context() as patch:
        patch.setattr(storing, "put", fail)
        if isinstance(broken, OSError):
            assert box.fetch().problem == "Mail cannot be stored: the file store is full or does not answer."
        else:
            with pytest.raises(OperationalError):
                box.fetch()
    assert (box.stored, box.account.flags()) == ([], {1: set()})
    assert box.fetch().problem == ""
    assert box.stored == ["One"]
