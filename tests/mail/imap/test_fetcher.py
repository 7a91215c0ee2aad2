"""`manage.py fetch_mail` as a program: killed, woken, hanging, ended."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from mail import sealing
from mail.imap import connection, fetching, lock, session, watching
from mail.models import FetchState, Mailbox
from tests.mail.conftest import Desk
from tests.mail.imap.conftest import Box, MakeBox
from tests.mail.imap.dovecot import PASSWORD, Dovecot
from tests.mail.imap.faults import Proxy

pytestmark = pytest.mark.django_db(transaction=True)
COMMAND = [sys.executable, "manage.py", "fetch_mail"]


def until(true: Callable[[], bool], *, seconds: float = 40) -> float:
    """How long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not happen"
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path, settings: Any) -> dict[str, str]:
    """Both processes store in the same place."""
    settings.STORAGES = {
        **django_settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    return environment


def test_killed_between_the_commit_and_the_move(make_box: MakeBox, environment: dict[str, str], desk: Desk) -> None:
    """F-02: kill -9 between raw COMMIT and IMAP MOVE; the next visit finds it, stores nothing twice, and moves it."""
    box = make_box(imap_after="move", imap_moved_to="Stored")
    box.fetch()
    box.put("One", "Two")
    killed = subprocess.run(
        [*COMMAND, "--once"], env={**environment, "PHD_FAILPOINT": "imap.stored"}, check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert (box.stored, box.account.subjects()) == (["One"], ["One", "Two"])
    until(lambda: not lock.taken())
    assert box.fetch().problem == ""
    assert (box.stored, box.account.subjects(), box.account.subjects(folder="Stored")) == (
        ["One", "Two"],
        [],
        ["One", "Two"],
    )
    assert [row.outcome for row in box.take_in()] == ["created", "created"]


def test_once_prints_a_line_each_and_fails_when_one_does(make_box: MakeBox, capsys: pytest.CaptureFixture[str]) -> None:
    well, ill = make_box(), make_box(imap_password=sealing.seal("wrong"))
    well.put("One")
    with pytest.raises(SystemExit) as end:
        call_command("fetch_mail", "--once")
    refused = "The mail server refused the password for"
    said = capsys.readouterr()
    assert sorted(said.out.splitlines(), key=len) == [
        f"{well.mailbox}: 1 message stored.",
        f"{ill.mailbox}: 0 messages stored. {refused} {ill.account.name}: enter it again.",
    ]
    assert end.value.code == 1
    assert "wrong" not in said.out + said.err


def test_the_program_fetches_until_it_is_told_to_end(box: Box, environment: dict[str, str]) -> None:
    """M-21: IDLE wakes it; SIGTERM ends it while it waits for news."""
    process = subprocess.Popen(COMMAND, env=environment)
    try:
        until(lambda: lock.taken() == {box.mailbox.pk}, seconds=30)
        box.put("One")
        until(lambda: box.stored == ["One"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
    until(lambda: not lock.taken())


class Fetcher:
    """The threads of the program in this process."""

    def __init__(self) -> None:
        self.ending = threading.Event()
        self.thread = threading.Thread(target=watching.Watchers().run, args=[self.ending])
        self.thread.start()

    def end(self) -> float:
        began = time.monotonic()
        self.ending.set()
        self.thread.join(10)
        assert not self.thread.is_alive()
        return time.monotonic() - began


@pytest.fixture
def start(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Fetcher]]:
    monkeypatch.setattr(watching, "LOOK_EVERY", 0.2)
    running: list[Fetcher] = []

    def begin() -> Fetcher:
        running.append(Fetcher())
        return running[-1]

    yield begin
    for fetcher in running:
        fetcher.end()
    until(lambda: not lock.taken())
    connections.close_all()


def test_new_mail_is_there_within_seconds(box: Box, start: Callable[[], Fetcher]) -> None:
    """M-21: IDLE; half a second where the machine has nothing else to do, far below the interval of polling."""
    start()
    until(lambda: lock.taken() == {box.mailbox.pk})
    time.sleep(0.3)
    for count in (1, 2):
        box.put(f"Mail {count}")
        assert until(lambda count=count: len(box.rows) == count) < 20  # type: ignore[misc]
    assert [row.silent for row in box.rows] == [False, False]


def test_what_arrives_between_looking_and_idling_is_not_overlooked(
    box: Box, start: Callable[[], Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-21: the server says it beside the answer to a search, and IDLE does not repeat it."""
    uids = session.Session.uids
    came: list[str] = []

    def just_missed(self: session.Session, above: int = 0) -> list[int]:
        found = uids(self, above)
        if not came:
            came.append("One")
            box.put("One")
            self.client.search(["UNSEEN"])
        return found

    monkeypatch.setattr(session.Session, "uids", just_missed)
    start()
    assert until(lambda: box.stored == ["One"]) < 20


def test_a_report_that_comes_with_the_answer_to_idle_is_not_overlooked(
    make_box: MakeBox, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-21: it is read ahead into a buffer, where no poll of the socket sees it."""
    here = session.Session(make_box(imap_port=proxy.port).mailbox)
    proxy.rule("IDLE\r", say="+ idling\r\n* 1 EXISTS\r\n")
    monkeypatch.setattr(here.client, "idle_done", lambda: None)  # the server knows of no IDLE
    began = time.monotonic()
    here.idle(20, fetching.never)
    assert time.monotonic() - began < 15
    here.cut()


def test_idling_over_tls(make_box: MakeBox, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    """M-21"""
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.folder / "cert.pem"))
    box = make_box(imap_host="localhost", imap_port=dovecot.tls, imap_security="tls")
    here = session.Session(box.mailbox)
    here.idle(1, fetching.never)
    assert here.client.socket().gettimeout() == connection.TIMEOUTS.read
    began = time.monotonic()
    threading.Timer(0.3, box.put, ["One"]).start()
    here.idle(20, fetching.never)
    assert time.monotonic() - began < 15
    assert here.uids() == [1]
    here.close()


def test_without_idle_it_looks_every_so_often(
    ill_box: Box, proxy: Proxy, start: Callable[[], Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-21: poll."""
    monkeypatch.setattr(watching, "POLL_EVERY", 0.2)
    proxy.rule("CAPABILITY", say="* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done\r\n")
    start()
    until(lambda: lock.taken() == {ill_box.mailbox.pk})
    ill_box.put("One")
    until(lambda: ill_box.stored == ["One"])
    assert not any("IDLE" in command for command in proxy.commands)


def test_a_mailbox_that_hangs_keeps_nobody_waiting(
    make_box: MakeBox, box: Box, proxy: Proxy, start: Callable[[], Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    """freescout#4992; and the program ends within five seconds all the same."""
    assert watching.GRACE < watching.PATIENCE < 5
    monkeypatch.setattr(watching, "GRACE", 0.3)
    monkeypatch.setattr(watching, "PATIENCE", 0.6)
    proxy.hanging = True
    make_box(imap_port=proxy.port)
    fetcher = start()
    until(lambda: proxy.connections > 0)
    box.put("One")
    assert until(lambda: box.stored == ["One"]) < 20
    assert fetcher.end() < 3
    proxy.drop_all()


def test_after_an_outage_it_goes_on(ill_box: Box, proxy: Proxy, start: Callable[[], Fetcher]) -> None:
    """freescout#1981"""
    start()
    until(lambda: lock.taken() == {ill_box.mailbox.pk})
    proxy.refusing = True
    proxy.drop_all()
    FetchState.objects.update(next_try=timezone.now())
    until(lambda: not lock.taken())
    ill_box.put("One")
    proxy.refusing = False
    FetchState.objects.update(next_try=None)
    until(lambda: ill_box.stored == ["One"], seconds=20)


def test_a_changed_password_is_used_at_once(make_box: MakeBox, start: Callable[[], Fetcher]) -> None:
    """M-21: without a restart, although the pause is minutes long."""
    box = make_box(imap_password=sealing.seal("wrong"))
    box.put("One")
    start()
    until(lambda: box.state.failures == 1)
    sealed = sealing.seal(PASSWORD)
    Mailbox.objects.filter(pk=box.mailbox.pk).update(imap_password=sealed)
    until(lambda: box.stored == ["One"])
    Mailbox.objects.filter(pk=box.mailbox.pk).update(active=False)
    until(lambda: not lock.taken())


def test_two_fetchers_store_everything_once(box: Box, start: Callable[[], Fetcher]) -> None:
    """M-21: two nodes at one mailbox."""
    start()
    start()
    until(lambda: lock.taken() == {box.mailbox.pk})
    box.put(*(f"Mail {number}" for number in range(20)))
    until(lambda: len(box.rows) == 20)
    time.sleep(0.3)
    assert len(box.rows) == 20


def test_what_was_being_stored_is_finished(
    box: Box, start: Callable[[], Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGTERM while a message is stored: it is committed, marked, and the next one waits for the next start."""
    storing = threading.Event()
    receive = fetching.Visit.receive

    def slowly(self: fetching.Visit, *args: Any, **options: Any) -> None:
        storing.set()
        time.sleep(0.5)
        receive(self, *args, **options)

    monkeypatch.setattr(fetching.Visit, "receive", slowly)
    fetcher = start()
    until(lambda: lock.taken() == {box.mailbox.pk})
    box.put("One", "Two")
    assert storing.wait(30)
    fetcher.end()
    assert box.stored == ["One"]
    assert b"$PHDStored" in box.account.flags()[1]
    assert box.state.last_uid == 1
