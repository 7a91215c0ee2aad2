"""Thirty disorderly orders of one letter's events, and two arrivals at the same moment: one request, one ticket."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client

from integrations import asking, breaker, tokens
from integrations.docusign import tasks
from loa.models import LetterRequest
from mail.models import OutgoingMail
from partners import contacts
from tests.conftest import Cast
from tests.integrations.docusign.conftest import Hook
from tests.loa.conftest import ASKS, Letter, docusign_writes, request_of, signed, until
from tests.routing.test_two_at_once import at_once
from tests.sandbox_desk import KEYS, VendorSandbox
from tests.tickets.conftest import OpenTicket
from tickets import joining, steps
from tickets.models import Message, Ticket

FORM = {
    "kind": "letter-of-authorization", "company": "Northwind DevOps GmbH", "region": "EMEA",
    "submission": "11111111-2222-4333-8444-555555555555",
}  # fmt: skip
ENDS = {
    "completed": [("PHD", "complete"), ("Legal", "complete")],
    "declined": [("PHD", "decline")],
    "legal_declined": [("PHD", "complete"), ("Legal", "decline")],
    "voided": [("sender", "void")],
}
MAILS = {"completed": "Completed", "declined": "Declined", "legal_declined": "Declined", "voided": "Voided"}


@dataclass
class Told:
    """What Connect told of one envelope, as it came over the wire."""

    envelope: str = ""
    bodies: list[bytes] = field(default_factory=list)


@pytest.fixture(scope="module")
def told(vendor_sandbox: VendorSandbox) -> Iterator[dict[str, Told]]:
    """Four letters played to their ends on the sandbox, and every message of Connect about them."""
    vendor_sandbox.ask("/docusign/reset", {})
    caught: list[bytes] = []

    class Catcher(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            caught.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Catcher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    vendor_sandbox.ask("/docusign/connect", {"url": f"http://127.0.0.1:{server.server_port}/", "keys": KEYS})
    found = {end: Told(envelope=played(vendor_sandbox, end)) for end in ENDS}
    until(lambda: vendor_sandbox.ask("/docusign/connect")["messages"]["pending"] == 0)
    for one in found.values():
        one.bodies = [body for body in caught if one.envelope.encode() in body]
    yield found
    server.shutdown()
    vendor_sandbox.ask("/docusign/reset", {})


def played(sandbox: VendorSandbox, end: str) -> str:
    envelope = signed(sandbox)
    for who, what in ENDS[end]:
        if what == "void":
            form = urlencode({"what": "void", "reason": "Asked twice."}).encode()
            sandbox.ask(f"/docusign/{envelope}/sender", raw=form)
        else:
            sandbox.ask("/docusign/act", {"envelope": envelope, "recipient": who, "what": what, "reason": "No."})
    return envelope


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(30))
def test_whatever_comes_in_whatever_order(
    told: dict[str, Told], vendor_sandbox: VendorSandbox, letters: Cast, hook: Hook, settings: Any, seed: int
) -> None:
    """Callbacks lost, doubled and turned round, both mails, the form of the signed-in partner: one consistent story."""
    settings.DOCUSIGN = replace(settings.DOCUSIGN, base_url=vendor_sandbox.url)
    tokens.forget_known()
    breaker.forget_beliefs()
    chance, end = random.Random(seed), list(ENDS)[seed % len(ENDS)]
    client = Client()
    client.force_login(letters.katrin.user)
    some = chance.sample(told[end].bodies, 4)
    events: list[Callable[[], object]] = [partial(tells, hook, body) for body in [*some, *some[:2]]]
    events += [docusign_writes, partial(form_sent, client), partial(form_sent, client)]
    chance.shuffle(events)
    events += [partial(docusign_writes, f"{MAILS[end]}: GitLab LOA: Katrin Vogel"), partial(known, told[end].envelope)]
    if seed % 2:
        events[-1], events[-2] = events[-2], events[-1]
    for event in events:
        event()
        for ticket in Ticket.objects.all():
            steps.work_on(ticket.pk)
    request = LetterRequest.objects.get()
    assert (Ticket.objects.get(), request.stage) == (request.ticket, end)
    assert request.envelope is not None
    assert request.envelope.envelope_id == told[end].envelope
    spans = list(request.spans.all())
    assert [one.left for one in spans] == [*(one.entered for one in spans[1:]), None]
    kept = Message.objects.filter(visibility="note", incoming__isnull=False).values_list("subject", flat=True)
    assert sorted(kept) == sorted([f"{MAILS[end]}: GitLab LOA: Katrin Vogel", "GitLab LOA: Katrin Vogel"])
    assert OutgoingMail.objects.filter(headers__has_key="X-PHD-About").count() <= 1


def tells(hook: Hook, body: bytes) -> None:
    assert hook.send(body) == 200
    tasks.apply_waiting()


def form_sent(client: Client) -> None:
    assert client.post("/request/", FORM).status_code == 302


def known(envelope: str) -> None:
    """What no callback brought, DocuSign says when it is asked."""
    asking.ask("docusign.envelope", envelope)


@pytest.mark.django_db(transaction=True)
def test_two_arrivals_at_the_same_moment_are_one_request(letters: Cast) -> None:
    """The mail and the envelope of a person nobody knew: both make the contact, both look, one opens the ticket."""
    letter = Letter(name="Ana Silva", email="ana@new.example.com")
    mail_of = partial(docusign_writes, " GitLab LOA: Ana Silva", reply_to="ana@new.example.com")
    came = at_once(mail_of, partial(letter.say, "sent", "completed", "sent", "created"))
    assert not [one for one in came if isinstance(one, Exception)]
    assert (Ticket.objects.count(), LetterRequest.objects.count()) == (1, 1)
    assert letter.request is not None
    assert letter.request.stage == "phd_review"


@pytest.mark.django_db(transaction=True)
def test_a_form_and_its_envelope_at_the_same_moment(letters: Cast, opened: OpenTicket) -> None:
    def form() -> None:
        with transaction.atomic():
            contact = contacts.contact_for(letters.katrin.email)
            if joining.ticket_for("loa", contact, ASKS["fields"]) is None:
                opened(**ASKS)

    letter = Letter()
    came = at_once(form, partial(letter.say, "sent", "completed", "sent", "created"))
    assert not [one for one in came if isinstance(one, Exception)]
    assert request_of(Ticket.objects.get()) == letter.request
