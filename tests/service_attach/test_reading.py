"""What is read in a proof, and the way from a missing Deal ID over the question and the answer back into the steps."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from journal.record import actor_of
from service_attach import again, correcting, reading, reading_steps
from service_attach.models import Proof
from tests import paper_files
from tests.conftest import Cast
from tests.service_attach.conftest import Sends, answers, proof_of, step, worked
from tests.service_attach.documents import LINES, SIGNED, encrypted, page_of, pdf, scan, sow
from tests.service_attach.question import send_question
from tickets import actions, prepared, steps
from tickets.actions import Refused
from tickets.models import Status

pytestmark = pytest.mark.django_db
Stage = Proof.Stage


def test_a_whole_statement_is_read_with_its_places(sent: Sends) -> None:
    ticket = sent()
    assert worked(ticket) | {"read": "done", "keep": "done", "complete": "done"} == worked(ticket)
    proof = proof_of(ticket)
    named = (proof.partner_name, proof.customer_name, proof.deal_id)
    assert named == ("Northwind DevOps GmbH", "Havelland Klinik AG", "GL-0048213")
    assert (proof.signed, proof.signed_on) == (True, date(2026, 11, 18))
    assert (proof.services_start, proof.services_end) == (date(2026, 11, 2), date(2027, 1, 20))
    best = reading.best(proof, "deal_id")
    assert best is not None
    assert best["sure"] > 0.9
    assert "Service Attach Deal ID: GL-0048213" in best["quote"]
    assert best["link"].startswith(f"/tickets/{ticket.reference}/files/")
    fact = step(ticket, "read").data["facts"][2]
    assert (fact["value"], fact["source"], fact["tone"]) == ("GL-0048213", "SOW.pdf", "")
    assert [(one.name, one.proves) for one in proof.documents.all()] == [("SOW.pdf", True)]
    assert proof.stage not in {Stage.READING, Stage.MISSING, Stage.ASKED}


@pytest.mark.parametrize(
    ("lines", "name", "value"),
    [
        (("Auftraggeber: Havelland Klinik AG",), "customer_name", "Havelland Klinik AG"),
        (("Kunde", "Havelland Klinik AG"), "customer_name", "Havelland Klinik AG"),
        (("Deal ID gl-0048213",), "deal_id", "gl-0048213"),
        (("Deal Registration ID: A1B2C3-778",), "deal_id", "A1B2C3-778"),
        (("Deal ID: 0061t00000AbCdEAAV",), "deal_id", "0061t00000AbCdEAAV"),
        (("Our registration is GL-0048213.",), "deal_id", "GL-0048213"),
        (("Invoice INV-00482131", "VAT DE123456789"), "deal_id", ""),
        (("Ours is GL-0048213, the resale one is GL-0047790.",), "deal_id", ""),  # which of them nobody can say
        (("Deal ID: to be confirmed",), "deal_id", ""),
        (("This agreement is between Northwind DevOps GmbH and Havelland Klinik AG.",), "customer_name",
         "Havelland Klinik AG"),
        (("Prestataire: Brisa Consulting SARL",), "partner_name", "Brisa Consulting SARL"),
        (("Delivered by Northwind DevOps GmbH, Hamburg",), "partner_name", "Northwind DevOps GmbH"),
    ],
)  # fmt: skip
def test_as_it_is_written(sent: Sends, lines: tuple[str, ...], name: str, value: str) -> None:
    ticket = sent(sow(*lines), body="See the file.", subject="A proof")
    steps.work_on(ticket.pk)
    assert getattr(proof_of(ticket), name) == value


@pytest.mark.parametrize(
    ("lines", "signed"),
    [
        ((SIGNED,), True),
        (("DocuSigned by:", "Ute Lorenz", "Client"), True),
        (("Customer signature: ____________",), None),  # a hand leaves no text: a person looks
        (("Signed by the Partner: Katrin Vogel", "Customer signature: __________"), None),
        (("We look forward to working with you.",), None),
    ],
)
def test_only_a_name_is_a_signature(sent: Sends, lines: tuple[str, ...], signed: bool | None) -> None:
    ticket = sent(sow(*lines))
    steps.work_on(ticket.pk)
    assert proof_of(ticket).signed is signed


def test_a_day_that_may_be_another_is_not_taken(sent: Sends) -> None:
    ticket = sent(sow("Signed on: 03/04/2026", "Services end on: 20.1.2027"))
    steps.work_on(ticket.pk)
    proof = proof_of(ticket)
    assert (proof.signed_on, proof.services_end) == (None, date(2027, 1, 20))
    assert proof.facts["signed_on"][0]["also"] == ["2026-03-04"]


def test_form_mail_and_several_documents_together(sent: Sends) -> None:
    """The form says the customer, the mail the Deal ID, the second file the partner: it is the proof."""
    ticket = sent(
        ("Terms.pdf", pdf([["General terms and conditions"]])),
        ("SOW.pdf", sow("Partner Name: Northwind DevOps GmbH", SIGNED)),
        fields={"customer": "Havelland Klinik AG"},
        body="Customer: Havelland Klinik AG",
    )
    answers(ticket, "I forgot: the Deal ID is GL-0048213.")
    steps.work_on(ticket.pk)
    proof = proof_of(ticket)
    assert proof.missing == []
    assert (proof.customer_name, proof.deal_id) == ("Havelland Klinik AG", "GL-0048213")
    assert [one.name for one in proof.documents.filter(proves=True)] == ["SOW.pdf"]
    assert step(ticket, "read").data["picture"].endswith("/pages/1/picture/")


def test_a_word_file_has_no_page_to_show(sent: Sends, cast: Cast, client: Client) -> None:
    """Its text is read and its values lead there; no picture is promised that nobody can draw."""
    ticket = sent(("SOW.docx", paper_files.word(LINES)))
    assert worked(ticket)["complete"] == "done"
    assert step(ticket, "read").data.get("picture", "") == ""
    client.force_login(cast.nadia)
    page = client.get(f"/tickets/{ticket.reference}/").content.decode()
    assert '<a href="/tickets/' in page
    assert "page-thumb" not in page
    assert '<span class="clip">SOW.docx</span>' in page


def test_missing_asked_answered_and_resumed(sent: Sends, cast: Cast) -> None:
    ticket = sent(sow(without=["Service Attach"]))
    assert worked(ticket)["complete"] == "waiting"
    proof, offered = proof_of(ticket), prepared.of(ticket)
    assert (proof.stage, proof.missing) == (Stage.MISSING, ["deal_id"])
    assert offered is not None
    assert "Service Attach Deal ID" in offered.body
    assert "Customer Name" not in offered.body
    assert [one["address"] for one in offered.to] == [cast.katrin.email]

    send_question(ticket, cast)
    ticket.refresh_from_db()
    waits = step(ticket, "complete")
    assert (ticket.status, waits.waits_for, proof_of(ticket).stage) == (Status.PENDING_PARTNER, "partner", Stage.ASKED)
    assert waits.note == "Asked for: Deal ID."
    assert waits.remind_at is not None

    answers(ticket, "Sorry! It is GL-0048213.\nKatrin")
    again.read(ticket.pk)
    again.read(ticket.pk)  # a task may run twice
    assert worked(ticket)["complete"] == "done"
    proof = proof_of(ticket)
    assert (proof.deal_id, proof.missing) == ("GL-0048213", [])
    best = reading.best(proof, "deal_id")
    assert best is not None
    assert best["source"].startswith("Katrin Vogel")
    assert best["answer"]


def test_an_answer_that_says_nothing_is_asked_again(sent: Sends, cast: Cast) -> None:
    ticket = sent(sow(without=["Service Attach", "Customer"]))
    steps.work_on(ticket.pk)
    send_question(ticket, cast)
    answers(ticket, "The customer is: see above.", ("Letter.pdf", pdf([["Customer Name: Havelland Klinik AG"]])))
    again.read(ticket.pk)
    assert worked(ticket)["complete"] == "waiting"
    offered = prepared.of(ticket)
    assert proof_of(ticket).missing == ["deal_id"]
    assert offered is not None
    assert "Customer Name" not in offered.body


def test_a_person_knows_better_than_what_nobody_asked_for(sent: Sends, cast: Cast) -> None:
    """What they typed stays, however often it is read; the partner is only heard on what they were asked."""
    ticket = sent(sow(Service_Attach_Deal_ID="Service Attach Deal ID: GL-0047790", without=["Customer"]))
    steps.work_on(ticket.pk)
    proof = correcting.correct(proof_of(ticket), {"deal_id": " GL-0048213 "}, by=cast.nadia, why="By telephone.")
    reading.read(ticket)
    proof.refresh_from_db()
    assert (proof.deal_id, proof.corrected) == ("GL-0048213", ["deal_id"])
    send_question(ticket, cast)
    answers(ticket, "Customer: Havelland Klinik AG, and the Deal ID is GL-0048999.")
    again.read(ticket.pk)
    steps.work_on(ticket.pk)
    proof.refresh_from_db()
    assert (proof.deal_id, proof.customer_name) == ("GL-0048213", "Havelland Klinik AG")
    fact = step(ticket, "read").data["facts"][2]
    assert (fact["tone"], fact["quote"]) == ("unsure", "The partner has written since: GL-0048999")
    reading.ask_about(proof, ["deal_id"])
    proof.save()
    assert reading.read(ticket).deal_id == "GL-0048999"


def test_the_form_takes_what_is_known_and_asks_for_the_rest(sent: Sends, cast: Cast) -> None:
    ticket = sent(sow(without=["Service Attach", "Customer"]))
    steps.work_on(ticket.pk)
    waits = step(ticket, "complete")
    first = steps.prepared(waits, by=cast.nadia).initial
    steps.confirm(waits, {**first, "signed": True, "customer_name": "Havelland Klinik AG"}, by=cast.nadia)
    assert (step(ticket, "complete").state, proof_of(ticket).missing) == ("waiting", ["deal_id"])
    given = {**first, "signed": True, "customer_name": "Havelland Klinik AG", "deal_id": "GL-0048213"}
    steps.confirm(step(ticket, "complete"), given, by=cast.nadia)
    assert step(ticket, "complete").state == "done"
    assert prepared.of(ticket) is None or prepared.of(ticket).step != waits.key  # type: ignore[union-attr]  # just asked


def test_what_nobody_could_read_is_looked_at_before_anybody_is_asked(sent: Sends, cast: Cast) -> None:
    """Locked, kept, said with its cause; whoever has opened it types what it says, and only the rest is asked."""
    ticket = sent(("SOW.pdf", encrypted(LINES)), subject="A proof", body="See the file.")
    assert worked(ticket)["keep"] == "done"
    waits = step(ticket, "complete")
    assert prepared.of(ticket) is None
    assert "SOW.pdf" in waits.note
    assert "password" in waits.note
    assert proof_of(ticket).documents.count() == 1
    values = {"partner_name": "Northwind DevOps GmbH", "customer_name": "Havelland Klinik AG", "deal_id": ""}
    steps.confirm(waits, {**values, "signed": True}, by=cast.nadia)
    offered = prepared.of(ticket)
    assert offered is not None
    assert "Deal ID" in offered.body
    prepared.withdraw(ticket, why="I telephoned.", by=cast.nadia)
    steps.heard(ticket, "facts")
    assert prepared.of(ticket) is None  # not offered again to whoever does not want it


def test_a_scan_goes_to_a_person_beside_its_page(sent: Sends, cast: Cast) -> None:
    """Whatever a program recognised on it: nobody is asked and nothing goes on before somebody has looked."""
    ticket = sent(("Scan.pdf", scan(page_of(LINES))), subject="A proof", body="See the scan.")
    assert worked(ticket)["complete"] == "waiting"
    waits, proof = step(ticket, "complete"), proof_of(ticket)
    assert prepared.of(ticket) is None
    assert proof.stage == Stage.MISSING
    assert "scan" in waits.note
    client = Client()
    client.force_login(cast.nadia)
    shown = client.get(f"/service-attach/{proof.pk}/").content.decode()
    assert f'<image href="/tickets/{ticket.reference}/files/' in shown
    given = {"partner_name": "Northwind DevOps GmbH", "customer_name": "Havelland Klinik AG", "deal_id": "GL-0048213"}
    client.post(f"/service-attach/{proof.pk}/correct/", {**given, "signed": "yes"})
    assert step(ticket, "complete").state == "done"
    assert reading.from_scans(proof_of(ticket)) == []


def test_many_files_are_read_in_several_turns(sent: Sends, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's lease is never outlived: what is left is read in the next try, and the step then goes on."""
    monkeypatch.setattr(reading_steps, "AT_ONCE", -1.0)
    ticket = sent(*((f"{number}.pdf", pdf([[f"Annex {number}"]])) for number in range(2)), ("SOW.pdf", sow()))
    assert worked(ticket)["read"] == "ready"
    waits = step(ticket, "read")
    assert waits.problem == "There are many files: the rest is read next."
    while step(ticket, "read").state != "done":
        assert step(ticket, "read").attempts < 4
        steps.retry(step(ticket, "read"), by=None)
        steps.work_on(ticket.pk)
    assert [one.name for one in proof_of(ticket).documents.filter(proves=True)] == ["SOW.pdf"]
    assert proof_of(ticket).documents.count() == 3


def test_without_a_document_it_is_asked_for(sent: Sends, cast: Cast) -> None:
    ticket = sent(files=[])
    steps.work_on(ticket.pk)
    assert proof_of(ticket).missing[0] == "document"
    send_question(ticket, cast)
    answers(ticket, "Here it is.", sow())
    again.read(ticket.pk)
    assert worked(ticket)["complete"] == "done"


def test_resolved_meanwhile_and_answered_later(sent: Sends, cast: Cast) -> None:
    ticket = sent(sow(without=["Service Attach"]))
    steps.work_on(ticket.pk)
    send_question(ticket, cast)
    actions.set_status(ticket, to=Status.SOLVED, by=actor_of(cast.nadia))
    assert proof_of(ticket).stage == Stage.ENDED
    answers(ticket, "Deal ID: GL-0048213")
    again.read(ticket.pk)
    assert worked(ticket)["complete"] == "done"
    assert proof_of(ticket).deal_id == "GL-0048213"


def test_nothing_is_corrected_once_it_is_written(sent: Sends, cast: Cast) -> None:
    ticket = sent()
    steps.work_on(ticket.pk)
    Proof.objects.filter(ticket=ticket).update(stage=Stage.WON)
    with pytest.raises(Refused, match="in Salesforce already"):
        correcting.correct(proof_of(ticket), {"deal_id": "GL-1"}, by=cast.nadia)


def test_a_strangers_word_is_no_answer(sent: Sends, cast: Cast) -> None:
    ticket = sent(sow(without=["Service Attach"]))
    steps.work_on(ticket.pk)
    actions.receive(ticket, sender=cast.omar, body="Deal ID: GL-0040000", unknown_sender=True)
    assert not reading.is_stale(proof_of(ticket))
    reading.read(ticket)
    assert proof_of(ticket).deal_id == ""
