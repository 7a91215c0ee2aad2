"""A worker dies between any two effects of a decline, and two people decide at the same moment: each effect once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.db.models.functions import Now

from integrations.docusign import reading
from integrations.models import ExternalAction
from integrations.tasks import sweep as sweep_writes
from loa.models import LetterDecision
from mail.models import OutgoingMail
from people.models import User
from tests.conftest import Cast
from tests.loa.conftest import request_of, step, worked
from tests.loa.deciding import PAUSED, REASON, WAITING, confirm, confirm_at, states, to_decide
from tests.mail.fault_servers import dies_at
from tests.sandbox_desk import VendorSandbox
from tickets import steps
from tickets.actions import Refused
from tickets.models import Step, Ticket
from tickets.steps import sweeping

pytestmark = pytest.mark.django_db(transaction=True)


def back_to_life(ticket: Ticket) -> dict[str, str]:
    """Claims of the dead run out, the sweeps find them, a worker goes on."""
    past = Now() - timedelta(seconds=1)
    Step.objects.filter(state="running").update(claimed_until=past)
    ExternalAction.objects.filter(state="running").update(claimed_until=past)
    sweeping.take_back_lost()
    sweep_writes()
    ExternalAction.objects.filter(state="waiting").update(next_try=past)
    Step.objects.filter(state="ready").update(next_try=past)
    return worked(ticket)


def test_killed_anywhere_the_void_and_the_mail_happen_once(letters: Cast, docusign: VendorSandbox) -> None:
    letter, ticket = to_decide(letters, gated=True, envelope=WAITING)
    dies_at("letter decided", partial(confirm, ticket, by=letters.nadia, sure=True))
    assert not LetterDecision.objects.exists()
    confirm(ticket, by=letters.nadia, sure=True)
    for place in ("step claimed", "action claimed", "action done at vendor", "step worked"):
        dies_at(place, partial(back_to_life, ticket))
    dies_at("step recorded", partial(back_to_life, ticket))
    assert states(ticket)["docusign"] == "done"  # whoever looked before writing again saw that it was voided
    letter.say("voided", "completed", "created", reason=REASON)
    for place in ("step claimed", "decline mail queued"):
        dies_at(place, partial(back_to_life, ticket))
        assert not OutgoingMail.objects.filter(purpose="reply").exists()
    dies_at("step worked", partial(back_to_life, ticket))
    assert back_to_life(ticket)["decline_mail"] == "done"
    back_to_life(ticket)
    decision = LetterDecision.objects.get()
    assert (decision.state, decision.message_id is not None) == ("done", True)
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1
    assert sum(one.action == "Voided" for one in reading.audit_events(WAITING)) == 1
    assert reading.envelope(WAITING).reason == REASON


def test_two_decide_at_the_same_moment_and_one_of_them_did(letters: Cast, docusign: VendorSandbox) -> None:
    _letter, ticket = to_decide(letters, gated=True, envelope=PAUSED, proposal="approve")
    start, said = Barrier(2), list[str]()
    seen = [step(ticket, "decide"), step(ticket, "decide")]  # each has a page open

    def at_once(by: User, decide: Callable[[], Step]) -> None:
        start.wait()
        try:
            decide()
        except Refused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    people = [
        Thread(target=at_once, args=(letters.nadia, partial(confirm_at, seen[0], "approve", by=letters.nadia))),
        Thread(target=at_once, args=(letters.lena, partial(confirm_at, seen[1], by=letters.lena, sure=True))),
    ]
    for one in people:
        one.start()
    for one in people:
        one.join(timeout=60)
    decision = LetterDecision.objects.get()
    assert len(said) == 1
    assert str(decision.by) in said[0]
    after = worked(ticket)
    released, voided = (after["release"], after["void"]) == ("done", "skipped"), after["void"] == "done"
    assert (decision.what == "approve") is released is not voided
    assert request_of(ticket).decisions.count() == 1
    assert steps.current(ticket).slug == "docusign"  # type: ignore[union-attr]
