"""Exports as the portal gives them: Northwind's team, with one row of Bluepeak where it is wanted."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from certification import requests
from certification.models import Report, ReportRequest
from certification.reports import making
from certification.table.columns import columns
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket, opened
from tickets import prepared, steps
from tickets.actions import Recipient, reply
from tickets.models import Message, PreparedReply, Step, Ticket

__all__ = ["OpenTicket", "opened"]

DAY = date(2026, 11, 20)
KATRIN = ("Katrin Vogel", "katrin@northwind.example.com", True)
LARS = ("Lars Becker", "lars@northwind.example.com", False)
MIA = ("=Mia Kurz", "mia@northwind.example.com", False)
OMAR = ("Omar Reyes", "omar@bluepeak.example.com", False)
TEAM = (KATRIN, LARS, MIA)


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Cast:
    return world_of(request)


def world_of(request: pytest.FixtureRequest) -> Cast:
    """The cast, with the handbook's responses and resources."""
    request.getfixturevalue("handbook")
    found: Cast = request.getfixturevalue("cast")
    return found


def export_of(*people: tuple[str, str, bool], separator: str = ",") -> bytes:
    """Name, address and whether they administer the portal; all are active, Lars has passed two courses."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerow([f"User: {one.field}" for one in columns()])
    for name, email, admin in people:
        passed = "True" if name == LARS[0] else "False"
        home = ("True Street 5", "Hamburg", "", "Germany", "+49 40 5550123")
        writer.writerow([name, email, *home, "True", "False", str(admin), passed, passed, "False", "False", "False"])
    return out.getvalue().encode()


def made(cast: Cast, *people: tuple[str, str, bool], name: str = "users.csv", **more: Any) -> Report:
    """A report of these people, or of the whole team, by Nadia."""
    given = {"by": cast.nadia, "account": cast.northwind, "as_of": DAY, **more}
    return making.make(export_of(*(people or TEAM)), name=name, **given)


def asks(
    opened: OpenTicket, text: str = "Could you send us the certification report of our team?", **more: Any
) -> Ticket:
    """A partner writes; a worker does what is ready."""
    ticket = opened(**{"kind": "certification_report", "subject": "Certifications", "body": text, **more})
    worked(ticket)
    return ticket


def worked(ticket: Ticket) -> dict[str, str]:
    steps.work_on(ticket.pk)
    return states(ticket)


def states(ticket: Ticket) -> dict[str, str]:
    return {one.slug: one.state for one in steps.of(ticket)}


def step(ticket: Ticket, slug: str) -> Step:
    return next(one for one in steps.of(ticket) if one.slug == slug)


def request_of(ticket: Ticket) -> ReportRequest:
    found = requests.of(ticket)
    assert found is not None
    return found


def offered(ticket: Ticket) -> PreparedReply:
    found = prepared.of(ticket)
    assert found is not None
    return found


def sends(ticket: Ticket, *, by: Any) -> Message:
    """Somebody reads what is prepared and sends it as it stands."""
    there = prepared.take(ticket, offered(ticket).pk, by=by)
    assert there is not None
    to = [Recipient(address=one["address"], name=one["name"]) for one in there.to]
    files = prepared.attach(there, None, by=by)
    body = there.body.replace("{{ sender_name }}", str(by))
    message = reply(ticket, by=by, body=body, to=to, attachments=files, then=there.then)
    prepared.settle(there, message)
    return message


def confirm(ticket: Ticket, slug: str, *, by: Any, **given: Any) -> None:
    """What a person fills in, over what the form proposes."""
    row = step(ticket, slug)
    initial = dict(steps.prepared(row, by=by).initial)
    initial.pop("offered", None)
    form = steps.form_of(row)({**initial, **given})
    assert form.is_valid(), form.errors
    steps.confirm(row, form.cleaned_data, by=by)
    worked(ticket)


def table_of(report: Report) -> list[Sequence[str]]:
    assert report.result is not None
    return list(csv.reader(io.StringIO(report.result.read().decode("utf-8-sig"))))
