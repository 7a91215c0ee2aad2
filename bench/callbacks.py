"""Callbacks of DocuSign: how many one web process keeps, how long a burst waits, and what our side of a call costs."""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import urllib3
from django.conf import settings

from bench import forgetting, vendors
from bench.client import Call, Line, Times, timed
from bench.server import running
from integrations.docusign import auth, client, reading, signature, tasks
from integrations.models import ConnectNotice, Envelope

BURST = 1_000
CALLERS = 8
CALLS = 200
SUBJECT = "Bench: a callback"
ENVELOPE = "a1000000-5e1d-4a00-8000-000000000001"  # one of the sandbox's


class Burst(NamedTuple):
    """Milliseconds until the last of them was answered, the slowest answer, and until all were worked through."""

    answered: float
    slowest: float
    applied: float


def kept() -> Times:
    """Each another one, signed, against one process."""
    with running("helpdesk.wsgi", processes=1) as server:
        found = timed(server.port, lambda _number: callback(), repeat=300)
    _forget()
    return found


def burst() -> Burst:
    """A thousand at once, as after an outage; then one worker takes them."""
    calls = [callback() for _ in range(BURST)]
    with running("helpdesk.wsgi", processes=1) as server:
        Line(server.port).send(callback())
        began, taken = time.perf_counter(), _at_once(server.port, calls)
        answered = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
    while tasks.waiting():
        tasks.apply_waiting()
    applied = (time.perf_counter() - began) * 1000
    if Envelope.objects.filter(subject=SUBJECT).count() < BURST:
        sys.exit("Not every callback became an envelope.")
    _forget()
    return Burst(answered=answered, slowest=max(taken), applied=applied)


def overhead() -> float:
    """Milliseconds of ours in one call: the whole call less the same request without library and adapter."""
    with vendors.running() as found:
        reading.envelope(ENVELOPE)
        token = auth.token(auth.SENDER, client.mint).value
        pool = urllib3.PoolManager(headers={"Authorization": f"Bearer {token}"})
        path = f"{found.origin}/restapi/v2.1/accounts/{settings.DOCUSIGN.account_id}/envelopes/{ENVELOPE}"
        whole = _median(lambda: reading.envelope(ENVELOPE))
        return whole - _median(lambda: pool.request("GET", f"{path}?include={reading.ALL_OF_IT}").data)


def callback() -> Call:
    """Of an envelope nobody has heard of yet."""
    envelope, now = str(uuid.uuid4()), datetime.now(UTC).isoformat()
    signers = [
        {"recipientId": str(number), "routingOrder": str(number), "status": "sent" if number == 1 else "created",
         "name": f"Signer {number}", "email": f"signer{number}@load.example", "roleName": role}
        for number, role in enumerate(("Partner", "PHD", "Legal"), start=1)
    ]  # fmt: skip
    summary = {
        "status": "sent", "emailSubject": SUBJECT, "sentDateTime": now, "recipients": {"signers": signers},
        "powerForm": {"powerFormId": settings.DOCUSIGN.powerform_ids[0]}, "padding": "x" * 2_000,
    }  # fmt: skip
    data = {"accountId": settings.DOCUSIGN.account_id, "envelopeId": envelope, "envelopeSummary": summary}
    body = json.dumps({"event": "envelope-sent", "retryCount": 0, "generatedDateTime": now, "data": data})
    signed = signature.sign(body.encode(), settings.DOCUSIGN.hmac_keys[0]).decode()
    headers = {"Content-Type": "application/json", "X-DocuSign-Signature-1": signed}
    return Call(path="/hooks/docusign/", method="POST", headers=headers, body=body)


def _at_once(port: int, calls: list[Call]) -> list[float]:
    taken: list[float] = []

    def send(mine: list[Call]) -> None:
        line = Line(port)
        for call in mine:
            began = time.perf_counter()
            line.send(call)
            taken.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=send, args=(calls[number::CALLERS],)) for number in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(taken) < len(calls):
        sys.exit("Not every callback was answered with 200.")
    return taken


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(CALLS):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def _forget() -> None:
    waiting = ConnectNotice.objects.filter(state=ConnectNotice.State.RECEIVED, event="envelope-sent")
    waiting.delete()
    forgetting.letters(Envelope.objects.filter(subject=SUBJECT))
