"""Which reply is prepared: the invoice to whom it was made out, a refusal to anybody else, a question, an owner."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from invoices import answers, finding, owners, passing_on, searching, tasks
from invoices.models import InvoiceFile, InvoiceRequest
from journal.record import DESK
from mail.models import IncomingMail
from partners.models import Account, Contact
from tests.invoices.conftest import (
    OpenTicket,
    World,
    asks,
    confirm,
    invoice_pdf,
    offered,
    request_of,
    sends,
    states,
    step,
    with_pdf,
    worked,
)
from tests.sandbox_desk import VendorSandbox
from tests.tickets.mails import arrives, mail
from tickets import prepared, responses, steps
from tickets.actions import Refused, change_kind, change_partner, solve
from tickets.models import Response, Ticket

Party = InvoiceRequest.Party
NOTHING = "Nothing in Salesforce fits. Look again with something else, or ask."


def test_another_company_is_refused_without_a_word_about_whose_it_is(invoices: World, opened: OpenTicket) -> None:
    ticket = asks(opened, "Please send us INV-0090004.")
    there = offered(ticket)
    assert (there.response, there.then) == ("invoice-other-party", "solved")
    assert "INV-0090004" in there.body
    assert "Bluepeak" not in there.body
    assert not there.files.exists()
    assert "made out to Bluepeak Systems Inc., not to Northwind" in request_of(ticket).party_says
    sends(ticket, by=invoices.cast.nadia)
    ticket.refresh_from_db()
    assert ticket.status == "solved"
    assert states(ticket)["resolve"] == "done"


def test_in_two_tiers_the_distributor_is_named(invoices: World, opened: OpenTicket) -> None:
    """The deal is Northwind's own, so nothing is told that they do not know; found by the day it was won."""
    fields = {"company": "Northwind DevOps GmbH", "opportunity": "Wattwerk, Ultimate 30"}
    ticket = asks(opened, "", fields={**fields, "closed_won_date": "2026-10-28"})
    there = offered(ticket)
    assert there.response == "invoice-distributor"
    assert "went through Polder Distribution B.V." in there.body
    assert states(ticket)["fetch"] == "skipped"


@pytest.mark.parametrize("text", ["Could we have our invoice again?", "Bitte die Rechnung noch einmal."])
def test_nothing_to_look_for_is_asked_back(invoices: World, opened: OpenTicket, text: str) -> None:
    """The answer is read, looked for, and the procedure goes on where it stood."""
    with_pdf(invoices.own, "INV-0090001")
    ticket = asks(opened, text)
    assert "Drafted in the composer" in step(ticket, "choose").note  # by itself; and by whoever presses it
    form = steps.prepared(step(ticket, "choose"), by=invoices.cast.nadia)
    assert form.initial["do"] == "ask"
    confirm(ticket, by=invoices.cast.nadia, do="ask")
    assert ticket.prepared_replies.count() == 1
    assert offered(ticket).then == "pending_partner"
    assert "INV-0090002 of 9 Sep 2026" in offered(ticket).body  # their own ones, and never a void one
    assert "INV-0090005" not in offered(ticket).body
    assert step(ticket, "choose").waits_for == "desk"
    message = sends(ticket, by=invoices.cast.nadia)
    assert step(ticket, "choose").waits_for == "partner"
    assert message.outgoing is not None
    heads = {"Message-ID": "<again@northwind>", "In-Reply-To": message.outgoing.message_id}
    arrives(mail("It is INV 0090001, thank you.", Subject=f"Re: [{ticket.reference}]", **heads))
    assert step(ticket, "choose").waits_for == "salesforce"
    tasks.look(request_of(ticket).pk)
    worked(ticket)
    assert (offered(ticket).response, request_of(ticket).party) == ("invoice-sent", Party.THEIRS)


def test_asked_again_where_the_answer_says_nothing(invoices: World, opened: OpenTicket) -> None:
    ticket = asks(opened, "Our invoice, please.")
    first = sends(ticket, by=invoices.cast.nadia)
    assert first.outgoing is not None
    heads = {"Message-ID": "<again@northwind>", "In-Reply-To": first.outgoing.message_id}
    arrives(mail("I do not know.", Subject=f"Re: [{ticket.reference}]", **heads))
    tasks.look(request_of(ticket).pk)
    assert step(ticket, "choose").waits_for == "desk"
    confirm(ticket, by=invoices.cast.nadia, do="ask")
    second = sends(ticket, by=invoices.cast.nadia)
    assert second.pk != first.pk
    assert step(ticket, "choose").waits_for == "partner"


def test_what_was_resolved_meanwhile_is_left_alone(invoices: World, opened: OpenTicket) -> None:
    ticket = opened(kind="invoice", subject="An invoice", body="A copy of INV-0090001, please.")
    solve(ticket, by=invoices.cast.nadia)
    worked(ticket)
    assert offered_or_none(ticket) is None
    assert states(ticket)["find"] == "skipped"


def test_a_person_may_choose_otherwise_than_the_desk(invoices: World, opened: OpenTicket) -> None:
    with_pdf(invoices.own, "INV-0090001")
    ticket = asks(opened, "A copy of INV-0090001, please.")
    assert (states(ticket)["choose"], offered(ticket).response) == ("skipped", "invoice-sent")
    steps.decide_anew(ticket, "choose", by=invoices.cast.nadia, why="They mean the one of 9 September.")
    assert (states(ticket)["choose"], offered_or_none(ticket)) == ("waiting", None)
    steps.heard(ticket, "partner")
    assert states(ticket)["choose"] == "waiting"
    confirm(ticket, by=invoices.cast.nadia, do="refuse", invoices=[])
    assert states(ticket)["fetch"] == "skipped"
    assert offered(ticket).response == "invoice-other-party"


def test_looked_for_again_as_a_person_says(invoices: World, opened: OpenTicket) -> None:
    with_pdf(invoices.own, "INV-0090001")
    ticket = asks(opened, "Please send invoice INV-1234567.")
    assert steps.prepared(step(ticket, "choose"), by=invoices.cast.nadia).note == NOTHING
    confirm(ticket, by=invoices.cast.nadia, do="again", number="inv 90001")
    tasks.look(request_of(ticket).pk)
    tasks.look(request_of(ticket).pk)  # twice is harmless
    worked(ticket)
    assert request_of(ticket).corrected == ["number"]
    assert offered(ticket).response == "invoice-sent"
    assert InvoiceFile.objects.count() == 1


def test_what_is_not_found_is_said_as_it_was_asked_for(invoices: World, opened: OpenTicket) -> None:
    Account.objects.filter(pk=invoices.cast.northwind.pk).update(salesforce_id="0018dQx00000099ABA")
    ticket = asks(opened, "Please send invoice INV-1234567.\nClosed-Won on: 30 September 2026")
    confirm(ticket, by=invoices.cast.nadia, do="ask")
    assert "- number INV-1234567\n- deal won on 30 Sep 2026" in offered(ticket).body


def test_another_companys_is_not_sent_whoever_says_so(invoices: World, opened: OpenTicket) -> None:
    ticket = asks(opened, "Please send INV-0090004, or the one of 7 September 2026.", fields={})
    steps.go_back(ticket, "find", by=invoices.cast.nadia, why="Look again")
    worked(ticket)
    with pytest.raises(Refused, match="made out to Bluepeak"):
        confirm(ticket, by=invoices.cast.nadia, do="send", invoices=[invoices.others])
    assert offered_or_none(ticket) is None


def test_an_address_nobody_knows_is_a_persons_matter(invoices: World, opened: OpenTicket) -> None:
    """The partner was set by hand, the address is anybody's: it is sent only because somebody says so."""
    with_pdf(invoices.own, "INV-0090001")
    stranger = Contact.objects.create(email="katrin.vogel@mailbox.example", name="Katrin Vogel")
    ticket = asks(opened, "A copy of INV-0090001, it is Katrin of Northwind.", by=stranger)
    assert states(ticket)["company"] == "waiting"
    change_partner(ticket, to=invoices.cast.northwind, by=invoices.cast.nadia)
    worked(ticket)
    assert states(ticket)["choose"] == "waiting"
    confirm(ticket, by=invoices.cast.nadia, do="send", invoices=[invoices.own])
    assert request_of(ticket).party_says.startswith("Nadia Okafor says so. Nothing says that katrin.vogel@mailbox")
    assert offered(ticket).warnings == [request_of(ticket).party_says]


@pytest.mark.parametrize("a_person", [False, True])
def test_another_partner_is_set(invoices: World, opened: OpenTicket, *, a_person: bool) -> None:
    """What was theirs a moment ago is somebody else's then: the draft with the file is withdrawn."""
    ticket = asks(opened, "A copy of INV-0090001, please.")
    assert "No PDF hangs at INV-0090001" in step(ticket, "fetch").problem
    with_pdf(invoices.own, "INV-0090001")
    if a_person:
        steps.go_back(ticket, "find", by=invoices.cast.nadia, why="Look again")
        worked(ticket)
        confirm(ticket, by=invoices.cast.nadia, do="send", invoices=[invoices.own])
    else:
        steps.retry(step(ticket, "fetch"), by=invoices.cast.nadia)
        worked(ticket)
    assert offered(ticket).response == "invoice-sent"
    change_partner(ticket, to=invoices.cast.bluepeak, by=invoices.cast.nadia)
    assert offered_or_none(ticket) is None
    worked(ticket)
    assert offered_or_none(ticket) is None
    with pytest.raises(Refused, match="not to Bluepeak"):
        confirm(ticket, by=invoices.cast.nadia, do="send", invoices=[invoices.own])
    change_partner(ticket, to=invoices.cast.northwind, by=invoices.cast.nadia)
    worked(ticket)
    assert [one.filename for one in offered(ticket).files.all()] == ["INV-0090001.pdf"]


def test_only_what_was_chosen_last_is_attached(invoices: World, opened: OpenTicket) -> None:
    """A decision may be taken once more; the file of the one before stays with the request and goes to nobody."""
    with_pdf(invoices.own, "INV-0090001")
    with_pdf(invoices.second, "INV-0090002")
    ticket = asks(opened, "Our invoice.\nDate of the transaction: 8 September 2026")
    confirm(ticket, by=invoices.cast.nadia, do="send", invoices=[invoices.own])
    steps.decide_anew(ticket, "choose", by=invoices.cast.nadia, why="The other one")
    assert states(ticket)["choose"] == "waiting"
    with pytest.raises(Refused, match="not found any more"):
        confirm(ticket, by=invoices.cast.nadia, do="send", invoices=["a0I000000000000AAA"])
    confirm(ticket, by=invoices.cast.nadia, do="send", invoices=[invoices.second])
    assert [one.filename for one in offered(ticket).files.all()] == ["INV-0090002.pdf"]
    assert InvoiceFile.objects.count() == 2


def test_several_are_asked_for(invoices: World, opened: OpenTicket) -> None:
    """A person sends those that are theirs; of the others each is named to the desk."""
    ticket = asks(opened, "We need INV-0090001 and INV-0090002, also INV-0090004 and INV-7777777.")
    form = steps.prepared(step(ticket, "choose"), by=invoices.cast.nadia)
    assert form.initial["do"] == "send"
    assert set(form.initial["invoices"]) == {invoices.own, invoices.second}
    assert "INV-0090004 is made out to Bluepeak" in str(form.note)
    assert "INV-7777777 is not found." in str(form.note)


def test_of_two_tiers_a_stranger_learns_nothing(invoices: World, opened: OpenTicket) -> None:
    """Whoever may be anybody is told neither the distributor nor the deal, nor that there is such an invoice."""
    stranger = Contact.objects.create(email="katrin.vogel@mailbox.example", name="Katrin Vogel")
    ticket = asks(opened, "Please send INV-0090003.", by=stranger, partner=invoices.cast.northwind)
    assert steps.prepared(step(ticket, "choose"), by=invoices.cast.nadia).initial["do"] == "refuse"
    confirm(ticket, by=invoices.cast.nadia, do="refuse")
    assert offered(ticket).response == "invoice-unknown-address"
    assert "Polder" not in offered(ticket).body
    assert "0090003" not in offered(ticket).body


def test_a_mail_that_is_not_theirs(invoices: World, opened: OpenTicket) -> None:
    written = arrives(mail("A copy of INV-0090001, please.", Subject="Copy of our invoice"))
    IncomingMail.objects.filter(pk=written.pk).update(verdict="fail")
    ticket = Ticket.objects.get(pk=int(written.handled_ref.removeprefix("PHD-")))
    worked(ticket)
    note = str(steps.prepared(step(ticket, "choose"), by=invoices.cast.nadia).note)
    assert note.startswith("northwind.example.com says that a mail of theirs here is not from there.")


def test_a_partner_salesforce_does_not_know_gets_none(invoices: World, opened: OpenTicket) -> None:
    ticket = asks(opened, "Please send INV-0090004.")
    steps.go_back(ticket, "find", by=invoices.cast.nadia, why="Look again")
    worked(ticket)
    Account.objects.filter(pk=invoices.cast.northwind.pk).update(salesforce_id="")
    with pytest.raises(Refused, match="no account of Salesforce"):
        confirm(ticket, by=invoices.cast.nadia, do="send", invoices=[invoices.others])


def test_decided_while_it_was_looked_for(invoices: World, opened: OpenTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person has said meanwhile stands."""
    ticket = asks(opened, "Our invoice, please.")

    def look(_asked: object, *, account: object) -> list[finding.Found]:
        InvoiceRequest.objects.filter(ticket=ticket).update(decided=timezone.now(), chosen=[invoices.own])
        return []

    monkeypatch.setattr(finding, "look", look)
    assert searching.run(ticket).chosen == [invoices.own]
    assert request_of(ticket).decided is not None


def test_what_does_not_lead_to_one_is_said(invoices: World, opened: OpenTicket) -> None:
    """A purchase order's number, and a day that can be read in two ways."""
    ticket = asks(opened, "Our invoice.\nPO number: 4500128837\nInvoice date: 03/04/2026")
    note = str(steps.prepared(step(ticket, "choose"), by=invoices.cast.nadia).note)
    assert "not kept by your purchase order number 4500128837" in note
    assert "is it 3 April 2026 or 4 March 2026?" in note
    assert "is it 3 April 2026 or 4 March 2026?" in offered(ticket).body
    other = asks(opened, "Please send invoice INV-1234567.")
    assert "not among them:\n- number INV-1234567" in offered(other).body


def test_of_several_files_the_one_called_like_the_invoice(invoices: World, opened: OpenTicket) -> None:
    with_pdf(invoices.own, "INV-0090001", title="Terms")
    with_pdf(invoices.own, "INV-0090001")
    ticket = asks(opened, "A copy of INV-0090001, please.")
    [kept] = InvoiceFile.objects.all()
    assert kept.stored.read() == invoice_pdf("INV-0090001")
    assert [one.filename for one in offered(ticket).files.all()] == ["INV-0090001.pdf"]


def test_what_only_says_that_it_is_a_pdf(invoices: World, opened: OpenTicket) -> None:
    with_pdf(invoices.own, "INV-0090001", content=b"<html>Sign in again</html>")
    ticket = asks(opened, "A copy of INV-0090001, please.")
    assert step(ticket, "fetch").problem == "What hangs at INV-0090001 is called a PDF and is none."
    assert not InvoiceFile.objects.exists()


def test_a_void_one_is_shown_to_a_person(invoices: World, opened: OpenTicket) -> None:
    ticket = asks(opened, "Please send us INV-0090005.")
    assert steps.prepared(step(ticket, "choose"), by=invoices.cast.nadia).note == "INV-0090005 is Void."


def test_who_was_in_copy_is_left_out(invoices: World) -> None:
    with_pdf(invoices.own, "INV-0090001")
    written = arrives(
        mail("A copy of INV-0090001, please.", Subject="Copy of our invoice", Cc="Buyer <buyer@customer.example>")
    )
    ticket = Ticket.objects.get(pk=int(written.handled_ref.removeprefix("PHD-")))
    worked(ticket)
    assert [one["address"] for one in (*offered(ticket).to, *offered(ticket).cc)] == ["katrin@northwind.example.com"]
    assert offered(ticket).warnings[-1].startswith("Left out of copy: Buyer.")


def test_salesforce_is_away(invoices: World, opened: OpenTicket, sandbox: VendorSandbox) -> None:
    """It is tried again by itself, and nothing is prepared meanwhile."""
    sandbox.fault("salesforce", "503")
    ticket = asks(opened, "A copy of INV-0090001, please.")
    assert step(ticket, "find").state == "ready"
    assert step(ticket, "find").problem
    assert offered_or_none(ticket) is None


@pytest.mark.parametrize(
    ("topic", "text", "response", "who"),
    [
        ("vendor_form", "Our customer needs your supplier onboarding form filled in.", "vendor-form", "The seller"),
        ("vendor_form", "Please send us your W-9.", "tax-form", "The tax team"),
        ("rebate", "When is the Q3 rebate paid?", "rebate-timing", "The Partner Help Desk"),
    ],
)
def test_general_questions_have_their_answer_prepared(
    cast: object, handbook: None, opened: OpenTicket, topic: str, text: str, response: str, who: str
) -> None:
    """The row stands before a worker knows; twice prepares once."""
    ticket = opened(kind="general", topic=topic, subject="A question", body=text)
    [pk] = passing_on.waiting()
    tasks.pass_on_left_lying()
    tasks.pass_on(pk)
    assert passing_on.waiting() == []
    assert offered(ticket).response == response
    assert responses.unresolved_in(offered(ticket).body) in {("sender_name",), ("tax_form", "sender_name")}
    assert ticket.prepared_replies.count() == 1


def test_owners_name_texts_and_resources_that_are_there(handbook: None) -> None:
    for owner in owners.all_owners().values():
        assert Response.objects.filter(slug=owner.response).exists(), owner.matter
        assert len(owners.facts_of(owner)) == 1 + len(owner.resources), owner.matter


def test_another_topic_has_another_answer(cast: object, handbook: None, opened: OpenTicket) -> None:
    ticket = opened(kind="general", topic="rebate", subject="A question", body="Could you look at this?")
    tasks.pass_on_left_lying()
    change_kind(ticket, to="general", topic="vendor_form", by=DESK)
    assert len(passing_on.waiting()) == 1
    tasks.pass_on_left_lying()
    assert offered(ticket).response == "vendor-form"
    change_kind(ticket, to="general", topic="", by=DESK)
    assert offered_or_none(ticket) is None
    change_kind(ticket, to="general", topic="vendor_form", by=DESK)
    Response.objects.filter(slug="vendor-form").update(active=False)
    tasks.pass_on_left_lying()
    assert passing_on.waiting() == []  # what is switched off keeps nobody's question waiting


def test_a_payment_asked_for_as_an_invoice(invoices: World, opened: OpenTicket) -> None:
    """Nothing is looked for in Salesforce; Billing's name has to be filled in before it is sent."""
    ticket = asks(opened, "Invoice INV-0090001 shows our old VAT number. Could you send a corrected invoice?")
    assert [states(ticket)[slug] for slug in ("company", "find", "choose", "fetch")] == ["skipped"] * 4
    assert offered(ticket).response == "invoice-billing"
    assert "Billing Operations" in step(ticket, "answer").note
    assert {fact["link"] for fact in step(ticket, "answer").data["facts"]} > {""}
    steps.go_back(ticket, "read", by=invoices.cast.nadia, why="They want a copy")
    assert worked(ticket)["find"] == "done"


def test_a_rebate_is_told_for_the_quarter_that_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    for on, quarter, by in (
        (date(2026, 11, 27), "FY27 Q3, August to October 2026", "15 Dec 2026"),
        (date(2027, 2, 1), "FY27 Q4, November 2026 to January 2027", "17 Mar 2027"),
    ):
        monkeypatch.setattr(timezone, "localdate", lambda on=on: on)
        assert answers.of_owner("rebate").values == {"quarter": quarter, "pay_by": by}


def test_looked_for_only_while_it_is_outdated(invoices: World, opened: OpenTicket) -> None:
    ticket = asks(opened, "Our invoice, please.")
    request = request_of(ticket)
    assert not searching.is_outdated(request)
    assert request.looked is not None
    request.looked = request.looked - timedelta(minutes=5)
    assert searching.is_outdated(request)


def offered_or_none(ticket: Ticket) -> object:
    return prepared.of(ticket)
