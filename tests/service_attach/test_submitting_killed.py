"""A worker that is killed between any two effects of a proof: each write happens once, forwards and backwards."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db.models.functions import Now

from integrations.models import ExternalAction
from integrations.tasks import sweep as sweep_writes
from tests.conftest import Cast
from tests.mail.fault_servers import dies_at
from tests.sandbox_desk import VendorSandbox
from tests.service_attach.conftest import Sends, proof_of, sent, step, worked
from tests.service_attach.submitting import decided, known_in_salesforce, there, to_decide
from tests.tickets.conftest import opened
from tickets import steps
from tickets.models import PreparedReply, Step, Ticket
from tickets.steps import sweeping, undoing

__all__ = ["opened", "sent"]
pytestmark = pytest.mark.django_db(transaction=True)
# In the order in which they are reached; each of them is the end of a worker. Three writes: close, upload, post.
CLOSING = ("step claimed", "action claimed", "action done at vendor", "proof closed", "step worked", "step recorded")
POSTING = ("action claimed", "action done at vendor", "proof uploaded", "action claimed", "action done at vendor",
           "proof posted", "step worked")  # fmt: skip
ANSWERING = ("proof answered", "step worked")
UNPOSTING = ("undo claimed", "action done at vendor", "proof unposted", "action done at vendor", "proof detached",
             "undo worked")  # fmt: skip
REOPENING = ("undo claimed", "action claimed", "action done at vendor", "proof reopened", "undo worked")


def test_killed_anywhere_each_write_happens_once(cast: Cast, sandbox: VendorSandbox, sent: Sends) -> None:
    known_in_salesforce(cast)
    ticket = to_decide(sent())
    dies_at("proof decided", partial(decided, ticket, "go", by=cast.nadia))
    assert proof_of(ticket).stage == "deciding"
    decided(ticket, "go", by=cast.nadia)
    sandbox.ask("/requests/clear", {})
    for place in CLOSING:
        dies_at(place, partial(back_to_life, ticket))
    assert (there().status, there().files, there().posts) == ("Closed-Won", [], [])
    for place in (*POSTING, *ANSWERING):
        dies_at(place, partial(back_to_life, ticket))
    assert back_to_life(ticket)["send"] == "waiting"
    now = there()
    assert (now.status, len(now.files), len(now.posts), proof_of(ticket).stage) == ("Closed-Won", 1, 1, "won")
    assert PreparedReply.objects.filter(ticket=ticket).count() == 1
    assert written(sandbox) == {"PATCH registration": 1, "POST file": 1, "POST post": 1}
    is_taken_back(cast, sandbox, ticket)


def is_taken_back(cast: Cast, sandbox: VendorSandbox, ticket: Ticket) -> None:
    steps.undo(step(ticket, "close"), by=cast.nadia)
    for place in (*UNPOSTING, *REOPENING):
        dies_at(place, back_to_undo)
    back_to_undo()
    now = there()
    assert (now.status, now.files, now.posts, proof_of(ticket).stage) == ("Approved", [], [], "taken_back")
    assert written(sandbox) == {
        "PATCH registration": 2, "POST file": 1, "POST post": 1, "DELETE post": 1, "DELETE file": 1,
    }  # fmt: skip


def back_to_life(ticket: Ticket) -> dict[str, str]:
    """Claims of the dead run out, the sweeps find them, a worker goes on; nobody loses patience with so many deaths."""
    past = Now() - timedelta(seconds=1)
    Step.objects.filter(state="running").update(claimed_until=past, attempts=1)
    sweeping.take_back_lost()
    _writes_of_the_dead()
    Step.objects.filter(state="ready").update(next_try=past)
    return worked(ticket)


def back_to_undo() -> None:
    past = Now() - timedelta(seconds=1)
    _writes_of_the_dead()
    for _again in range(3):
        Step.objects.exclude(undo_asked=None).update(claimed_until=None, undo_asked=past)
        for pk in undoing.waiting_undos():
            undoing.work_undo(pk)


def _writes_of_the_dead() -> None:
    past = Now() - timedelta(seconds=1)
    ExternalAction.objects.filter(state="running").update(claimed_until=past)
    sweep_writes()
    ExternalAction.objects.filter(state="waiting").update(next_try=past)


def written(sandbox: VendorSandbox) -> dict[str, int]:
    """What reached Salesforce and changed something."""
    names = {"Registration__c": "registration", "ContentVersion": "file", "ContentDocument": "file",
             "feed-elements": "post", "FeedItem": "post"}  # fmt: skip
    found: Counter[str] = Counter()
    for one in sandbox.requests("salesforce"):
        name = next((name for part, name in names.items() if part in one["path"]), "")
        if name and one["method"] != "GET":
            found[f"{one['method']} {name}"] += 1
    return dict(found)
