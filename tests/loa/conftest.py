"""Letters of the named cast: envelopes as DocuSign tells them, its mails as it writes them, the sandbox beside."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as desk
from django.utils import timezone

from integrations import breaker, equipment, tokens
from integrations.docusign import envelopes
from integrations.docusign.shapes import EnvelopeView, RecipientView
from integrations.models import Envelope
from loa import arriving
from loa.models import LetterRequest
from mail.models import IncomingMail
from partners import tasks as partner_tasks
from tests.conftest import Cast
from tests.integrations.docusign.conftest import GATED_LETTERS, LETTERS, Hook, Story, hook, told
from tests.sandbox_desk import KEYS, VendorSandbox
from tests.tickets.conftest import opened
from tests.tickets.mails import arrives, mail, our_server_checks
from tickets import steps
from tickets.models import Step, Ticket

__all__ = ["Hook", "Story", "hook", "opened", "told"]
assert equipment.__all__  # a worker knows what to ask and to write
assert partner_tasks.EQUIPMENT

PHD, LEGAL = desk.DOCUSIGN.approver_user_id, "e05d9b47-8c2f-4f63-b1a4-7d6c5e4f3a24"
BEGAN = "2026-11-26T10:00:00+00:00"
_numbers = itertools.count(1)


@dataclass
class Letter:
    """One envelope, told step by step as DocuSign's own answers; `say` is one of them."""

    name: str = "Katrin Vogel"
    email: str = "katrin@northwind.example.com"
    gated: bool = False
    form: str = LETTERS
    subject: str = ""
    marker: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: f"a2000000-5e1d-4a00-8000-{next(_numbers):012d}")
    minute: int = 0

    def say(self, status: str, *states: str, workflow: str = "", reason: str = "") -> LetterRequest | None:
        """`states` are those of the partner, of PHD (not where it is gated) and of Legal."""
        self.minute += 1
        now = timezone.now()
        view = EnvelopeView(
            id=self.id,
            status=status,
            status_at=now,
            subject=self.subject or f" GitLab LOA: {self.name}",
            sender_id=desk.DOCUSIGN.sender_user_id,
            powerform_id=GATED_LETTERS if self.gated else self.form,
            custom_fields=self.marker,
            recipients=tuple(self._recipients(states, reason)),
            workflow_status=workflow,
            reason=reason,
            sent=now,
            completed=now if status == "completed" else None,
        )
        envelopes.keep(view, asked=envelopes.clock())
        return self.request

    @property
    def row(self) -> Envelope:
        return Envelope.objects.get(envelope_id=self.id)

    @property
    def request(self) -> LetterRequest | None:
        return LetterRequest.objects.filter(envelope__envelope_id=self.id).select_related("ticket").first()

    def _recipients(self, states: tuple[str, ...], reason: str) -> Iterator[RecipientView]:
        people = [
            ("Partner", self.name, self.email, "11111111-0000-4000-8000-000000000001"),
            *([] if self.gated else [("PHD", "Partner Help Desk", "partnersupport@gitlab.com", PHD)]),
            ("Legal", "Channel Legal", "channel-legal@example.com", LEGAL),
        ]
        for number, (person, state) in enumerate(zip(people, states, strict=True), start=1):
            role, name, email, user = person
            yield RecipientView(
                id=str(number), kind="signers", order=number, status=state, role=role, name=name, email=email,
                user_id=user, at=timezone.now().isoformat() if state != "created" else "",
                reason=reason if state == "declined" else "",
            )  # fmt: skip


@pytest.fixture
def letters(cast: Cast, handbook: None, settings: Any) -> Cast:
    """Both PowerForms are ours and have an address; our own server says who wrote a mail."""
    settings.DOCUSIGN = replace(
        desk.DOCUSIGN, base_url="http://127.0.0.1:9", hmac_keys=KEYS, powerform_ids=(LETTERS, GATED_LETTERS)
    )
    our_server_checks()
    return cast


@pytest.fixture
def docusign(letters: Cast, vendor_sandbox: VendorSandbox, settings: Any) -> VendorSandbox:
    """The sandbox's DocuSign with its seed, and the desk pointed at it."""
    vendor_sandbox.ask("/docusign/reset", {})
    vendor_sandbox.ask("/faults/docusign", [])
    settings.DOCUSIGN = replace(settings.DOCUSIGN, base_url=vendor_sandbox.url)
    tokens.forget_known()
    breaker.forget_beliefs()
    return vendor_sandbox


ASKS: dict[str, Any] = {
    "kind": "loa",
    "subject": "A letter",
    "fields": {"company": "Northwind DevOps GmbH", "region": "EMEA"},
}
ASK = {
    "company": "Northwind DevOps", "requester": "Katrin Vogel", "email": "katrin@northwind.example.com",
    "end_customer": "Stadtwerke Lindau", "country": "Germany", "purpose": "Tender 7",
}  # fmt: skip


def signed(sandbox: VendorSandbox, *, form: str = LETTERS, **given: str) -> str:
    """A partner fills in the PowerForm on the sandbox's page; the envelope it starts."""
    page = sandbox.ask(f"/powerform/{form}", raw=urlencode({**ASK, **given}).encode())
    return str(re.findall(r"/docusign/([0-9a-f-]{36})/", page.decode())[0])


def docusign_writes(
    subject: str = " GitLab LOA: Katrin Vogel", *, reply_to: str = "katrin@northwind.example.com", **more: str
) -> IncomingMail:
    """DocuSign's mail arrives at the box."""
    given: dict[str, str] = {
        "From": "Partner Programs via DocuSign <dse@docusign.net>",
        "Subject": subject,
        "Reply-To": reply_to,
        "Auto-Submitted": "auto-generated",
        "Message-ID": f"<{next(_numbers)}@docusign.net>",
        "dmarc": "pass",
        **more,
    }
    return arrives(mail("Review Document: https://docusign.example.com/Signing/StartInSession?t=secret\n", **given))


def ticket_of(incoming: IncomingMail) -> Ticket:
    return Ticket.objects.get(pk=int(incoming.handled_ref.removeprefix("PHD-")))


def request_of(ticket: Ticket) -> LetterRequest:
    found = arriving.of_ticket(ticket)
    assert found is not None
    return found


def step(ticket: Ticket, slug: str) -> Step:
    return next(one for one in steps.of(ticket) if one.slug == slug)


def worked(ticket: Ticket) -> dict[str, str]:
    """A worker does what is ready; the states by slug."""
    steps.work_on(ticket.pk)
    return {one.slug: one.state for one in steps.of(ticket)}


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)
