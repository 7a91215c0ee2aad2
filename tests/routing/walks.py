"""A question for the channel manager: found by the rules, changed in Salesforce, answered, resolved."""

from __future__ import annotations

import pytest

from journal.record import Actor
from partners.models import Account
from routing import ownership
from routing.models import Coverage
from tests.routing.ownership_desk import MARIA, OBRIEN, manager, mirrored, single, work
from tests.steps.walks import walk
from tickets import steps
from tickets.actions import NewTicket, Recipient, Refused, change_partner, open_ticket, reply, solve
from tickets.models import Step, Ticket
from tickets.models.ticket import Channel


@walk("account_owner", "find", "change", "answer", "resolve")
def found_changed_answered(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("sandbox")
    cast = request.getfixturevalue("cast")
    Account.objects.all().delete()
    cast.omar.refresh_from_db()  # nobody knows his partner yet
    maria = manager("Maria Henry", MARIA, salesforce_email="maria.henry@example.com")
    Coverage.objects.create(
        section="emea", section_title="EMEA", area="DE", place="DE", manager=maria, valid_from="2022-11-01"
    )
    new = NewTicket(kind="account_owner", subject="Who?", requester=cast.omar, body="Who?", channel=Channel.MAIL)
    ticket = open_ticket(new, by=Actor("Omar"))
    assert state(ticket, "find") == ("waiting", "Set the partner: then the rules can be asked.")
    account = mirrored(OBRIEN)[0]
    change_partner(ticket, to=account, by=cast.nadia)
    assert state(ticket, "find")[0] == "done"
    change = steps.current(ticket)
    assert change is not None
    (proposed,) = steps.prepared(change).changes
    assert proposed.after == "Maria Henry"
    with pytest.raises(Refused, match="Prepare the change"):
        steps.confirm(change, {"do": "change"}, by=cast.nadia)
    prepared = single(account, maria, by=cast.nadia, ticket=ticket)
    ownership.submit(prepared, by=cast.nadia)
    prepared.refresh_from_db()
    if prepared.state == "ready":
        ownership.approve(prepared, by=cast.lena)
    under_way = steps.confirm(change, {"do": "change"}, by=cast.nadia)
    assert (under_way.state, under_way.waits_for) == ("waiting", "salesforce")
    work(prepared)
    assert state(ticket, "change") == ("done", "The owner is changed.")
    (written,) = Step.objects.get(ticket=ticket, slug="change").data["changes"]
    assert written["after"] == "Maria Henry"
    reply(ticket, by=cast.nadia, body="It is Maria Henry.", to=[Recipient(address=cast.omar.email)])
    solve(ticket, by=cast.nadia)


def state(ticket: Ticket, slug: str) -> tuple[str, str]:
    found = {one.slug: one for one in steps.of(ticket)}[slug]
    return found.state, found.note
