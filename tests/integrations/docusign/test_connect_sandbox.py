"""Connect itself, over HTTP to a running desk: doubled, turned round, wrongly signed; a burst, and workers (F-09)."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from integrations.docusign import applying, reading, tasks
from integrations.models import ConnectNotice, Envelope
from journal.models import Event
from tests.integrations.docusign.conftest import HOOK, Hook, Story, signer
from tests.sandbox_desk import KEYS, VendorSandbox

WAITING, LEGAL = "a1000000-5e1d-4a00-8000-000000000004", "a1000000-5e1d-4a00-8000-000000000002"
SEEDED = [f"a1000000-5e1d-4a00-8000-00000000000{number}" for number in range(1, 9)]
Told = list[tuple[str, str, str]]


def act(docusign: VendorSandbox, recipient: str, what: str = "complete") -> None:
    docusign.ask("/docusign/act", {"envelope": WAITING, "recipient": recipient, "what": what, "reason": "No."})


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 15
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.05)


def all_arrived(docusign: VendorSandbox) -> bool:
    messages: dict[str, int] = docusign.ask("/docusign/connect")["messages"]
    return messages["delivered"] > 0 and messages["pending"] == 0


@pytest.fixture
def connected(docusign: VendorSandbox, live_server: Any) -> VendorSandbox:
    docusign.ask("/docusign/connect", {"url": live_server.url + HOOK, "keys": KEYS, "retry_after": 0.2})
    return docusign


@pytest.mark.django_db(transaction=True)
def test_doubled_and_turned_round_it_is_told_once(connected: VendorSandbox, told: Told) -> None:
    connected.ask("/docusign/connect", {"duplicate": 2, "reorder": True})
    act(connected, "PHD")
    act(connected, "Legal")
    until(lambda: all_arrived(connected))
    tasks.apply_waiting()
    row = Envelope.objects.get()
    assert (row.status, {one["status"] for one in row.recipients}) == ("completed", {"completed"})
    assert [(before, now) for _id, before, now in told][-1][1] == "completed"
    assert [now for _id, _before, now in told].count("completed") == 1
    assert set(ConnectNotice.objects.values_list("times", flat=True)) == {3}
    assert row.completed == reading.envelope(WAITING).completed


@pytest.mark.django_db(transaction=True)
def test_a_wrong_signature_stops_connect_until_the_key_is_right(connected: VendorSandbox) -> None:
    """401, the configuration is down, and after the key is put right everything comes, in order."""
    connected.ask("/docusign/connect", {"wrong_key": True})
    act(connected, "PHD", "decline")
    until(lambda: bool(connected.ask("/docusign/connect")["down"]))
    assert not ConnectNotice.objects.exists()
    connected.ask("/docusign/connect", {"wrong_key": False, "keys": KEYS[1:]})
    until(lambda: all_arrived(connected))
    tasks.apply_waiting()
    row = Envelope.objects.get()
    assert (row.status, row.reason) == ("declined", "No.")
    assert not ConnectNotice.objects.filter(state=ConnectNotice.State.RECEIVED).exists()


@pytest.mark.django_db
def test_a_thousand_at_once_leave_the_state_right(
    docusign: VendorSandbox, hook: Hook, told: Told, settings: Any
) -> None:
    """F-09: eight envelopes, two hundred news, each five times, in any order."""
    settings.DOCUSIGN = type(settings.DOCUSIGN)(**{**vars(settings.DOCUSIGN), "base_url": docusign.url})
    bodies = [body for envelope in SEEDED for body in _news(envelope)] * 5
    assert len(bodies) == 1000
    random.Random(7).shuffle(bodies)
    began = time.monotonic()
    assert {hook.send(body) for body in bodies} == {200}
    assert time.monotonic() - began < 30
    assert ConnectNotice.objects.count() == 200
    tasks.apply_waiting()
    assert not ConnectNotice.objects.filter(state=ConnectNotice.State.RECEIVED).exists()
    for row in Envelope.objects.all():
        view = reading.envelope(row.envelope_id)
        assert (row.status, [one["status"] for one in row.recipients]) == (
            view.status, [one.status for one in view.recipients],
        )  # fmt: skip
    assert Envelope.objects.count() == 8
    assert Event.objects.filter(subject_type="integrations.envelope").count() == len(told) <= 16


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_one_envelope(docusign: VendorSandbox, hook: Hook, told: Told, settings: Any) -> None:
    """Each notice is somebody's, and they wait for each other where they meet."""
    settings.DOCUSIGN = type(settings.DOCUSIGN)(**{**vars(settings.DOCUSIGN), "base_url": docusign.url})
    for body in _news(LEGAL):
        assert hook.send(body) == 200
    pks = list(ConnectNotice.objects.values_list("pk", flat=True))

    def work() -> None:
        for pk in pks:
            applying.apply(pk)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not ConnectNotice.objects.exclude(state__in=["applied", "stale"]).exists()
    assert set(ConnectNotice.objects.values_list("attempts", flat=True)) == {1}
    assert Envelope.objects.get().status == "sent"
    assert len(told) == Event.objects.filter(subject_type="integrations.envelope").count() <= 2


def _news(envelope: str) -> list[bytes]:
    """Twenty-five, most of them long past, some of them wrong about what is over."""
    story = Story(envelope_id=envelope, signers=[signer(1, "completed"), signer(2, "created"), signer(3, "created")])
    past = [story.body("recipient-resent", "sent", recipient="2", minute=minute) for minute in range(22)]
    story.signers = [signer(1, "completed"), signer(2, "completed"), signer(3, "completed")]
    ends = [story.body(f"envelope-{status}", status, minute=30) for status in ("completed", "declined", "voided")]
    assert len({json.dumps(json.loads(body)) for body in past + ends}) == 25
    return past + ends
