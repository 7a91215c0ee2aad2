"""A purchase order by mail: who has it, which opportunity, its people, the document there once, the answer."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import Cast
from tests.orders.stray import (
    HAVELLAND,
    OPS,
    PO,
    addresses,
    agreed,
    astray,
    files_at,
    offered,
    pdf,
    request_of,
    sent,
    step,
    worked,
)
from tickets import steps
from tickets.actions import Refused
from tickets.models import Ticket
from tickets.steps import undoing

__all__ = ["astray"]
pytestmark = pytest.mark.django_db

OTHERS = ("mallory@othercorp.example.com", "kai@carahsoft.example.com")


def test_without_order_operations_it_is_attached_and_everybody_is_told(astray: Cast, client: Client) -> None:
    client.force_login(astray.nadia)
    ticket = sent(
        files={"PO-4500017.pdf": pdf(*PO), "terms.txt": b"Net 30"},
        Cc=f"Jan <jan@northwind.example.com>, {', '.join(OTHERS)}",
    )
    states = worked(ticket)
    assert (states["choose"], states["document"], states["attach"]) == ("skipped", "waiting", "later")
    seen = steps.prepared(step(ticket, "document"), by=astray.nadia)
    (change,), page = seen.changes, client.get(f"/tickets/{ticket.reference}/").content.decode()
    here = page.partition('id="step-document"')[2].partition('id="step-attach"')[0]
    assert f'value="{seen.initial["document"]}"' in here  # it is decided here, on the ticket's page
    assert 'action="/tickets/' + ticket.reference + '/steps/document/confirm/"' in here
    assert (change.record[:16], change.field, change.before, change.after) == (
        "Havelland Klinik", "Files", "", "PO-4500017.pdf",
    )  # fmt: skip
    assert files_at(HAVELLAND) == []  # nothing before a person has agreed
    assert agreed(ticket, astray.nadia)["attach"] == "done"
    assert files_at(HAVELLAND) == ["PO-4500017"]
    attached = step(ticket, "attach")
    assert attached.data["facts"][0]["link"] == attached.data["link"]
    assert attached.data["changes"][0]["after"] == "PO-4500017.pdf"
    reply = offered(ticket)
    assert addresses(reply.to) == ["katrin@northwind.example.com"]
    assert addresses(reply.cc) == [
        "greta.solheim@example.com", "noor.haddad@example.com", "maria.henry@example.com", OPS,
        "jan@northwind.example.com",
    ]  # fmt: skip
    assert {row["role"] for row in reply.cc} == {"seller", "ISR", "channel manager", "Order Operations", ""}
    assert [one.filename for one in reply.files.all()] == ["PO-4500017.pdf", "terms.txt"]
    assert "is now with Greta Solheim, who is in this mail with your channel manager Maria Henry." in reply.body
    assert "attached it to the opportunity Havelland Klinik" in reply.body
    assert f"write to {OPS}" in reply.body
    assert "channel-operations/" in reply.body
    assert "the products with their quantities" in reply.body
    assert [words for words in reply.warnings if "kai@carahsoft" in words and "a distributor" in words]
    assert [words for words in reply.warnings if "mallory@" in words and "another company" in words]
    assert_taken_off_only_once(ticket, astray)


def assert_taken_off_only_once(ticket: Ticket, cast: Cast) -> None:
    attached = step(ticket, "attach")
    steps.undo(attached, by=cast.nadia)
    undoing.work_undo(attached.pk)
    assert files_at(HAVELLAND) == []
    assert request_of(ticket).document_ref == ""
    assert step(ticket, "attach").undone is not None
    with pytest.raises(Refused, match="already"):
        steps.undo(step(ticket, "attach"), by=cast.nadia)


def test_where_order_operations_has_it_only_the_answer_is_left(astray: Cast) -> None:
    ticket = sent(files={"PO-4500017.pdf": pdf(*PO)}, Cc=f"Orders <{OPS.upper()}>")
    states = worked(ticket)
    assert [slug for slug, state in states.items() if state == "skipped"] == [
        "find", "choose", "people", "document", "attach",
    ]  # fmt: skip
    reply = offered(ticket)
    assert (reply.response, addresses(reply.to), reply.cc, reply.files.count()) == (
        "order-ops-copied-po", ["katrin@northwind.example.com"], [], 0,
    )  # fmt: skip
    assert "Cc of the mail from Katrin Vogel" in step(ticket, "order_ops").note
    assert files_at(HAVELLAND) == []


def test_a_file_that_hung_there_before_is_not_sent_again_nor_taken_off(astray: Cast) -> None:
    files = {"PO-4500017.pdf": pdf(*PO)}
    first, second = sent(files=files), sent(files=files)
    for ticket in (first, second):
        worked(ticket)
        assert agreed(ticket, astray.nadia)["attach"] == "done"
    assert files_at(HAVELLAND) == ["PO-4500017"]
    attached = step(second, "attach")
    steps.undo(attached, by=astray.nadia)
    undoing.work_undo(attached.pk)
    assert "hung there before" in step(second, "attach").data["undo"]["problem"]
    assert files_at(HAVELLAND) == ["PO-4500017"]


def test_a_person_says_which_opportunity_and_which_document(astray: Cast) -> None:
    """The customer alone is never enough; two papers and none of them says that it is the order."""
    ticket = sent(
        "Customer: Havelland Klinik AG",
        files={"one.txt": b"Net 30", "two.txt": b"Net 60"},
        Subject="Purchase order attached",
    )
    assert worked(ticket)["choose"] == "waiting"
    choose = step(ticket, "choose")
    form = steps.form_of(choose)(initial=dict(steps.prepared(choose, by=astray.nadia).initial))
    assert next(value for value, _words in form.fields["opportunity"].choices) == HAVELLAND  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="found anew"):
        steps.confirm(choose, {"opportunity": "0068dQx00000009ABA", "other": ""}, by=astray.nadia)
    steps.confirm(choose, {"opportunity": HAVELLAND, "other": ""}, by=astray.nadia)
    assert worked(ticket)["document"] == "waiting"
    files = steps.prepared(step(ticket, "document"), by=astray.nadia).initial["files"]
    assert [name for _pk, name in files] == ["one.txt", "two.txt"]
    assert agreed(ticket, astray.nadia, "none")["attach"] == "skipped"
    assert files_at(HAVELLAND) == []
    steps.decide_anew(ticket, "document", by=astray.nadia, why="It is the second one.")
    assert agreed(ticket, astray.nadia, files[1][0])["attach"] == "done"
    assert files_at(HAVELLAND) == ["two"]
    assert "{{ po_no }}" in offered(ticket).body  # nobody knows it: it blocks sending
