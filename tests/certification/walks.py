"""Certification reports that are walked from the mail to the resolved ticket."""

from __future__ import annotations

import pytest

from certification import arriving
from documents.storing import store
from tests.certification.conftest import (
    KATRIN,
    OMAR,
    TEAM,
    asks,
    confirm,
    export_of,
    made,
    offered,
    request_of,
    sends,
    states,
    step,
    table_of,
    worked,
    world_of,
)
from tests.steps.walks import walk
from tickets import steps
from tickets.actions import change_partner, note, upload

KIND = "certification_report"


@walk(KIND, "read", "company", "belongs", "pull", "flagged", "recipient", "answer", "send", "resolve")
def an_administrator_gets_the_table(request: pytest.FixtureRequest) -> None:
    """Their own address, every row their own, and the export marks them: a person only pulls, reads and sends."""
    cast, opened = world_of(request), request.getfixturevalue("opened")
    ticket = asks(opened)
    part = steps.prepared(step(ticket, "pull"), by=cast.nadia).part
    assert (part["account"], part["fields"][0], len(part["fields"])) == ("Northwind DevOps GmbH", "User: Full Name", 15)
    made(cast, ticket=ticket)
    worked(ticket)
    assert [one["address"] for one in offered(ticket).to] == [KATRIN[1]]
    assert "- Sales Core Training: 1" in offered(ticket).body
    message = sends(ticket, by=cast.nadia)
    assert [one.filename for one in message.attachments.all()] == [
        "Northwind-DevOps-GmbH-certifications-2026-11-20.csv"
    ]
    assert states(ticket)["resolve"] == "done"


@walk(KIND, "belongs", "pull", "flagged", "recipient")
def a_person_decides_everything(request: pytest.FixtureRequest) -> None:
    """A stranger asks; the export came on a note, holds somebody of Bluepeak, and marks another administrator."""
    cast, opened = world_of(request), request.getfixturevalue("opened")
    cast.katrin.account, cast.katrin.email = None, "k.vogel@mailbox.example"
    cast.katrin.save()
    ticket = asks(opened)
    assert states(ticket)["company"] == "waiting"
    change_partner(ticket, to=cast.northwind, by=cast.nadia)
    worked(ticket)
    confirm(ticket, "belongs", by=cast.nadia, do="go_on", why="I know her by telephone")
    file = store(export_of(*TEAM, OMAR, separator=";"), name="users.csv", area="test")
    attached = upload(ticket, stored=file, filename="users.csv", by=cast.nadia)
    note(ticket, by=cast.nadia, body="The export.", attachments=[attached])
    assert step(ticket, "pull").note == "users.csv is being read."
    arriving.read_files(ticket.pk)
    assert states(ticket)["flagged"] == "waiting"
    confirm(ticket, "flagged", by=cast.nadia, do="leave_out")
    confirm(ticket, "recipient", by=cast.nadia, to=KATRIN[1])
    report = request_of(ticket).report
    assert report is not None
    assert OMAR[0] not in {row[0] for row in table_of(report)}
    assert "k.vogel" not in str(offered(ticket).to)
