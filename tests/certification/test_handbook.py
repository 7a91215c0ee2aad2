"""Handbook, “Pulling a Certification Report”: each of its lines, and what does it here."""

from __future__ import annotations

from django.test import Client

from certification.table.columns import columns
from tests.certification.conftest import (
    KATRIN,
    TEAM,
    OpenTicket,
    asks,
    export_of,
    made,
    offered,
    sends,
    states,
    table_of,
    worked,
)
from tests.conftest import Cast

FIELDS = (
    "User: Full Name", "User: Email", "User: Mailing Street", "User: Mailing City", "User: Mailing State",
    "User: Mailing Country", "User: Phone", "User: Account Activated", "User: Display on Partner Locator?",
    "User: Administrative Privileges", "User: SA Verified", "User: Sales Badged", "User: Sales Certified",
    "User: PSE Certified 2020", "User: PSE Certified 2021",
)  # fmt: skip
COURSES = {
    "SA Verified": "Solution Architect Core Training",
    "Sales Badged": "Sales Core Training",
    "Sales Certified": "Sales Professional Accreditation",
    "PSE Certified 2020": "PSE Certified 2020",
    "PSE Certified 2021": "PSE Certified 2021",
}


def test_each_step_of_the_handbook(world: Cast, opened: OpenTicket) -> None:
    """Steps 1 to 8 are the check list on the ticket; 9 to 12, with both tens, are done by the upload and the reply."""
    ticket, client = asks(opened), Client()
    client.force_login(world.nadia)
    page = " ".join(client.get(f"/tickets/{ticket.reference}/").content.decode().split())
    listed = page[page.index("pull-list") : page.index("pull-file")]
    assert "tab “Users”" in listed  # 1: click on the "Users" tab
    assert "Filter (the funnel)" in listed  # 2: click the filter (funnel) icon
    assert "Account Name <b>equals</b>" in listed  # 3: field, operator …
    assert 'data-copy="Northwind DevOps GmbH"' in listed  # … and value: the name of the account
    assert "the open book, far right" in listed  # 4: the icon that looks like an open book
    places = [listed.index(f'data-copy="{name}"') for name in FIELDS]  # 5: these fields, in this order
    assert places == sorted(places)
    assert "then “Apply”. “Save this configuration” keeps them." in listed  # 6
    assert "the page with the arrow" in listed  # 7: a page with a down arrow in it
    assert "<b>All found records</b>, <b>Current view</b>" in listed  # 8
    assert 'name="file"' in page[page.index("pull-file") :]  # 9: the download is dropped here, not opened in Excel
    assert [f"User: {one.field}" for one in columns()] == list(FIELDS)
    assert {one.field: one.title for one in columns() if one.is_course} == COURSES
    report = made(world, ticket=ticket)
    head, katrin, lars, _mia = table_of(report)
    assert head == [name.removeprefix("User: ") for name in FIELDS[:10]] + list(COURSES.values())  # 10
    assert katrin == [KATRIN[0], KATRIN[1], "True Street 5", "Hamburg", "", "Germany", "+49 40 5550123", "X", "", "X",
                      "", "", "", "", ""]  # fmt: skip  # 10 again: False is a blank; 11: True an X; no cell else
    assert lars[10:12] == ["X", "X"]
    worked(ticket)
    assert [one.filename[-4:] for one in offered(ticket).files.all()] == [".csv"]  # 12: saved as a .csv file …
    message = sends(ticket, by=world.nadia)
    assert message.attachments.get().stored == report.result  # … and attached to the email to the partner
    assert [one["address"] for one in message.to] == [KATRIN[1]]
    assert set(states(ticket).values()) == {"done"}
    assert report.source is not None
    assert export_of(*TEAM) == report.source.read()  # what came from the portal is kept as it was
