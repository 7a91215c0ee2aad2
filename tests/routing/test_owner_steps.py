"""The procedure of “who is our channel manager?”: the rules' answer, a change where it was asked for, the reply."""

from __future__ import annotations

import pytest

from journal.record import Actor
from partners.models import Account
from people.models import ChannelManager
from routing.models import Coverage
from tests.conftest import Cast
from tests.routing.ownership_desk import MARIA, OBRIEN, manager, mirrored
from tests.sandbox_desk import VendorSandbox
from tickets import checklist, steps
from tickets.actions import NewTicket, Recipient, change_partner, open_ticket, reply
from tickets.models import Step, Ticket
from tickets.models.ticket import Channel


@pytest.fixture
def maria(sandbox: VendorSandbox, cast: Cast) -> ChannelManager:
    Account.objects.all().delete()
    made = manager("Maria Henry", MARIA, salesforce_email="maria.henry@example.com")
    Coverage.objects.create(
        section="emea", section_title="EMEA", area="DE", place="DE", manager=made, valid_from="2022-11-01"
    )
    return made


@pytest.fixture
def ticket(maria: ChannelManager, cast: Cast) -> Ticket:
    """Nobody knows the partner yet."""
    new = NewTicket(kind="account_owner", subject="Who is it?", requester=cast.omar, body="Who?", channel=Channel.MAIL)
    cast.omar.account = None
    cast.omar.save()
    return open_ticket(new, by=Actor("Omar"))


def state(ticket: Ticket, slug: str) -> tuple[str, str]:
    found = {one.slug: one for one in steps.of(ticket)}[slug]
    return found.state, found.note


def test_only_the_answer_was_asked_for(ticket: Ticket, cast: Cast) -> None:
    change_partner(ticket, to=mirrored(OBRIEN)[0], by=cast.nadia)
    change = steps.current(ticket)
    assert change is not None
    assert str(steps.prepared(change).note).startswith("The rules and Salesforce name different people.")
    mirror = Account.objects.filter(pk=mirrored(OBRIEN)[0].pk)  # and it may name the same one by now
    mirror.update(owner_id="", owner_email="", owner_name="Maria Henry")
    same = steps.prepared(Step.objects.get(pk=change.pk))
    assert (list(same.changes), str(same.note)[:33]) == ([], "Salesforce names the same person:")
    ticket.refresh_from_db()
    shown = checklist.read(ticket, by=cast.nadia)
    assert shown is not None
    assert shown.current is not None
    decision = shown.current.decision
    assert decision is not None
    assert str(decision.button) == "Confirm what was asked for"
    assert decision.form is not None  # beside the way to the page of the change
    assert decision.evidence.facts[0].link.startswith("/routing/changes/new/?account=")
    steps.confirm(change, {"do": "answer"}, by=cast.nadia)
    assert state(ticket, "change") == ("done", "Only the answer was asked for.")


def test_the_same_owner_in_salesforce_needs_no_change(ticket: Ticket, maria: ChannelManager, cast: Cast) -> None:
    account = mirrored(OBRIEN)[0]
    Account.objects.filter(pk=account.pk).update(owner_id=MARIA, owner_name="Maria Henry")
    account.refresh_from_db()
    change_partner(ticket, to=account, by=cast.nadia)
    assert state(ticket, "change")[0] == "skipped"


@pytest.mark.parametrize("known", [False, True])
def test_a_resolved_ticket_asks_nobody_any_more(ticket: Ticket, cast: Cast, known: bool) -> None:
    if known:
        change_partner(ticket, to=mirrored(OBRIEN)[0], by=cast.nadia)
    reply(ticket, by=cast.nadia, body="Ask Maria.", to=[Recipient(address=cast.omar.email)], then="solved")
    assert steps.current(ticket) is None
