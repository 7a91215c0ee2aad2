"""The outbound brake: past the limit everything waits, is said once and loudly, and leaves again at a measured pace."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from journal.record import events_of
from mail import brake, outbox, tasks
from mail.models import OutboundBrake, OutgoingMail
from tests.conftest import Cast
from tests.mail.conftest import Desk, Sandbox

pytestmark = pytest.mark.django_db


def queue(**given: Any) -> OutgoingMail:
    values: dict[str, Any] = {"to": ["ana@acme.example"], "subject": "PO", "body_text": "Hello\n", "purpose": "reply"}
    return outbox.queue(**{**values, **given})


def sent(count: int, *, ago: timedelta = timedelta(0), created: timedelta = timedelta(0)) -> None:
    """Rows of mails that have left."""
    now = timezone.now()
    for _ in range(count):
        mail = queue()
        OutgoingMail.objects.filter(pk=mail.pk).update(state="sent", sent_at=now - ago, created=now - created)


@pytest.fixture
def limit(cast: Cast) -> OutboundBrake:
    return brake.set_limit(5, by=cast.lena)


def test_past_the_limit_everything_but_sign_in_and_alarms_waits(
    sandbox: Sandbox, desk: Desk, cast: Cast, limit: OutboundBrake, caplog: Any
) -> None:
    """features 17, R-05: nothing is lost, it is logged as an error, and the leads get one mail about it."""
    sent(5)
    one, other, sign_in = queue(), queue(purpose="acknowledgement"), queue(purpose="sign_in")
    with caplog.at_level(logging.ERROR, logger="mail.brake"):
        states = [outbox.send(mail.pk).state for mail in (one, other, sign_in)]
    assert states == ["queued", "queued", "sent"]
    [alarm] = OutgoingMail.objects.filter(purpose="alarm")
    assert [one["address"] for one in alarm.to] == [cast.lena.email, cast.ada.email]
    assert alarm.automatic
    assert outbox.send(alarm.pk).state == "sent"
    row = brake.engaged()
    assert row is not None
    assert row.reason == "5 mails left within an hour; the limit is 5."
    assert brake.words() == "Outgoing mail is stopped: 2 wait"
    assert [event.verb for event in events_of(row)] == ["brake limit set", "brake engaged"]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert (one.attempts, one.last_error) == (0, "")
    assert tasks.due_outgoing() == []


def test_what_left_more_than_an_hour_ago_does_not_count(sandbox: Sandbox, desk: Desk, limit: OutboundBrake) -> None:
    sent(5, ago=timedelta(minutes=61))
    assert outbox.send(queue().pk).state == "sent"
    assert brake.engaged() is None


def test_what_is_on_its_way_counts(sandbox: Sandbox, desk: Desk, limit: OutboundBrake) -> None:
    sent(4)
    assert outbox.claim(queue())
    assert outbox.send(queue().pk).state == "queued"
    assert brake.engaged() is not None


def test_after_the_release_what_waited_leaves_at_a_measured_pace(
    sandbox: Sandbox, desk: Desk, cast: Cast, limit: OutboundBrake
) -> None:
    """features 17: the queue drains and the brake does not trip again on what had piled up; a new flood trips it."""
    sent(5, created=timedelta(minutes=5))
    piled = [queue() for _ in range(4)]
    outbox.send(piled[0].pk)
    OutgoingMail.objects.filter(pk=piled[0].pk).update(give_up=timezone.now() - timedelta(hours=1))
    row = brake.release(by=cast.lena)
    assert (row.engaged, row.released_by) == (None, cast.lena)
    assert events_of(row).last().verb == "brake released"  # type: ignore[union-attr]
    assert brake.release(by=cast.lena).released == row.released
    mail = OutgoingMail.objects.get(pk=piled[0].pk)
    assert mail.give_up > timezone.now() + timedelta(hours=47)
    OutgoingMail.objects.filter(purpose="alarm").delete()
    assert len(tasks.due_outgoing()) == brake.pace(5) == 1
    assert [outbox.send(one.pk).state for one in piled] == ["sent", "queued", "queued", "queued"]
    OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now() - timedelta(seconds=61))
    assert outbox.send(piled[1].pk).state == "sent"
    assert brake.engaged() is None
    assert [outbox.send(queue().pk).state for _ in range(6)] == ["sent"] * 5 + ["queued"]
    assert brake.engaged() is not None
    assert OutgoingMail.objects.filter(purpose="alarm").count() == 1


def test_only_a_lead_releases_and_sets_the_limit(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        brake.release(by=cast.nadia)
    with pytest.raises(PermissionDenied):
        brake.set_limit(9, by=cast.nadia)
    with pytest.raises(ValueError, match="Take a number from 1"):
        brake.set_limit(0, by=cast.lena)
    assert brake.set_limit(900, by=cast.ada).per_hour == 900


def test_a_desk_without_a_row_has_a_limit_too(sandbox: Sandbox, desk: Desk) -> None:
    assert not OutboundBrake.objects.exists()
    assert outbox.send(queue().pk).state == "sent"


def test_the_brake_costs_one_statement(cast: Cast, limit: OutboundBrake) -> None:
    mail = queue()
    with CaptureQueriesContext(connection) as seen:
        assert brake.lets(mail)
    assert len(seen) == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_engage_it_once(sandbox: Sandbox, desk: Desk, cast: Cast, settings: Any) -> None:
    """One alarm, one event; no more leave than the limit and the connections that looked at the same moment."""
    settings.MAIL_CONNECTIONS = 4
    brake.set_limit(5, by=cast.lena)
    mails = [queue() for _ in range(16)]
    workers = [threading.Thread(target=send_and_close, args=[mail]) for mail in mails]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for mail in mails:
        outbox.send(mail.pk)
    left = OutgoingMail.objects.filter(purpose="reply", state="sent").count()
    assert 5 <= left <= 5 + settings.MAIL_CONNECTIONS
    assert OutgoingMail.objects.filter(purpose="alarm").count() == 1
    assert OutgoingMail.objects.filter(purpose="reply", state="queued").count() == 16 - left


def send_and_close(mail: OutgoingMail) -> None:
    try:
        outbox.send(mail.pk)
    finally:
        connections.close_all()
