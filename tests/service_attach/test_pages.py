"""The list of proofs, the page of one, the card of a partner, and the same over REST."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from journal.record import actor_of, events_of
from partners.panels import Page
from people.models import User
from service_attach import access, cards
from service_attach.models import Proof
from tests.conftest import Cast
from tests.service_attach.conftest import Sends, proof_of, worked
from tests.service_attach.documents import sow
from tickets import actions, steps
from tickets.models import Status, Step, Ticket

pytestmark = pytest.mark.django_db
Stage = Proof.Stage
Opened = Callable[..., Ticket]


@pytest.fixture
def made(opened: Opened, cast: Cast) -> Callable[..., Proof]:
    """A proof as it stands at some stage."""

    def make(**values: Any) -> Proof:
        ticket = opened(kind="service_attach", subject="A proof")
        given = {"account": cast.northwind, "customer_name": "Havelland Klinik AG", "deal_id": "GL-0048213", **values}
        given.setdefault("registration_id", f"a0R{ticket.pk:015d}")
        Proof.objects.filter(ticket=ticket).update(**given)
        return proof_of(ticket)

    return make


def page(user: User, address: str = "") -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/service-attach/{address}")
    assert answer.status_code == 200, answer.content[:400]
    return answer.content.decode()


def won(quarter: tuple[int, int] = (2027, 4), **more: Any) -> dict[str, Any]:
    return {
        "stage": Stage.WON, "fiscal_year": quarter[0], "fiscal_quarter": quarter[1], "net_arr": Decimal(80000), **more,
    }  # fmt: skip


def test_by_stage_quarter_and_tier(made: Callable[..., Proof], cast: Cast) -> None:
    made(stage=Stage.MISSING, customer_name="Stadtwerke Lindau", deal_id="", missing=["deal_id"])
    for number in range(3):
        made(**won(), customer_name=f"Customer {number}")
    made(**won((2027, 3)), account=cast.bluepeak, customer_name="Lumen Retail Ltd")

    under_way = page(cast.nadia)
    assert "Stadtwerke Lindau" in under_way
    assert "Customer 1" not in under_way
    everything = page(cast.nadia, "?show=won")
    assert everything.count("3 services · 2.5 %") == 3
    assert "1 service · no rebate" in everything
    assert "Lumen Retail" not in page(cast.nadia, "?show=won&tier=first")
    assert "Customer 2" not in page(cast.nadia, "?show=won&tier=none")
    assert "Lumen Retail" in page(cast.nadia, "?show=won&quarter=2027-3")
    assert "Customer 2" not in page(cast.nadia, "?show=won&quarter=2027-3")
    assert "Customer 2" in page(cast.nadia, "?show=won&q=customer+2")
    assert "No proof matches" in page(cast.nadia, "?show=won&tier=nonsense")


def test_the_list_costs_the_same_however_long_it_is(made: Callable[..., Proof], cast: Cast) -> None:
    counts = []
    for _time in range(2):
        made(**won())
        with CaptureQueriesContext(connection) as asked:
            page(cast.nadia, "?show=all")
        counts.append(len(asked))
    for _time in range(6):
        made(**won())
    with CaptureQueriesContext(connection) as asked:
        page(cast.nadia, "?show=all")
    assert len(asked) == counts[-1]


def test_as_a_file(made: Callable[..., Proof], cast: Cast) -> None:
    for _number in range(2):
        made(**won(), customer_name="=1+1")
    client = Client()
    client.force_login(cast.nadia)
    lines = client.get("/service-attach/export/?show=won&format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Ticket,Partner,Region,Customer,Deal ID,Stage")
    assert "'=1+1" in lines[1]  # nothing a spreadsheet computes
    assert ",FY27 Q4,80000.00,2,2000.00," in lines[1]
    assert client.get("/service-attach/export/?format=xlsx").content.startswith(b"PK")


def test_beside_its_document_and_corrected_there(sent: Sends, cast: Cast) -> None:
    ticket = sent(sow(without=["Service Attach"]))
    worked(ticket)
    proof = proof_of(ticket)
    shown = page(cast.nadia, f"{proof.pk}/")
    assert "Missing: <b>Deal ID</b>" in shown
    assert "Customer Name: Havelland Klinik AG" in shown
    client = Client()
    client.force_login(cast.nadia)
    address = f"/service-attach/{proof.pk}/correct/"
    given = {"partner_name": "Northwind DevOps GmbH", "customer_name": "Havelland Klinik AG", "signed": "yes"}
    wrong = client.post(address, {**given, "services_start": "2026-12-01", "services_end": "2026-11-01"})
    assert wrong.status_code == 422
    assert "The services end before they begin." in wrong.content.decode()
    kept = client.post(address, {**given, "deal_id": "GL-0048213", "why": "By telephone."}, follow=True)
    assert "Nothing is missing." in kept.content.decode()
    assert next(one for one in steps.of(ticket) if one.slug == "complete").state == "done"
    event = events_of(proof_of(ticket)).get(verb="proof corrected")
    assert (event.before["deal_id"], event.after["deal_id"], event.why) == ("", "GL-0048213", "By telephone.")


def test_whose_proofs_one_may_read(made: Callable[..., Proof], cast: Cast) -> None:
    mine, other = made(), made(account=cast.bluepeak, customer_name="Lumen Retail Ltd")
    assert set(access.proofs_for(cast.sofia)) == {mine}
    listed = page(cast.sofia)
    assert "Havelland Klinik AG" in listed
    assert "Lumen Retail" not in listed
    client = Client()
    client.force_login(cast.sofia)
    assert client.get(f"/service-attach/{other.pk}/").status_code == 404
    assert client.post(f"/service-attach/{mine.pk}/correct/", {}).status_code == 403
    Ticket.objects.filter(pk=mine.ticket_id).update(kind="general")  # it was none
    assert not access.proofs_for(cast.nadia).filter(pk=mine.pk).exists()
    merged, submitted = made(), made(**won())
    Ticket.objects.filter(pk__in=[merged.ticket_id, submitted.ticket_id]).update(status=Status.MERGED)
    assert set(access.proofs_for(cast.sofia)) == {submitted}  # Salesforce has it: it counts
    assert "another partner" in page(cast.sofia, f"?partner={cast.bluepeak.pk}")  # its name is not theirs to read


def test_resolved_before_it_was_decided(made: Callable[..., Proof], cast: Cast) -> None:
    """What an early end has written stays: the list does not say “To decide” for ever."""
    proof = made(stage=Stage.DECIDING)
    over = Step.objects.filter(ticket=proof.ticket, slug__in=["read", "keep", "complete", "registration", "manager"])
    over.update(state="done", finished=timezone.now())
    Step.objects.filter(ticket=proof.ticket, slug="decide").update(state="waiting")
    actions.set_status(proof.ticket, to=Status.SOLVED, by=actor_of(cast.nadia))
    assert proof_of(proof.ticket).stage == Stage.ENDED
    assert set(Step.objects.filter(ticket=proof.ticket, slug__in=["close", "answer"]).values_list("state")) == {
        ("skipped",)
    }


def test_the_card_of_the_partner(made: Callable[..., Proof], cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cards.read(Page(account=cast.northwind, user=cast.nadia)) is None
    made(stage=Stage.ASKED)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 20))
    for _number in range(2):
        made(**won())
    card = cards.read(Page(account=cast.northwind, user=cast.nadia))
    assert card is not None
    assert (card["open"], card["quarter"], len(card["lines"])) == (1, "FY27 Q4: 2 services · 2.5 %", 3)
    assert card["lines"][0].proof.stage == Stage.ASKED


def test_over_rest(sent: Sends, cast: Cast) -> None:
    ticket = sent(sow(without=["Service Attach"]))
    worked(ticket)
    proof = proof_of(ticket)
    client = Client()
    client.force_login(cast.nadia)
    listed = client.get("/api/v1/service-attach/?stage=missing,asked&q=havelland").json()["results"]
    assert [(one["ticket"], one["missing"]) for one in listed] == [(ticket.reference, ["deal_id"])]
    assert client.get("/api/v1/service-attach/?stage=lost").status_code == 400
    assert client.get("/api/v1/service-attach/?colour=red").status_code == 400
    address = f"/api/v1/service-attach/{proof.pk}/"
    assert client.get(address).json()["facts"]["customer_name"][0]["value"] == "Havelland Klinik AG"
    given = {"deal_id": "GL-0048213", "proves": [one.pk for one in proof.documents.all()]}
    answer = client.post(f"{address}correct/", given, content_type="application/json").json()
    assert (answer["deal_id"], answer["missing"], answer["signed"]) == ("GL-0048213", [], True)
    wrong = client.post(f"{address}correct/", {"proves": ["x"]}, content_type="application/json")
    assert wrong.json()["errors"]["proves"] == ["Send a list of numbers."]
    client.force_login(cast.sofia)
    assert client.post(f"{address}correct/", {"deal_id": "x"}, content_type="application/json").status_code == 403
