"""Requests that take another way: US PubSec, no opportunity, one a person names, facts that change on the way."""

from __future__ import annotations

import pytest
from django.test import Client

from orders import again, answers, correcting, fetching
from partners.models import Account
from tests.conftest import Cast
from tests.orders.stray import (
    HAVELLAND,
    OPS,
    PO,
    addresses,
    agreed,
    astray,
    files_at,
    letter,
    offered,
    pdf,
    request_of,
    sent,
    step,
    worked,
)
from tests.tickets.mails import arrives
from tickets import prepared, steps
from tickets.models import PreparedReply, Ticket

__all__ = ["astray"]
pytestmark = pytest.mark.django_db

RIDGEWAY = "0018dQx00000008ABA"  # a partner of the US public sector in the sandbox
QUOTE = {"Subject": "Quote request"}


def asks(text: str, **headers: str) -> Ticket:
    ticket = sent(text, None, **{**QUOTE, **headers})
    assert ticket.kind == "quote_request"
    worked(ticket)
    return ticket


def choose(ticket: Ticket, cast: Cast, value: str, other: str = "") -> None:
    steps.confirm(step(ticket, "choose"), {"opportunity": value, "other": other}, by=cast.nadia)


@pytest.mark.parametrize("copied", [False, True])
def test_us_pubsec_never_goes_to_order_operations(astray: Cast, copied: bool) -> None:
    """Who wrote to them too would wait in vain: seller and manager are looked for all the same."""
    Account.objects.filter(pk=astray.northwind.pk).update(salesforce_id=RIDGEWAY, country="US", public_sector=True)
    ticket = asks("We need a quote for OPP-240110.", **({"Cc": OPS} if copied else {}))
    reply = offered(ticket)
    assert reply.response == "redirect-quote"
    assert OPS not in addresses([*reply.to, *reply.cc])
    assert OPS not in reply.body
    assert "greta.solheim@example.com" in addresses(reply.cc)
    assert any("US PubSec" in words for words in reply.warnings)
    assert any("in vain" in words for words in reply.warnings) is copied
    other = step(asks("We need a quote."), "choose")
    form = steps.form_of(other)(initial=dict(steps.prepared(other, by=astray.nadia).initial))
    assert str(form.fields["opportunity"].choices[-1][1]) == "None: say in the answer who is their seller"  # type: ignore[attr-defined]


def test_without_an_opportunity_order_operations_looks_for_it(astray: Cast) -> None:
    ticket = asks("We need a quote for 40 seats.")
    choose(ticket, astray, "none")
    states = worked(ticket)
    assert (states["people"], states["send"]) == ("skipped", "waiting")
    reply = offered(ticket)
    assert addresses(reply.cc) == [OPS]
    assert "Partner Order Operations takes over the quote" in reply.body
    assert any("no seller is copied" in words for words in reply.warnings)


def test_a_person_names_another_one_and_a_worker_looks_for_it(astray: Cast) -> None:
    ticket = asks("We need a quote for 40 seats.")
    choose(ticket, astray, "other", "OPP-99999999")
    assert step(ticket, "choose").waits_for == "salesforce"
    fetching.fetch(request_of(ticket).pk)
    waits = step(ticket, "choose")
    assert (waits.waits_for, waits.note) == ("desk", "Salesforce has no opportunity “OPP-99999999”. Choose again.")
    choose(ticket, astray, "other", "OPP-240101")
    fetching.fetch(request_of(ticket).pk)
    fetching.fetch(request_of(ticket).pk)
    assert worked(ticket)["send"] == "waiting"
    request = request_of(ticket)
    assert (request.opportunity_id, request.chosen_by, request.opportunity["name"][:9]) == (
        HAVELLAND, astray.nadia, "Havelland",
    )  # fmt: skip


def test_a_correction_is_looked_at_anew_and_a_decision_stays(astray: Cast) -> None:
    ticket = asks("We need a quote for 40 seats.")
    correcting.correct(request_of(ticket), {"quote_no": "Q-0093880"}, by=astray.nadia)
    again.read_again(ticket.pk)
    again.read_again(ticket.pk)
    assert worked(ticket)["choose"] == "skipped"
    assert request_of(ticket).opportunity_id == HAVELLAND
    assert request_of(ticket).quote_no == "Q-0093880"
    assert "Greta Solheim" in offered(ticket).body
    other = asks("We need a quote for 40 seats.")
    choose(other, astray, "none")
    worked(other)
    correcting.correct(request_of(other), {"quote_no": "Q-0093880"}, by=astray.nadia)
    again.read_again(other.pk)
    assert worked(other)["send"] == "waiting"
    assert request_of(other).opportunity_id == ""


def test_a_person_may_choose_otherwise_than_the_desk(astray: Cast, client: Client) -> None:
    """What was certain to a program is wrong all the same, now and then."""
    ticket = asks("We need a quote for OPP-240101.")
    assert (request_of(ticket).opportunity_id, step(ticket, "choose").state) == (HAVELLAND, "skipped")
    client.force_login(astray.nadia)
    page = client.post(f"/tickets/{ticket.reference}/steps/choose/go-back/", {"why": "It is for another customer."})
    assert page.status_code == 302
    assert (step(ticket, "choose").state, prepared.of(ticket)) == ("waiting", None)
    choose(ticket, astray, "none")
    assert worked(ticket)["send"] == "waiting"
    assert "Partner Order Operations takes over the quote" in offered(ticket).body
    steps.decide_anew(ticket, "choose", by=astray.nadia, why="It was the right one.")
    choose(ticket, astray, HAVELLAND)
    worked(ticket)
    assert "Greta Solheim takes over the quote" in offered(ticket).body


def test_a_stage_is_told_to_the_partner_of_the_deal_only(astray: Cast) -> None:
    Account.objects.filter(pk=astray.northwind.pk).update(salesforce_id="0018dQx00000002ABA")
    ticket = sent("What is the status of OPP-240101?", Subject="Order status")
    assert worked(ticket)["choose"] == "waiting"  # it is a deal of another partner
    choose(ticket, astray, HAVELLAND)
    worked(ticket)
    reply = offered(ticket)
    assert "6-Awaiting Signature" not in reply.body
    assert any("not of Northwind" in words for words in reply.warnings)
    assert answers.answer_of(request_of(ticket)).values["opp_name"] == ""  # nor its name, which is a customer's


def test_a_distributor_sends_the_order_of_a_resellers_deal(astray: Cast) -> None:
    Account.objects.filter(pk=astray.northwind.pk).update(salesforce_id="0018dQx00000025ABA")
    ticket = sent("What is the status of OPP-240128?", Subject="Order status")
    assert worked(ticket)["choose"] == "skipped"
    reply = offered(ticket)
    assert "“4-Proposal”" in reply.body
    assert not [words for words in reply.warnings if "opportunity is of" in words or "price" in words]


def test_a_person_knows_better_who_has_it(astray: Cast, client: Client) -> None:
    """Both ways, also after the answer was drafted; reading again does not overrule them."""
    ticket = asks("We need a quote for OPP-240101.", Cc=OPS)
    assert offered(ticket).response == "order-ops-copied-quote"
    client.force_login(astray.nadia)
    for there, response in (("no", "redirect-quote"), ("yes", "order-ops-copied-quote")):
        page = client.post(f"/orders/{ticket.reference}/order-ops/", {"there": there}, follow=True)
        assert page.status_code == 200
        again.read_again(ticket.pk)
        assert worked(ticket)["send"] == "waiting"
        assert offered(ticket).response == response
        assert request_of(ticket).where_seen == f"said by {astray.nadia}"


def test_what_comes_after_the_order_was_attached_goes_along(astray: Cast) -> None:
    """What was written stays as it is; the answer in the composer takes the document up, and says where it is not."""
    ticket = sent("Please book it.", {"PO-4500017.pdf": pdf(*PO)}, Message_ID="<order@northwind.example.com>")
    worked(ticket)
    assert agreed(ticket, astray.nadia)["attach"] == "done"
    before = offered(ticket)
    again.read_again(ticket.pk)
    assert offered(ticket) == before
    right = letter("Sorry, this one.", {"PO-4500017-2.pdf": pdf(*PO, "2")}, In_Reply_To="<order@northwind.example.com>")
    arrives(bytes(right))
    for _twice in range(2):
        again.read_again(ticket.pk)
        assert worked(ticket)["send"] == "waiting"
    reply = offered(ticket)
    assert [one.filename for one in reply.files.all()] == ["PO-4500017.pdf", "PO-4500017-2.pdf"]
    assert "PO-4500017-2.pdf came after the order was attached to Havelland Klinik" in " ".join(reply.warnings)
    assert PreparedReply.objects.filter(ticket=ticket).count() == 2
    assert files_at(HAVELLAND) == ["PO-4500017"]
