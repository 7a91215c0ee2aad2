"""A proof from its document to the reply: each write shown before, done once, read back, and taken back in order."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.salesforce import fields
from integrations.salesforce.client import client
from service_attach import estimates, proofs, stages
from service_attach.models import Proof
from tests.conftest import Cast
from tests.sandbox_desk import VendorSandbox
from tests.service_attach.conftest import Sends, answers, proof_of, sent, step, worked
from tests.service_attach.documents import sow
from tests.service_attach.submitting import (
    DEAL,
    OPPORTUNITY,
    REGISTRATION,
    decided,
    known_in_salesforce,
    looked_up_again,
    moved_on,
    sends,
    there,
    to_decide,
)
from tests.tickets.conftest import opened
from tickets import actions, prepared, steps
from tickets.actions import Refused
from tickets.models import PreparedReply, Step, Ticket
from tickets.steps import undoing

__all__ = ["opened", "sent"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _northwind(cast: Cast, sandbox: VendorSandbox) -> None:
    known_in_salesforce(cast)


def test_from_the_document_to_the_reply(cast: Cast, sent: Sends) -> None:
    ticket = to_decide(sent())
    found = step(ticket, "registration")
    assert found.note == "GL-0048213: Service Attach, Approved 14 Sep 2026. All 12 checks are met."
    assert step(ticket, "manager").note == "Sofia Marchetti approved the registration."
    shown = steps.prepared(step(ticket, "decide"), by=cast.nadia)
    assert [(one.field, one.before, one.after.partition(" ")[0]) for one in shown.changes] == [
        ("Status", "Approved", "Closed-Won"), ("File", "none", "SOW.pdf"), ("Chatter", "none", "@Sofia"),
    ]  # fmt: skip
    assert shown.changes[-1].text.startswith("Northwind DevOps GmbH has sent the proof of execution")
    assert there().status == "Approved"
    decided(ticket, "go", by=cast.nadia)
    states = worked(ticket)
    assert (states["close"], states["chatter"], states["answer"], states["send"]) == ("done", "done", "done", "waiting")
    now, proof = there(), proof_of(ticket)
    assert (now.status, len(now.files), len(now.posts), proof.stage) == ("Closed-Won", 1, 1, "won")
    body = str(now.posts[0]["Body"])
    assert body.startswith("@Sofia Marchetti Northwind DevOps GmbH has sent the proof of execution")
    assert "the registration is Closed-Won" in body
    assert (proof.file_ref, proof.post_ref) == (now.files[0].document, now.posts[0]["Id"])
    assert proof.decided_by == cast.nadia
    text = prepared.of(ticket)
    assert text is not None
    assert "Deal ID GL-0048213, is submitted" in text.body
    assert "counts towards FY27 Q4" in text.body
    assert [one["address"] for one in text.to] == [cast.katrin.email]
    sends(ticket, by=cast.nadia)
    assert worked(ticket)["solve"] == "done"
    ticket.refresh_from_db()
    assert ticket.status == "solved"


def test_everything_is_taken_back_in_the_right_order(cast: Cast, sent: Sends) -> None:
    """The post, then the document, then the status; then it can be submitted once more."""
    ticket = submitted(cast, sent)
    taken_back(ticket, cast)
    now, proof = there(), proof_of(ticket)
    assert (now.status, now.files, now.posts, proof.stage) == ("Approved", [], [], "taken_back")
    close, chatter = step(ticket, "close"), step(ticket, "chatter")
    assert chatter.undone is not None
    assert close.undone is not None
    assert chatter.undone < close.undone
    assert not PreparedReply.objects.filter(ticket=ticket, state="offered").exists()
    assert step(ticket, "send").note.startswith("The prepared reply was withdrawn.")
    steps.go_back(ticket, "registration", by=cast.lena, why="It was the right one after all.")
    assert worked(ticket)["decide"] == "waiting"
    decided(ticket, "go", by=cast.lena)
    assert worked(ticket)["send"] == "waiting"
    now = there()
    assert (now.status, len(now.files), len(now.posts)) == ("Closed-Won", 1, 1)


def taken_back(ticket: Ticket, cast: Cast) -> None:
    steps.undo(step(ticket, "close"), by=cast.lena)
    for _again in range(3):
        for pk in undoing.waiting_undos():
            undoing.work_undo(pk)


def test_the_partner_who_was_told_is_told_again(cast: Cast, sent: Sends) -> None:
    """A reply cannot be taken back: the correction is drafted, and its sender has to say why."""
    ticket = submitted(cast, sent)
    sends(ticket, by=cast.nadia)
    worked(ticket)
    taken_back(ticket, cast)
    offered = prepared.of(ticket)
    assert offered is not None
    assert (offered.response, [one["address"] for one in offered.to]) == ("poe-taken-back", [cast.katrin.email])
    assert "Deal ID GL-0048213, is submitted. We have taken that back" in offered.body
    assert "{{ problem }}" in offered.body
    assert "The correction is in the composer" in step(ticket, "close").data["undo"]["note"]
    ticket.refresh_from_db()
    assert (ticket.status, offered.then) == ("open", "solved")
    steps.go_back(ticket, "registration", by=cast.lena, why="It was the right one after all.")
    assert worked(ticket)["decide"] == "waiting"


def test_a_post_that_was_answered_stays_and_the_rest_is_taken_back(cast: Cast, sent: Sends) -> None:
    """The channel manager's words are not ours to delete, and the registration does not stay closed for them."""
    ticket = submitted(cast, sent)
    path = f"chatter/feed-elements/{proof_of(ticket).post_ref}/capabilities/comments/items"
    client().send("POST", path, {"body": {"messageSegments": [{"type": "Text", "text": "Wrong one!"}]}}, about="test")
    taken_back(ticket, cast)
    now = there()
    assert (now.status, now.files, len(now.posts)) == ("Approved", [], 1)
    said = step(ticket, "chatter").data["undo"]
    assert "answered in Chatter. It is left, with its answers. Answer there" in said["note"]
    assert [one["field"] for one in said["changes"]] == ["File"]


def test_what_broke_off_between_two_writes_is_taken_back_too(
    cast: Cast, sent: Sends, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The document hangs there, the post was refused: nothing was kept of it, and it is ours all the same."""
    ticket = to_decide(sent())
    decided(ticket, "go", by=cast.nadia)
    monkeypatch.setattr("integrations.salesforce.chatter.LONGEST", 10)
    assert worked(ticket)["chatter"] == "stuck"
    assert (there().status, len(there().files), there().posts) == ("Closed-Won", 1, [])
    taken_back(ticket, cast)
    now = there()
    assert (now.status, now.files, proof_of(ticket).stage) == ("Approved", [], "taken_back"), step(ticket, "close").data


def test_changed_meanwhile_nothing_is_written_and_it_is_said(cast: Cast, sent: Sends) -> None:
    """Compare and set: the decision is taken anew, about what stands there now."""
    ticket = to_decide(sent())
    decided(ticket, "go", by=cast.nadia)
    moved_on("Submitted")
    assert worked(ticket)["close"] == "stuck"
    assert "“Submitted”. Only an approved one can be closed as won." in step(ticket, "close").problem
    assert (there().files, there().posts, proof_of(ticket).stage) == ([], [], "deciding")
    steps.decide_anew(ticket, "decide", by=cast.nadia, why="It has changed.")
    with pytest.raises(Refused, match="Only an approved registration can be closed as won"):
        decided(ticket, "go", by=cast.nadia)
    moved_on("Approved")
    steps.go_back(ticket, "registration", by=cast.nadia, why="It is approved again.")
    worked(ticket)
    decided(ticket, "go", by=cast.nadia)
    assert worked(ticket)["send"] == "waiting"
    assert there().status == "Closed-Won"


def test_touched_meanwhile_it_is_looked_at_again(cast: Cast, sent: Sends) -> None:
    """Still approved, and yet somebody has changed something since: whoever decided has not seen that."""
    ticket = to_decide(sent())
    Proof.objects.filter(ticket=ticket).update(registration={**proof_of(ticket).registration,
                                                             "modified": "2020-01-01T00:00:00+00:00"})  # fmt: skip
    decided(ticket, "go", by=cast.nadia)
    assert worked(ticket)["close"] == "stuck"
    assert "has changed the registration in Salesforce on" in step(ticket, "close").problem
    assert there().status == "Approved"


def test_somebody_else_was_quicker(cast: Cast, sent: Sends) -> None:
    """Then it is not our write, and a person says what was done by hand; the reply goes by what Salesforce shows."""
    ticket = to_decide(sent())
    decided(ticket, "go", by=cast.nadia)
    moved_on("Closed-Won")
    assert worked(ticket)["close"] == "stuck"
    assert step(ticket, "close").problem.startswith("Somebody else has set the registration to Closed-Won since.")
    steps.decide_anew(ticket, "decide", by=cast.nadia, why="Somebody was quicker.")
    with pytest.raises(Refused, match="Closed-Won already, and not by this proof"):
        decided(ticket, "go", by=cast.nadia)
    moved_on("Approved")
    steps.go_back(ticket, "registration", by=cast.nadia, why="It was a mistake.")
    worked(ticket)
    decided(ticket, "go", by=cast.nadia)
    moved_on("Closed-Won")
    assert worked(ticket)["close"] == "stuck"
    steps.done_by_hand(step(ticket, "close"), how="Jonas did it in Salesforce.", by=cast.nadia)
    assert worked(ticket)["send"] == "waiting"
    assert (proof_of(ticket).stage, len(there().posts)) == ("won", 1)


def test_done_by_hand_is_believed_only_when_salesforce_shows_it(cast: Cast, sent: Sends) -> None:
    ticket = to_decide(sent())
    decided(ticket, "go", by=cast.nadia)
    steps.skip(step(ticket, "close"), why="Later.", by=cast.nadia)
    assert worked(ticket)["chatter"] == "stuck"
    assert "not Closed-Won (Approved)" in step(ticket, "chatter").problem
    assert not there().posts


def test_the_resale_registration_is_said_and_the_right_one_looked_up(cast: Cast, sent: Sends) -> None:
    ticket = to_decide(sent(sow(Service_Attach_Deal_ID="Service Attach Deal ID: GL-0047790")))
    row = step(ticket, "decide")
    offer = steps.prepared(row, by=cast.nadia)
    assert (offer.initial["what"], offer.initial["deal_id"], list(offer.changes)) == ("other", DEAL, [])
    with pytest.raises(Refused, match="takes no proof; it has to be Service Attach"):
        decided(ticket, "go", by=cast.nadia)
    decided(ticket, "other", deal_id=f" {DEAL.lower()} ", by=cast.nadia)
    assert looked_up_again(ticket)["decide"] == "waiting"
    assert step(ticket, "registration").note.startswith("GL-0048213: Service Attach, Approved")
    decided(ticket, "go", by=cast.nadia)
    worked(ticket)
    assert there().status == "Closed-Won"


@pytest.mark.parametrize(
    ("deal_id", "words", "meant"),
    [
        ("0068dQx00000001ABA", "the id of an opportunity, not a Deal ID", DEAL),
        ("0068dQx00000001", "the id of an opportunity, not a Deal ID", DEAL),
        ("GL-OO48213", "has no registration with this Deal ID", DEAL),  # letters for digits
        ("GL-0040000", "has no registration with this Deal ID", ""),
        ("GL-0053012", "has 2 registrations with this Deal ID", ""),
        ("gl\u20110048213\u200b.", "GL-0048213: Service Attach, Approved", ""),  # another hyphen, a blank of no width
    ],
)
def test_a_deal_id_that_means_nothing(cast: Cast, sent: Sends, deal_id: str, words: str, meant: str) -> None:
    ticket = to_decide(sent(sow(without=["Service Attach Deal ID"]), fields={"deal_id": deal_id}))
    assert words in step(ticket, "registration").note
    assert steps.prepared(step(ticket, "decide"), by=cast.nadia).initial["deal_id"] == meant


def test_the_answer_of_the_partner_looks_it_up_again(cast: Cast, sent: Sends) -> None:
    ticket = to_decide(sent(sow(Customer_Name="Customer Name: Groupe Valmont SA")))
    with pytest.raises(Refused, match="Say why it is submitted although: Customer"):
        decided(ticket, "go", by=cast.nadia)
    decided(ticket, "ask", by=cast.nadia)
    offered = prepared.of(ticket)
    assert offered is not None
    wanted = "- The document names Groupe Valmont SA as the customer, the registration Havelland Klinik AG."
    assert wanted in offered.body
    sends(ticket, by=cast.nadia)
    row = step(ticket, "decide")
    assert (row.state, row.waits_for, proof_of(ticket).stage) == ("waiting", "partner", "asked")
    answers(ticket, "Sorry, that was the wrong file.", ("SOW-2.pdf", sow()))
    assert looked_up_again(ticket)["decide"] == "waiting"
    assert "All 12 checks are met." in step(ticket, "registration").note
    assert proof_of(ticket).customer_name == "Havelland Klinik AG"


def test_another_partner_hears_nothing_of_the_registration(cast: Cast, sent: Sends) -> None:
    """Whoever guesses a Deal ID learns neither whose it is nor for whom, nor when the deal closes."""
    cast.northwind.salesforce_id = "0018dQx00000002ABA"
    cast.northwind.save()
    document = sow(Customer_Name="Customer Name: Groupe Valmont SA", Partner_Name="Partner Name: Alpenpart AG",
                   Services_begin_on="Services begin on: 2 November 2021")  # fmt: skip
    ticket = to_decide(sent(document))
    against = {one["slug"] for one in proof_of(ticket).checks if one["verdict"] == "missing"}
    assert against == {"partner", "customer", "sender", "window"}
    decided(ticket, "ask", by=cast.nadia)
    offered = prepared.of(ticket)
    assert offered is not None
    said = "The registration belongs to another partner. Send us the Deal ID of your own"
    assert said in " ".join(offered.body.replace("- ", "").split())
    assert not any(word in offered.body for word in ("Havelland", "Northwind DevOps GmbH,", "2026", "2027"))


def test_in_spite_of_a_check_with_a_reason(cast: Cast, sent: Sends) -> None:
    ticket = to_decide(sent(sow(Customer_Name="Customer Name: Groupe Valmont SA")))
    decided(ticket, "go", by=cast.nadia, why="The customer was renamed.")
    worked(ticket)
    assert (proof_of(ticket).despite, there().status) == ("The customer was renamed.", "Closed-Won")


def test_not_submitted_nothing_is_written_and_the_partner_hears_why(cast: Cast, sent: Sends) -> None:
    ticket = to_decide(sent(sow(Service_Attach_Deal_ID="Service Attach Deal ID: GL-0040000")))
    decided(ticket, "end", by=cast.nadia, why="The partner has withdrawn it.")
    states = worked(ticket)
    assert (states["close"], states["chatter"], states["send"]) == ("skipped", "skipped", "waiting")
    offered = prepared.of(ticket)
    assert offered is not None
    assert "No registration has this number." in offered.body
    sends(ticket, by=cast.nadia)
    assert (worked(ticket)["solve"], proof_of(ticket).stage) == ("done", "ended")


def test_the_same_document_for_another_registration(cast: Cast, sent: Sends) -> None:
    """By its content, whatever its name; and the same registration has one proof."""
    submitted(cast, sent)
    again = to_decide(sent(("Other name.pdf", sow())))
    said = {one["slug"]: one["words"] for one in proof_of(again).checks if one["verdict"] == "missing"}
    assert set(said) == {"status", "free"}
    with pytest.raises(Refused, match="not by this proof"):
        decided(again, "go", by=cast.nadia, why="Again")
    other = to_decide(sent(("Other name.pdf", sow()), body="Deal ID: GL-0053001"))
    with proofs.holding(proof_of(other)) as row:
        row.deal_id, row.corrected = "GL-0053001", ["deal_id"]
        row.save()
    looked_up_again(other)
    said = {one["slug"]: one["words"] for one in proof_of(other).checks if one["verdict"] == "missing"}
    assert "SOW.pdf proves GL-0048213 already" in said["reused"]


def test_two_tickets_at_the_same_moment_and_one_of_them_has_it(
    cast: Cast, sent: Sends, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one was not there yet when this one looked; and lets go when its ticket is made another request."""
    first, second = to_decide(sent()), to_decide(sent())
    decided(first, "go", by=cast.lena)
    with monkeypatch.context() as patch:
        patch.setattr(stages, "taken_by", lambda _proof: None)
        with pytest.raises(Refused, match="Another ticket submits this registration at this moment"):
            decided(second, "go", by=cast.nadia)
    with pytest.raises(Refused, match=f"{first.reference} is the proof of this registration already"):
        decided(second, "go", by=cast.nadia)
    assert (proof_of(first).stage, proof_of(second).stage) == ("writing", "deciding")
    actions.change_kind(first, to="general", by=cast.lena)
    decided(second, "go", by=cast.nadia)
    assert (proof_of(first).stage, proof_of(second).stage) == ("ended", "writing")


def test_no_channel_manager_on_the_registration(cast: Cast, sent: Sends) -> None:
    """Nobody is mentioned, the post reads well all the same, and it is said that somebody has to be told."""
    client().update(
        fields.object_name("Registration"), REGISTRATION, {fields.api("Registration", "channel_manager"): None}
    )
    ticket = to_decide(sent())
    decided(ticket, "go", by=cast.nadia)
    assert worked(ticket)["manager"] == "skipped"
    assert str(there().posts[0]["Body"]).startswith("Northwind DevOps GmbH has sent the proof")
    said = {one["name"]: (one["value"], one["tone"]) for one in step(ticket, "chatter").data["facts"]}
    assert said["Channel manager"] == ("The channel manager was not mentioned. Tell them yourself.", "bad")
    nobody_is_said_to_have_it(ticket, "The channel manager was not told by the desk.")


def test_a_channel_manager_who_has_left_is_not_mentioned(cast: Cast, sent: Sends) -> None:
    client().update("User", "0058dQx00000019ABA", {"IsActive": False})
    ticket = to_decide(sent())
    assert "cannot mention" in str(proof_of(ticket).checks)
    decided(ticket, "go", by=cast.nadia)
    worked(ticket)
    facts = {one["name"]: one["value"] for one in step(ticket, "chatter").data["facts"]}
    assert facts["Channel manager"] == "Sofia Marchetti was not mentioned. Tell them yourself."
    nobody_is_said_to_have_it(ticket, "Sofia Marchetti was not told by the desk.")


def test_a_post_that_was_skipped_told_nobody(cast: Cast, sent: Sends, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.salesforce.chatter.LONGEST", 10)
    ticket = to_decide(sent())
    decided(ticket, "go", by=cast.nadia)
    assert worked(ticket)["chatter"] == "stuck"
    steps.skip(step(ticket, "chatter"), why="Chatter is off.", by=cast.nadia)
    assert worked(ticket)["send"] == "waiting"
    nobody_is_said_to_have_it(ticket, "Sofia Marchetti was not told by the desk.")


def nobody_is_said_to_have_it(ticket: Ticket, warning: str) -> None:
    """Its sender has to say who does: neither who was not told, nor the manager of the partner's account."""
    offered = prepared.of(ticket)
    assert offered is not None
    assert "your channel manager {{ cam }} has the document" in offered.body
    assert [one for one in offered.warnings if one.startswith(warning)]
    assert step(ticket, "send").note == "Drafted in the composer. Fill in cam, then send it."


def test_shadow_mode_writes_nothing_and_never_says_it_was(cast: Cast, sent: Sends) -> None:
    for slug in ("close", "chatter"):
        steps.set_shadow(proofs.KIND, slug, shadow=True, by=cast.lena)
    ticket = to_decide(sent())
    decided(ticket, "go", by=cast.nadia)
    states = worked(ticket)
    assert (states["close"], states["chatter"], states["answer"]) == ("done", "done", "stuck")
    assert (there().status, there().files, there().posts) == ("Approved", [], [])
    moved_on("Closed-Won")
    steps.retry(step(ticket, "answer"), by=cast.nadia)
    assert worked(ticket)["send"] == "waiting"
    assert proof_of(ticket).stage == "won"


def test_what_it_may_bring(cast: Cast, sent: Sends) -> None:
    ticket = to_decide(sent())
    for number in range(2):
        other = Ticket.objects.create(subject="x", kind="service_attach", requester=cast.katrin)
        Proof.objects.create(ticket=other, account=cast.northwind, stage="won", fiscal_year=2027, fiscal_quarter=4,
                             registration_id=f"a0R{number}")  # fmt: skip
    for year, amount, says in (
        (34560, "34560.00", "$34,560: $864 (at most $2,500)."),
        (20000, "20000.00", "$20,000: $500 (at most $2,500)."),  # of a deal for several years
        (None, "34560.00", "$34,560 (the amount: Salesforce shows no net ARR): $864 (at most $2,500)."),
    ):
        client().update("Opportunity", OPPORTUNITY, {"Net_ARR__c": year})
        steps.go_back(ticket, "registration", by=cast.nadia, why="The deal has changed.")
        worked(ticket)
        [fact] = estimates.facts(proof_of(ticket))
        assert (str(proof_of(ticket).net_arr), fact.value) == (amount, f"FY27 Q4: 3 services, 2.5 % of {says}")


def submitted(cast: Cast, sent: Any) -> Ticket:
    ticket: Ticket = to_decide(sent())
    decided(ticket, "go", by=cast.nadia)
    assert worked(ticket)["send"] == "waiting", list(Step.objects.values_list("slug", "state", "problem"))
    return ticket
