"""Thirty disorderly orders of one letter's events, and two arrivals at the same moment: one request, one ticket."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
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
    "name": "Katrin Vogel", "email": "katrin@northwind.example.com",
    "submission": "11111111-2222-4333-8444-555555555555",
}  # fmt: skip
ENDS = {
    "completed": ("Completed", [("PHD", "complete"), ("Legal", "complete")]),
    "declined": ("Declined", [("PHD", "decline")]),
    "legal_declined": ("Declined", [("PHD", "complete"), ("Legal", "decline")]),
    "voided": ("Voided", [("sender", "void")]),
}


@dataclass
class Line:
    """Connect's messages as they come over the wire, caught and kept."""

    sandbox: VendorSandbox
    caught: list[bytes] = field(default_factory=list)

    def about(self, envelope: str) -> list[bytes]:
        until(lambda: self.sandbox.ask("/docusign/connect")["messages"]["pending"] == 0)
        return [body for body in self.caught if envelope.encode() in body]


@pytest.fixture(scope="module")
def line(vendor_sandbox: VendorSandbox) -> Iterator[Line]:
    found = Line(vendor_sandbox)

    class Catcher(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.caught.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Catcher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    vendor_sandbox.ask("/docusign/reset", {})
    vendor_sandbox.ask("/docusign/connect", {"url": f"http://127.0.0.1:{server.server_port}/", "keys": KEYS})
    yield found
    server.shutdown()
    server.server_close()
    vendor_sandbox.ask("/docusign/reset", {})


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(30))
def test_whatever_comes_in_whatever_order(line: Line, letters: Cast, hook: Hook, settings: Any, seed: int) -> None:
    """Callbacks lost, late, doubled and turned round, both mails, the partner's form: one consistent story."""
    settings.DOCUSIGN = replace(settings.DOCUSIGN, base_url=line.sandbox.url)
    tokens.forget_known()
    breaker.forget_beliefs()
    chance, end = random.Random(seed), list(ENDS)[seed % len(ENDS)]
    form, said = partial(form_sent, signed_in(letters)), f"{ENDS[end][0]}: GitLab LOA: Katrin Vogel"
    happen([form] if seed % 3 == 0 else [])
    envelope = signed(line.sandbox)
    early = line.about(envelope)
    calls = [partial(tells, hook, body) for body in chance.sample(early, chance.randint(0, 3))]
    first, late = [docusign_writes], [docusign_writes]
    happen(shuffled(chance, [*calls, *calls[:1], form, form, *(first if seed % 2 else [])]))
    for who, what in ENDS[end][1]:
        played(line.sandbox, envelope, who, what)
    calls = [partial(tells, hook, body) for body in chance.sample(line.about(envelope), 3)]
    happen(shuffled(chance, [*calls, *calls[:1], *([] if seed % 2 else late), partial(docusign_writes, said)]))
    happen([partial(asking.ask, "docusign.envelope", envelope)])

    request = LetterRequest.objects.get()
    assert (Ticket.objects.get(), request.stage) == (request.ticket, end)
    assert (request.envelope and request.envelope.envelope_id) == envelope
    spans = list(request.spans.all())
    assert [one.left for one in spans] == [*(one.entered for one in spans[1:]), None]
    kept = Message.objects.filter(visibility="note", incoming__isnull=False).values_list("subject", flat=True)
    assert sorted(kept) == sorted([said, "GitLab LOA: Katrin Vogel"])
    assert OutgoingMail.objects.filter(headers__has_key="X-PHD-About").count() <= 1


def happen(events: Sequence[Callable[[], object]]) -> None:
    """One after the other; a worker does what is ready in between."""
    for event in events:
        event()
        for ticket in Ticket.objects.all():
            steps.work_on(ticket.pk)


def shuffled(chance: random.Random, events: list[Callable[[], object]]) -> list[Callable[[], object]]:
    chance.shuffle(events)
    return events


def played(sandbox: VendorSandbox, envelope: str, who: str, what: str) -> None:
    if what == "void":
        form = urlencode({"what": "void", "reason": "Asked twice."}).encode()
        sandbox.ask(f"/docusign/{envelope}/sender", raw=form)
    else:
        sandbox.ask("/docusign/act", {"envelope": envelope, "recipient": who, "what": what, "reason": "No."})


def tells(hook: Hook, body: bytes) -> None:
    assert hook.send(body) == 200
    tasks.apply_waiting()


def signed_in(cast: Cast) -> Client:
    client = Client()
    assert cast.katrin.user is not None
    client.force_login(cast.katrin.user)
    return client


def form_sent(katrin: Client) -> None:
    """By the page."""
    assert katrin.post("/request/", FORM).status_code == 302


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
