"""F-09, S-27: Connect of the DocuSign stand-in tells, signs, waits and tries again as vendors.md §4 measured it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from docusign_esign import ConnectApi

from tests.sandbox.docusign_world import ACCOUNT, APPROVER, ASK, POWERFORM, SENDER, World, seeded

KEYS = ["first-key", "second-key"]
STATED = ["envelope-sent", "recipient-sent", "recipient-delivered", "recipient-completed", "recipient-sent"]


@dataclass
class Hook:
    """Somebody who listens: what came, and the statuses it answers with, the last one for ever."""

    statuses: list[int] = field(default_factory=lambda: [200])
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    url: str = ""

    @property
    def events(self) -> list[str]:
        return [json.loads(body)["event"] for body in self.bodies]


@pytest.fixture
def hook(world: World) -> Iterator[Hook]:
    """Connect is pointed at it, with two keys and a short wait."""
    heard = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.times.append(time.monotonic())
            heard.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            heard.headers.append(dict(self.headers))
            status = heard.statuses.pop(0) if len(heard.statuses) > 1 else heard.statuses[0]
            if not status:
                time.sleep(0.6)
            self.send_response(status or 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    heard.url = f"http://127.0.0.1:{server.server_address[1]}/hooks/docusign/"
    world.ask("/docusign/connect", {"url": heard.url, "keys": KEYS, "retry_after": 0.15, "timeout": 0.3})
    yield heard
    world.ask("/docusign/reset", {})
    server.shutdown()
    server.server_close()


def wait(until: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not until():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.02)


def messages(world: World) -> dict[str, int]:
    found: dict[str, int] = world.ask("/docusign/connect")["messages"]
    return found


def number(world: World, envelope: str) -> str:
    """Of the newest message about it, as its page names it."""
    page: str = world.ask(f"/docusign/{envelope}/")
    newest: str = re.findall(r'name="delivery" value="(\d+)"', page)[0]
    return newest


def quiet(world: World) -> bool:
    return not messages(world)["pending"]


def test_the_life_of_an_envelope_is_told_in_order(world: World, hook: Hook) -> None:
    world.ask(f"/powerform/{POWERFORM}", form=ASK)
    wait(lambda: hook.events == STATED)
    envelope = json.loads(hook.bodies[0])["data"]["envelopeId"]
    world.act(envelope, "PHD", "complete")
    world.act(envelope, "Legal", "complete")
    wait(lambda: hook.events[-1] == "envelope-completed")
    assert hook.events[len(STATED) :] == [
        *("recipient-delivered", "recipient-completed", "recipient-sent"),
        *("recipient-delivered", "envelope-delivered", "recipient-completed", "envelope-completed"),
    ]


def test_a_message_has_the_shape_of_the_schema(world: World, hook: Hook) -> None:
    """connect.schema-v2: the recipient beside the envelope, and the summary with everybody's state."""
    world.act(seeded(4), "PHD", "decline", "Partner Status is Pending")
    wait(lambda: len(hook.bodies) == 3)
    body = json.loads(hook.bodies[1])
    assert body["event"] == "recipient-declined"
    assert body["uri"] == f"/restapi/v2.1/accounts/{ACCOUNT}/envelopes/{seeded(4)}"
    assert (body["apiVersion"], body["retryCount"], body["configurationId"]) == ("v2.1", 0, 10363315)
    assert body["generatedDateTime"].endswith("0Z")
    data = body["data"]
    assert (data["accountId"], data["userId"], data["envelopeId"]) == (ACCOUNT, SENDER, seeded(4))
    assert data["recipientId"] == "2"
    signers = data["envelopeSummary"]["recipients"]["signers"]
    assert [(one["status"], one.get("declinedReason")) for one in signers] == [
        ("completed", None),
        ("declined", "Partner Status is Pending"),
        ("created", None),
    ]
    assert data["envelopeSummary"]["powerForm"]["powerFormId"] == POWERFORM
    assert "recipientId" not in json.loads(hook.bodies[2])["data"]


def test_every_key_signs_the_bytes(world: World, hook: Hook) -> None:
    def signature(key: str, body: bytes) -> str:
        return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()

    world.act(seeded(8), "PHD", "complete")
    wait(lambda: len(hook.bodies) == 2)
    for body, headers in zip(hook.bodies, hook.headers, strict=True):
        assert headers["X-Authorization-Digest"] == "HMACSHA256"
        for number, key in enumerate(KEYS, start=1):
            assert headers[f"X-DocuSign-Signature-{number}"] == signature(key, body)
    world.ask("/docusign/connect", {"wrong_key": True})
    world.act(seeded(4), "PHD", "open")
    wait(lambda: len(hook.bodies) == 3)
    assert hook.headers[2]["X-DocuSign-Signature-1"] != signature(KEYS[0], hook.bodies[2])


@pytest.mark.parametrize("failure", [500, 401, 0])
def test_a_failure_holds_everything_back_until_it_is_acknowledged(world: World, hook: Hook, failure: int) -> None:
    """requiresAcknowledgement: down after one bad answer or none; later events are not tried; then all, in order."""
    hook.statuses = [failure, failure, 200]
    world.act(seeded(8), "PHD", "complete")
    wait(lambda: len(hook.bodies) == 1)
    wait(lambda: bool(world.ask("/docusign/connect")["down"]))
    world.act(seeded(8), "Legal", "complete")
    wait(lambda: quiet(world))
    assert hook.events == [
        *("recipient-completed", "recipient-completed", "recipient-completed", "recipient-sent"),
        *("recipient-delivered", "envelope-delivered", "recipient-completed", "envelope-completed"),
    ]
    assert [json.loads(body)["retryCount"] for body in hook.bodies] == [0, 1, 2, 0, 0, 0, 0, 0]
    assert not world.ask("/docusign/connect")["down"]


def test_ten_retries_and_no_more(world: World, hook: Hook) -> None:
    hook.statuses = [503]
    world.ask("/docusign/connect", {"retry_after": 0.01, "events": ["envelope-voided", "envelope-declined"]})
    world.act(seeded(8), "PHD", "decline", "No")
    wait(lambda: messages(world)["failed"] == 1)
    assert len(hook.bodies) == 11
    hook.statuses = [200]
    world.ask("/docusign/again", form={"delivery": number(world, seeded(8))})
    assert ConnectApi(world.api(APPROVER).api_client).retry_event_for_envelope(ACCOUNT, seeded(8)) is not None
    wait(lambda: messages(world) == {"pending": 0, "delivered": 1, "failed": 0})


def test_without_acknowledgement_nothing_is_tried_again(world: World, hook: Hook) -> None:
    hook.statuses = [500, 200]
    world.ask("/docusign/connect", {"acknowledge": False})
    world.act(seeded(8), "PHD", "complete")
    wait(lambda: quiet(world))
    assert hook.events == ["recipient-completed", "recipient-sent"]
    assert messages(world) == {"pending": 0, "delivered": 1, "failed": 1}


def test_messages_come_twice_late_and_turned_round(world: World, hook: Hook) -> None:
    world.ask("/docusign/connect", {"duplicate": 1, "delay": 0.3, "reorder": True})
    began = time.monotonic()
    world.act(seeded(8), "PHD", "complete")
    wait(lambda: quiet(world))
    assert hook.times[0] - began > 0.3
    assert hook.events == ["recipient-sent"] * 2 + ["recipient-completed"] * 2
    assert hook.bodies[0] == hook.bodies[1]


def test_a_message_is_sent_again_by_hand(world: World, hook: Hook) -> None:
    world.act(seeded(4), "PHD", "open")
    wait(lambda: len(hook.bodies) == 1 and quiet(world))
    assert "recipient-delivered" in world.ask("/docusign/again", form={"delivery": number(world, seeded(4))})
    wait(lambda: len(hook.bodies) == 2)
    assert hook.bodies[0] == hook.bodies[1]


@pytest.mark.parametrize("url", ["http://192.0.2.1/hook", "https://example.com/", "http://127.0.0.1.example.com/", "x"])
def test_only_this_machine_is_told(world: World, url: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as no:
        world.ask("/docusign/connect", {"url": url})
    assert no.value.code == 400
    assert world.ask("/docusign/connect")["url"] == ""


def test_nobody_is_told_where_nothing_is_configured(world: World) -> None:
    world.act(seeded(4), "PHD", "complete")
    told: dict[str, Any] = world.ask("/docusign/connect")
    assert told["messages"] == {"pending": 0, "delivered": 0, "failed": 0}
    assert told["keys"] == 0
