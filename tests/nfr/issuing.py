"""What tests of NFR requests share: a partner in good standing asks, a worker does what is ready, a person decides."""

from __future__ import annotations

from typing import Any

from nfr import again, requests
from nfr.models import LicenceRequest
from partners.models import Account
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket, opened
from tickets import prepared, steps
from tickets.actions import Recipient, receive, reply
from tickets.models import Message, PreparedReply, Step, Ticket

__all__ = ["opened"]
SAAS = "We need a new NFR licence for GitLab SaaS, 10 seats. Namespace: northwind-devops, the trial is running."


def in_good_standing(cast: Cast) -> None:
    Account.objects.filter(pk__in=[cast.northwind.pk, cast.bluepeak.pk]).update(
        partner_status="Authorized", partner_type="Channel"
    )
    cast.northwind.refresh_from_db()
    cast.bluepeak.refresh_from_db()


def asks(opened: OpenTicket, text: str = SAAS, **more: Any) -> Ticket:
    ticket = opened(**{"kind": "nfr", "subject": "NFR licence", "body": text, **more})
    worked(ticket)
    return ticket


def writes(ticket: Ticket, text: str) -> Ticket:
    """The partner answers; a worker reads it."""
    receive(ticket, sender=ticket.requester, body=text)
    again.read_again(ticket.pk)
    worked(ticket)
    return ticket


def worked(ticket: Ticket) -> dict[str, str]:
    """The states by slug after a worker has done what is ready."""
    steps.work_on(ticket.pk)
    ticket.refresh_from_db()
    return {one.slug: one.state for one in steps.of(ticket)}


def step(ticket: Ticket, slug: str) -> Step:
    return next(one for one in steps.of(ticket) if one.slug == slug)


def request_of(ticket: Ticket) -> LicenceRequest:
    found = requests.known(ticket)
    assert found is not None
    return found


def decides(ticket: Ticket, slug: str, *, by: Any, **given: Any) -> dict[str, str]:
    """What a person fills in, over what the form proposes; the states after a worker has gone on."""
    row = step(ticket, slug)
    initial = dict(steps.prepared(row, by=by).initial)
    shape = steps.form_of(row)
    values = {name: "" if value is None else value for name, value in {**initial, **given}.items() if name != "rows"}
    form = shape(values, initial=initial)
    assert form.is_valid(), form.errors
    steps.confirm(row, form.cleaned_data, by=by)
    return worked(ticket)


def offered(ticket: Ticket) -> PreparedReply:
    found = prepared.of(ticket)
    assert found is not None
    return found


def sends(ticket: Ticket, *, by: Any) -> Message:
    """Somebody reads what is prepared and sends it as it stands."""
    there = prepared.take(ticket, offered(ticket).pk, by=by)
    assert there is not None
    to, cc = prepared.people(there)
    body = there.body.replace("{{ sender_name }}", str(by))
    message = reply(ticket, by=by, body=body, to=to or [Recipient(address="x@example.com")], cc=cc, then=there.then)
    prepared.settle(there, message)
    worked(ticket)
    return message
