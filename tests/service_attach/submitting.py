"""Proofs that are submitted to the sandbox's Salesforce, and what then stands there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from integrations import asking, equipment
from integrations.salesforce.client import client
from integrations.salesforce.shapes import DealRef, FileRef
from integrations.salesforce.soql import literal
from people.models import User
from service_attach import tasks
from tests.conftest import Cast
from tests.service_attach.conftest import proof_of, step, worked
from tickets import steps
from tickets.models import PreparedReply, Step, Ticket

assert equipment.__all__  # a worker knows what to ask and to write
NORTHWIND = "0018dQx00000001ABA"
OPPORTUNITY = "0068dQx00000001ABA"
REGISTRATION = "a0R8dQx00000001EBA"
DEAL = "GL-0048213"


def known_in_salesforce(cast: Cast) -> None:
    cast.northwind.salesforce_id = NORTHWIND
    cast.northwind.save()


def decided(ticket: Ticket, what: str, *, by: User, deal_id: str = "", why: str = "") -> Step:
    """As the form on the ticket does it."""
    row = step(ticket, "decide")
    form = steps.form_of(row)({"what": what, "deal_id": deal_id, "why": why})
    assert form.is_valid(), form.errors
    return steps.confirm(row, form.cleaned_data, by=by)


def looked_up_again(ticket: Ticket) -> dict[str, str]:
    """What a worker is woken for when something was said."""
    tasks.check_again(ticket.pk)
    return worked(ticket)


def sends(ticket: Ticket, *, by: User) -> None:
    """Whoever has the page open sends what stands in the composer."""
    offered = PreparedReply.objects.get(ticket=ticket, state="offered")
    ticket.refresh_from_db()
    client = Client()
    client.force_login(by)
    given = {
        "kind": "reply",
        "body": offered.body.replace("{{ sender_name }}", str(by)).replace("{{ way_on }}", "Good luck."),
        "to": ", ".join(one["address"] for one in offered.to),
        "seen": ticket.last_event,
        "submission": f"sent-{offered.pk}",
        "prepared": offered.pk,
        "then": offered.then,
    }
    answer = client.post(f"/tickets/{ticket.reference}/messages/", given)
    offered.refresh_from_db()
    assert offered.state == "sent", (answer.status_code, answer.content.decode()[-3000:])


def changed_there(identity: str = REGISTRATION, **values: Any) -> None:
    """Somebody changes the registration in Salesforce."""
    client().update("VartopiaDRS__Registration__c", identity, values)


def moved_on(status: str = "Submitted") -> None:
    changed_there(VartopiaDRS__Status__c=status)


@dataclass
class There:
    """What Salesforce has at the opportunity of the named cast's deal."""

    status: str = ""
    files: list[FileRef] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)


def there() -> There:
    deals: list[DealRef] = asking.ask("salesforce.deals", DEAL)
    posts = literal("SELECT Id, Body FROM FeedItem WHERE ParentId = {}", OPPORTUNITY, about="FeedItem")
    files: list[FileRef] = asking.ask("salesforce.files_of", OPPORTUNITY)
    return There(
        status=deals[0].status,
        files=[one for one in files if one.title == "SOW.pdf"],
        posts=[one for one in posts if "[PHD-" in str(one["Body"])],
    )


def to_decide(ticket: Ticket) -> Ticket:
    found = worked(ticket)
    assert found["decide"] == "waiting", [(one.slug, one.state, one.problem, one.note) for one in steps.of(ticket)]
    assert proof_of(ticket).stage == "deciding"
    return ticket
