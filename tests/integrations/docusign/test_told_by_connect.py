"""F-09, S-27: from a click at DocuSign to our row, over both wires; doubled and turned round it ends alike."""

from __future__ import annotations

import time

import pytest
from pytest_django.live_server_helper import LiveServer

from integrations.docusign import applying
from integrations.models import ConnectNotice, Envelope
from tests.sandbox_desk import KEYS, VendorSandbox

WAITING = "a1000000-5e1d-4a00-8000-000000000004"


@pytest.mark.parametrize("trouble", [{}, {"duplicate": 1, "reorder": True}])
@pytest.mark.django_db(transaction=True)
def test_the_life_of_a_letter_is_heard(
    sandbox: VendorSandbox, live_server: LiveServer, trouble: dict[str, object]
) -> None:
    hook = f"http://127.0.0.1:{live_server.thread.port}/hooks/docusign/"
    sandbox.ask("/docusign/connect", {"url": hook, "keys": KEYS, **trouble})
    for role in ("PHD", "Legal"):
        sandbox.ask("/docusign/act", {"envelope": WAITING, "recipient": role, "what": "complete"})
    copies = 1 + int(bool(trouble))
    until = time.monotonic() + 20
    while sandbox.ask("/docusign/connect")["messages"] != {"pending": 0, "delivered": 7 * copies, "failed": 0}:
        assert time.monotonic() < until, sandbox.ask("/docusign/connect")
        time.sleep(0.05)
    assert list(ConnectNotice.objects.values_list("times", flat=True)) == [copies] * 7
    for notice in ConnectNotice.objects.order_by("id"):
        applying.apply(notice.pk)
    envelope = Envelope.objects.get(envelope_id=WAITING)
    assert (envelope.status, envelope.subject.strip()) == ("completed", "GitLab LOA: Ingrid Solberg")
    assert [(one["role"], one["status"]) for one in envelope.recipients] == [
        ("Partner", "completed"),
        ("PHD", "completed"),
        ("Legal", "completed"),
    ]
    assert not ConnectNotice.objects.filter(state=ConnectNotice.State.RECEIVED).exists()
