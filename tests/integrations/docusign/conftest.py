"""Callbacks as DocuSign Connect sends them, signed, to the real address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as desk
from django.test import Client

from integrations.docusign import connect
from integrations.models import ConnectNotice, Envelope
from tests.sandbox_desk import KEYS, VendorSandbox

HOOK = "/hooks/docusign/"
LETTERS = "3a9e5d70-2c84-4f1b-b6a7-8d9c0e1f2a34"
GATED_LETTERS = "4bafe681-3d95-402c-87b8-9ead1f203b45"
T = "2026-11-26T10:{minute:02d}:00.1230000Z"


def at(minute: int) -> str:
    return T.format(minute=minute)


def sign(body: bytes, key: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def signatures(body: bytes, keys: Sequence[str]) -> dict[str, str]:
    return {f"HTTP_X_DOCUSIGN_SIGNATURE_{number}": sign(body, key) for number, key in enumerate(keys, start=1)}


def signer(number: int, status: str, **more: Any) -> dict[str, Any]:
    return {
        "recipientId": str(number), "routingOrder": str(number), "status": status, "name": f"Signer {number}",
        "email": f"signer{number}@acme.example", "roleName": ("Partner", "PHD", "Legal")[number - 1],
        "userId": str(uuid4()), **more,
    }  # fmt: skip


@dataclass
class Story:
    """One envelope of our PowerForm, as callbacks tell it."""

    envelope_id: str = field(default_factory=lambda: str(uuid4()))
    powerform: str = field(default_factory=lambda: desk.DOCUSIGN.powerform_ids[0])
    account: str = field(default_factory=lambda: desk.DOCUSIGN.account_id)
    signers: list[dict[str, Any]] = field(default_factory=list)
    times: dict[str, str] = field(default_factory=dict)

    def body(
        self, event: str, status: str, *, recipient: str = "", minute: int = 0, retry: int = 0, **more: Any
    ) -> bytes:
        if event.startswith("envelope-"):
            self.times[f"{event.partition('-')[2]}DateTime"] = at(minute)
        summary = {
            "status": status, "emailSubject": "GitLab LOA: Acme", "envelopeId": self.envelope_id,
            "recipients": {"signers": self.signers, "recipientCount": str(len(self.signers))},
            "customFields": {"textCustomFields": [{"name": "Company", "value": "Acme"}]},
            **({"powerForm": {"powerFormId": self.powerform}} if self.powerform else {}), **self.times, **more,
        }  # fmt: skip
        data = {"accountId": self.account, "envelopeId": self.envelope_id, "envelopeSummary": summary}
        if recipient:
            data["recipientId"] = recipient
        said = {"event": event, "retryCount": retry, "generatedDateTime": at(minute), "data": data}
        return json.dumps(said).encode()

    @property
    def row(self) -> Envelope:
        return Envelope.objects.get(envelope_id=self.envelope_id)

    @property
    def notices(self) -> list[tuple[str, str]]:
        found = ConnectNotice.objects.filter(envelope_id=self.envelope_id).order_by("id")
        return list(found.values_list("event", "state"))


@dataclass
class Hook:
    """DocuSign's side of the line."""

    client: Client = field(default_factory=Client)

    def send(self, body: bytes, *, keys: Sequence[str] = KEYS[:1], headers: dict[str, str] | None = None) -> int:
        return int(self.post(body, keys=keys, headers=headers).status_code)

    def post(self, body: bytes, *, keys: Sequence[str] = KEYS[:1], headers: dict[str, str] | None = None) -> Any:
        sent: dict[str, Any] = dict(signatures(body, keys) if headers is None else headers)
        return self.client.post(HOOK, body, content_type="application/json", **sent)


@pytest.fixture
def hook(settings: Any) -> Hook:
    settings.DOCUSIGN = replace(desk.DOCUSIGN, hmac_keys=KEYS)
    return Hook()


@pytest.fixture
def told() -> Iterator[list[tuple[str, str, str]]]:
    """What whoever registered is told: envelope, before, now."""
    heard: list[tuple[str, str, str]] = []
    before = list(connect.callbacks)
    connect.on_change(lambda envelope, was: heard.append((envelope.envelope_id, was, envelope.status)))
    yield heard
    connect.callbacks[:] = before


@pytest.fixture
def docusign(vendor_sandbox: VendorSandbox, settings: Any) -> VendorSandbox:
    """The sandbox's DocuSign with its seed, both of its PowerForms ours, and a process that has just begun."""
    vendor_sandbox.ask("/docusign/reset", {})
    vendor_sandbox.ask("/faults/docusign", [])
    vendor_sandbox.ask("/requests/clear", {})
    settings.DOCUSIGN = replace(
        desk.DOCUSIGN, base_url=vendor_sandbox.url, hmac_keys=KEYS, powerform_ids=(LETTERS, GATED_LETTERS)
    )
    return vendor_sandbox


@pytest.fixture
def drip() -> Iterator[str]:
    """A server that sends one byte of its answer each tenth of a second, for ever."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            line, _address = listener.accept()
            with line:
                line.recv(65536)
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
                for _byte in range(200):
                    line.sendall(b" ")
                    time.sleep(0.1)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()
