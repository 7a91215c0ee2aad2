"""Invoices that are walked from the mail to the resolved ticket, on the sandbox's Salesforce."""

from __future__ import annotations

import pytest

from tests.invoices.conftest import asks, confirm, offered, sends, step, with_pdf, worked, world_of
from tests.steps.walks import walk


@walk("invoice", "read", "company", "find", "fetch", "answer", "send", "resolve")
def the_invoiced_company_gets_its_copy(request: pytest.FixtureRequest) -> None:
    """One number, their own: nobody has to choose, a person reads and sends."""
    world = world_of(request)
    with_pdf(world.own, "INV-0090001")
    ticket = asks(request.getfixturevalue("opened"), "Could you send us a copy of INV-0090001 again?")
    assert step(ticket, "choose").state == "skipped"
    assert [one.filename for one in offered(ticket).files.all()] == ["INV-0090001.pdf"]
    message = sends(ticket, by=world.cast.nadia)
    assert "INV-0090001 of 7 Sep 2026, 24,480.00" in message.body
    assert [one.stored.content_type for one in message.attachments.all()] == ["application/pdf"]


@walk("invoice", "choose")
def a_person_says_which_one(request: pytest.FixtureRequest) -> None:
    """Several days fit: the list is shown, and one is ticked."""
    world, opened = world_of(request), request.getfixturevalue("opened")
    with_pdf(world.own, "INV-0090001")
    ticket = asks(opened, "We need the invoice of our order.\nDate of the transaction: 8 September 2026")
    assert step(ticket, "choose").state == "waiting"
    confirm(ticket, by=world.cast.nadia, do="send", invoices=[world.own])
    assert worked(ticket)["answer"] == "done"
