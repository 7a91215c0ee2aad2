"""F-01, F-03, F-06 with real processes: workers killed, Redis stopped and emptied, a mail server that misbehaves.

After each fault: every mail taken in exists exactly once, every mail out was taken by the server, under one Message-ID.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from mail import inbox, outbox, tasks
from mail.models import IncomingMail, Mailbox, OutgoingMail
from tests.conftest import Cast
from tests.mail.fault_desk import FaultDesk, running
from tests.mail.fault_servers import dies_at, until
from tests.mail.messages import SUPPORT, raw
from web import nudging

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def processes(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FaultDesk]:
    with django_db_blocker.unblock(), running(tmp_path_factory.mktemp("faults")) as desk:
        connection.close()
        yield desk


@pytest.fixture
def desk(
    processes: FaultDesk, transactional_db: None, cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FaultDesk]:
    """The running desk, in order again before and after each test."""
    settings.MEDIA_ROOT = str(processes.folder / "files")
    settings.MAIL_SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": processes.server.port}
    monkeypatch.setattr("web.nudging.current_app", processes.app)
    Mailbox.objects.create(pk=77, name="Desk", address=SUPPORT, is_default=True)  # as the processes remember it
    processes.server.clear()
    processes.supervise()
    yield processes
    processes.server.clear()
    processes.settle()


def queue(number: int = 1, **given: Any) -> OutgoingMail:
    values: dict[str, Any] = {"to": [f"person{number}@acme.example"], "subject": f"Answer {number}"}
    return outbox.queue(**{**values, "body_text": "Hello\n", "purpose": "reply", "token_key": "PHD-1", **given})


def unsent(**given: Any) -> OutgoingMail:
    """A row whose nudge was lost."""
    with transaction.atomic():
        mail = queue(**given)
        transaction.on_commit(lambda: None)
        connection.run_on_commit.clear()
    return mail


@pytest.mark.parametrize("place", ["mid-parse", "after ticket insert"])
def test_a_worker_that_dies_while_taking_in_loses_nothing(desk: FaultDesk, place: str) -> None:
    """F-01: the message is taken in by the next worker, as one ticket."""
    stored = inbox.store(raw("Hello\r\n", to=SUPPORT, message_id="<one@acme.example>"), via="smtp")
    dies_at(place, partial(inbox.take_in, stored.pk))
    assert IncomingMail.objects.get().outcome == ""
    desk.settle()
    assert IncomingMail.objects.get().outcome == "created"
    desk.holds(came=["<one@acme.example>"])


def test_a_door_that_dies_after_the_commit_has_the_message(desk: FaultDesk) -> None:
    """F-01, M-14: stored and no worker woken; the other side sends it again, and that copy is the duplicate."""
    message = raw("Hello\r\n", to=SUPPORT, message_id="<one@acme.example>")
    dies_at("after raw commit", partial(inbox.receive, message, via="smtp"))
    inbox.receive(message, via="smtp")
    desk.settle()
    assert sorted(IncomingMail.objects.values_list("outcome", flat=True)) == ["created", "duplicate"]
    desk.holds(came=["<one@acme.example>"])


@pytest.mark.parametrize("place", ["before DATA", "after DATA", "before marking done"])
def test_a_worker_that_dies_while_sending_sends_again_under_the_same_name(desk: FaultDesk, place: str) -> None:
    """F-01, R-02, R-03: never lost; twice only where the server had it already, and then it can be recognised."""
    mail = unsent()
    dies_at(place, partial(outbox.send, mail.pk))
    assert OutgoingMail.objects.get(pk=mail.pk).state == "sending"
    desk.settle()
    desk.holds(came=[], doubles_allowed=set() if place == "before DATA" else {mail.message_id})
    assert desk.server.ids[mail.message_id] == (1 if place == "before DATA" else 2)


def test_children_killed_again_and_again_lose_nothing(desk: FaultDesk) -> None:
    """F-01: `kill -9` of every child of the worker while mails come in and go out."""
    came = []
    for number in range(12):
        came.append(desk.send_in(number))
        queue(number)
        if number % 4 == 3:
            until(desk.kill_children, what="a child to kill")
    desk.settle()
    every_mail = set(OutgoingMail.objects.values_list("message_id", flat=True))  # acknowledgements too
    desk.holds(came=came, doubles_allowed=every_mail)
    assert {mail.state for mail in OutgoingMail.objects.all()} == {"sent"}


def test_without_redis_mail_is_taken_and_everything_is_done_afterwards(desk: FaultDesk) -> None:
    """F-03: stopped, and back empty; the door says 250, replies are rows, and one sweep does it all."""
    desk.redis.stop()
    came = [desk.send_in(number) for number in range(4)]
    mails = [queue(number) for number in range(4)]
    assert IncomingMail.objects.filter(state="received").count() == 4
    assert desk.server.ids.total() == 0
    desk.redis.start()
    desk.settle()
    desk.holds(came=came)
    assert {mail.message_id for mail in mails} <= set(desk.server.ids)


def test_an_emptied_redis_loses_no_work(desk: FaultDesk) -> None:
    """F-03: FLUSHALL while nudges lie in it."""
    desk.server.mode = "hang"
    mails = [queue(number) for number in range(3)]
    until(lambda: desk.server.open_now, what="a mail to hang")
    desk.redis.flush()
    came = [desk.send_in(number) for number in range(3)]
    desk.redis.flush()
    desk.server.mode = "ok"
    desk.server.cut()
    desk.settle()
    desk.holds(came=came, doubles_allowed={mail.message_id for mail in mails})
    assert {mail.message_id for mail in mails} <= set(desk.server.ids)


def test_a_mail_that_hangs_in_data_holds_up_no_other(desk: FaultDesk) -> None:
    """F-06: one stuck recipient holds up nobody; a sign-in written afterwards leaves meanwhile."""
    desk.server.stuck = {"slow@acme.example"}
    stuck = queue(to=["slow@acme.example"])
    until(lambda: desk.server.open_now, what="a mail to hang")
    others = [queue(1, purpose="sign_in"), *(queue(number) for number in range(2, 6))]
    ids = [mail.pk for mail in others]
    until(lambda: OutgoingMail.objects.filter(pk__in=ids, state="sent").count() == 5, what="the others", seconds=15)
    assert OutgoingMail.objects.get(pk=stuck.pk).state == "sending"
    desk.server.stuck = set()
    desk.server.cut()
    desk.settle()
    desk.holds(came=[], doubles_allowed={stuck.message_id})


def test_the_first_of_a_burst_that_hangs_holds_up_none_of_it(desk: FaultDesk) -> None:
    """F-06: no nudge of their own, and the task that looks for all of them is the one that hangs."""
    desk.server.stuck = {"slow@acme.example"}
    stuck = unsent(to=["slow@acme.example"])
    others = [unsent(number=number) for number in range(1, 5)]
    nudging.send(outbox.ALL_WAITING)
    ids = [mail.pk for mail in others]
    until(lambda: OutgoingMail.objects.filter(pk__in=ids, state="sent").count() == 4, what="the others", seconds=15)
    assert OutgoingMail.objects.get(pk=stuck.pk).state == "sending"
    desk.server.stuck = set()
    desk.server.cut()
    desk.settle()
    desk.holds(came=[], doubles_allowed={stuck.message_id})


def test_a_server_that_hangs_holds_two_workers_and_no_other_mail_in(desk: FaultDesk) -> None:
    """F-06: connections capped over all workers; what comes in meanwhile is a ticket at once."""
    desk.server.mode = "hang"
    mails = [queue(number) for number in range(6)]
    until(lambda: desk.server.open_now == 2, what="two mails to hang")
    desk.send_in(1)
    with desk.nudging_again():  # a nudge may be lost (F-03); whether a worker is free is what counts here
        until(lambda: IncomingMail.objects.filter(outcome="created").exists(), what="the mail in", seconds=40)
    assert desk.server.open_now == desk.server.most_open == 2
    desk.server.mode = "ok"
    desk.server.cut()
    desk.settle()
    desk.holds(came=["<1@acme.example>"], doubles_allowed={mail.message_id for mail in mails})
    assert desk.server.most_open == 2


@pytest.mark.parametrize("mode", ["refused", "451", "drop before", "drop after"])
def test_whatever_the_server_does_each_mail_arrives(desk: FaultDesk, mode: str) -> None:
    """F-06: no connection, a temporary no, a line that breaks before and after 250."""
    if mode == "refused":
        desk.server.stop()
    else:
        desk.server.mode = mode
    mails = [queue(number) for number in range(3)]
    tried = OutgoingMail.objects.filter(attempts__gt=0)
    until(tried.exists, what="a first try")
    if mode == "refused":
        desk.server.start()
    elif mode == "drop after":
        until(lambda: desk.server.ids.total() == 3, what="all three")
    desk.server.mode = "ok"
    desk.settle()
    desk.holds(came=[])
    assert {mail.message_id for mail in mails} == set(desk.server.ids)


def test_one_stuck_recipient_and_one_that_does_not_exist_hold_nobody(desk: FaultDesk) -> None:
    """F-06: outcomes per recipient; the stuck one is tried alone, the refused one is visible."""
    desk.server.refused, desk.server.delayed = {"gone@acme.example"}, {"slow@acme.example"}
    both = queue(1, to=["person1@acme.example"], cc=["slow@acme.example", "gone@acme.example"])
    dead = queue(2, to=["gone@acme.example"])
    other = queue(3)
    rows = OutgoingMail.objects
    until(lambda: rows.get(pk=other.pk).state == "sent", what="the mail to others")
    until(lambda: rows.get(pk=both.pk).attempts == 1 and rows.get(pk=both.pk).state == "queued", what="its first try")
    until(lambda: rows.get(pk=dead.pk).state == "failed", what="the refusal")
    assert rows.get(pk=both.pk).accepted == ["person1@acme.example"]
    assert "gone@acme.example: 550 5.1.1 No such user" in rows.get(pk=dead.pk).last_error
    desk.server.delayed = set()
    desk.settle()
    taken = [recipients for mid, recipients in desk.server.taken if mid == both.message_id]
    assert taken == [["person1@acme.example"], ["slow@acme.example"]]
    row = rows.get(pk=both.pk)
    assert (row.state, list(row.refused)) == ("sent", ["gone@acme.example"])


def test_many_at_once_leave_once_each(desk: FaultDesk) -> None:
    """R-02: nudges, bursts and sweeps overlap; the server takes each mail once."""
    mails = [queue(number) for number in range(25)]
    sweeps = [threading.Thread(target=sweep_and_close, daemon=True) for _ in range(2)]
    for sweep in sweeps:
        sweep.start()
    for sweep in sweeps:
        sweep.join()
    desk.settle()
    desk.holds(came=[])
    assert desk.server.ids.total() == len(mails)


def sweep_and_close() -> None:
    try:
        tasks.sweep_mail()
    finally:
        connection.close()
