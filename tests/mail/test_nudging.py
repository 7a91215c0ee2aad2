"""Waking workers: at once for one row, once more for a whole burst, and the look at its end finds everything (R-01)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.db import transaction

from mail import inbox, outbox, tasks
from mail.models import IncomingMail, OutgoingMail
from tests.mail.conftest import Desk, Sandbox
from tests.mail.messages import raw
from web import nudging

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    """The real one; no worker takes anything from it."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete("mail")
        yield client
        client.delete("mail")


@pytest.fixture
def long_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The burst lies in one moment, however slow the machine is."""
    monkeypatch.setattr(nudging, "MOMENT", 30.0)
    monkeypatch.setattr(nudging, "looked_at", {})


def asked_for(broker: redis.Redis) -> list[str]:
    return [json.loads(message)["headers"]["task"] for message in reversed(broker.lrange("mail", 0, -1))]


def queue(count: int) -> list[OutgoingMail]:
    with transaction.atomic():
        return [
            outbox.queue(to=[f"ana{number}@acme.example"], subject="x", body_text="x", purpose="reply")
            for number in range(count)
        ]


@pytest.mark.usefixtures("long_moment")
def test_a_burst_wakes_a_worker_twice(broker: redis.Redis, sandbox: Sandbox, desk: Desk) -> None:
    """The first row has a nudge of its own; the rest is found at the end of the moment."""
    mails = queue(20)
    assert asked_for(broker) == ["mail.tasks.send_mail", "mail.tasks.send_waiting"]
    outbox.send(mails[0].pk)
    tasks.send_waiting()
    assert {mail.state for mail in OutgoingMail.objects.all()} == {"sent"}


def test_the_next_row_after_the_moment_is_nudged_at_once(broker: redis.Redis, desk: Desk) -> None:
    queue(1)
    time.sleep(nudging.MOMENT * 1.2)
    queue(1)
    assert asked_for(broker) == ["mail.tasks.send_mail"] * 2


def test_a_row_at_the_end_of_a_moment_gets_its_own_look(broker: redis.Redis, desk: Desk) -> None:
    """Nothing falls between two looks."""
    queue(2)
    time.sleep(nudging.MOMENT * 1.1)
    queue(2)
    kinds = asked_for(broker)
    assert kinds[:2] == ["mail.tasks.send_mail", "mail.tasks.send_waiting"]
    assert len(kinds) > 2


def test_no_worker_holds_what_is_due_much_later(broker: redis.Redis, desk: Desk) -> None:
    """The broker would hand it out again and again; the sweep finds it in its time."""
    nudging.send("mail.tasks.send_mail", "1", seconds=nudging.LONGEST + 1)
    assert asked_for(broker) == []
    nudging.send("mail.tasks.send_mail", "1", seconds=nudging.LONGEST)
    assert asked_for(broker) == ["mail.tasks.send_mail"]
    patience = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert isinstance(patience, int)
    assert patience > nudging.LONGEST


@pytest.mark.usefixtures("long_moment")
def test_a_burst_of_incoming_mail_is_taken_in(broker: redis.Redis, desk: Desk) -> None:
    for number in range(5):
        inbox.receive(raw("x", message_id=f"<{number}@acme.example>"), via="smtp")
    assert asked_for(broker) == ["mail.tasks.take_in_mail", "mail.tasks.take_in_waiting"]
    tasks.take_in_waiting()
    assert set(IncomingMail.objects.values_list("outcome", flat=True)) == {"created"}


def test_a_command_that_takes_in_its_own_mail_is_not_overtaken(desk: Desk) -> None:
    """`receive_mail` prints what became of the message; nobody else takes it meanwhile."""
    stored = inbox.store(raw(), via="command")
    tasks.take_in_waiting()
    stored.refresh_from_db()
    assert stored.state == "received"
