"""A worker that is killed between any two effects: the letter is fetched again if need be, kept and told once."""

from __future__ import annotations

from functools import partial

import pytest

from integrations import equipment  # noqa: F401 - a worker's: what can be asked of DocuSign
from loa.models import Letter
from loa.procedure import LETTER
from mail.models import OutgoingMail
from tests.conftest import Cast
from tests.loa.after_world import Stage, request_of, ticket_of
from tests.mail.fault_servers import dies_at
from tests.sandbox_desk import VendorSandbox
from tickets import procedures, steps
from tickets.models import Message, Status, Step

pytestmark = pytest.mark.django_db(transaction=True)
PLACES = ("letter fetched", "letter examined", "letter kept", "letter told", "step recorded")


def test_killed_at_every_place_it_is_one_letter_and_two_mails(
    cast: Cast, handbook: None, sandbox: VendorSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tuple(plan for plan in LETTER.steps if plan.slug in {"keep", "tell", "solve"})
    rest = procedures.Procedure(kind="loa", title=LETTER.title, handbook=LETTER.handbook, steps=own)
    monkeypatch.setitem(procedures._procedures, "loa", rest)
    ticket = ticket_of(cast.katrin)
    Step.objects.filter(ticket=ticket).delete()
    request_of(cast.katrin, stage=Stage.COMPLETED, ticket=ticket)
    steps.begin(ticket)
    for place in PLACES:
        dies_at(place, partial(steps.work_on, ticket.pk))
        Step.objects.filter(ticket=ticket, state="running").update(state="ready", claimed_until=None)
    steps.work_on(ticket.pk)
    ticket.refresh_from_db()
    assert ticket.status == Status.SOLVED
    assert set(Step.objects.filter(ticket=ticket).values_list("state", flat=True)) == {"done"}
    letter = Letter.objects.get()
    assert letter.stored is not None
    assert Message.objects.filter(ticket=ticket, visibility="reply").count() == 1
    sent = OutgoingMail.objects.filter(purpose__in=["reply", "notice"])
    assert sorted(mail.to[0]["address"] for mail in sent) == sorted([cast.katrin.email, cast.sofia.email])
