"""A person decides about a letter: rows first, DocuSign's word settles it, every effect once (decision 30)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.docusign import reading
from journal.record import actor_of, events_of
from loa import deciding, texts
from loa.models import LetterDecision
from mail import inbox
from mail.composing import letter as composed
from mail.models import IncomingMail, OutgoingMail
from tests.conftest import Cast
from tests.loa.conftest import request_of, step, worked
from tests.loa.deciding import PAUSED, REASON, SHORT, TRAINING, VOIDED, WAITING, confirm, states, to_decide
from tests.sandbox_desk import VendorSandbox
from tickets import steps
from tickets.actions import Refused
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose="reply"))


def decision(ticket: Ticket) -> LetterDecision:
    found = deciding.newest(request_of(ticket))
    assert found is not None
    return found


def test_a_decline_in_docusign_mails_the_requester_once_docusign_says_so(letters: Cast) -> None:
    letter, ticket = to_decide(letters)
    assert confirm(ticket, by=letters.nadia).state == "waiting"
    assert (decision(ticket).state, mails()) == ("asked", [])
    letter.say("declined", "completed", "declined", "created", reason=REASON)
    after = states(ticket)
    assert (after["decide"], after["void"], after["docusign"]) == ("done", "skipped", "done")
    assert worked(ticket)["decline_mail"] == "done"
    steps.work_on(ticket.pk)
    (sent,) = mails()
    assert ([one["address"] for one in sent.to], [one["address"] for one in sent.cc]) == (
        ["katrin@northwind.example.com"], ["sofia@desk.example.com", "partnersupport@gitlab.com"],
    )  # fmt: skip
    assert (sent.subject, sent.in_reply_to) == (f"{ticket.reference}: the letter", "")
    assert "Hello Katrin" in sent.body_text
    assert "Review Document" not in sent.body_text
    assert (decision(ticket).state, decision(ticket).message.outgoing) == ("done", sent)  # type: ignore[union-attr]
    assert "Katrin Vogel" in step(ticket, "decline_mail").note


def test_our_own_copy_comes_back_and_is_nobodys_request(letters: Cast) -> None:
    letter, ticket = to_decide(letters)
    confirm(ticket, by=letters.nadia)
    letter.say("declined", "completed", "declined", "created")
    worked(ticket)
    (sent,) = mails()
    with composed(sent) as whole:
        content = b"".join(whole.pieces)
    before = Ticket.objects.count(), ticket.messages.count(), OutgoingMail.objects.count()
    stored = inbox.store(content, via="command")
    assert inbox.take_in(stored.pk).outcome == IncomingMail.Outcome.IGNORED
    assert before == (Ticket.objects.count(), ticket.messages.count(), OutgoingMail.objects.count())


def test_approved_in_docusign_while_somebody_declines_here(letters: Cast) -> None:
    letter, ticket = to_decide(letters)
    confirm(ticket, by=letters.nadia)
    letter.say("sent", "completed", "completed", "sent")
    after = worked(ticket)
    assert (after["decide"], after["decline_mail"], mails()) == ("done", "skipped", [])
    found = decision(ticket)
    assert (found.state, found.result) == ("overtaken", "It is approved and with Legal.")
    assert "overtaken" in step(ticket, "decline_mail").why
    assert events_of(request_of(ticket)).filter(verb="decision overtaken").count() == 1


@pytest.mark.parametrize("told", [True, False])
def test_approved_in_docusign_before_a_void_is_written(letters: Cast, docusign: VendorSandbox, *, told: bool) -> None:
    """Whether our row knows it already, or only DocuSign does: what is with Legal is not voided, and no mail leaves."""
    letter, ticket = to_decide(letters, envelope=WAITING)
    confirm(ticket, by=letters.nadia, void="on", sure="on")
    if told:
        letter.say("sent", "completed", "completed", "sent")
    docusign.ask("/docusign/act", {"envelope": WAITING, "recipient": "PHD", "what": "complete"})
    after = worked(ticket)
    assert (after["void"], after["docusign"], mails()) == ("skipped" if told else "done", "done", [])
    void = step(ticket, "void")
    assert "It is approved and with Legal." in (void.why or void.note)
    assert not void.data.get("changes")
    assert (decision(ticket).state, reading.envelope(WAITING).is_open) == ("overtaken", True)


def test_in_shadow_nothing_is_written_and_it_can_be_decided_anew(letters: Cast, docusign: VendorSandbox) -> None:
    _letter, ticket = to_decide(letters, proposal="approve", gated=True, envelope=PAUSED)
    steps.set_shadow("loa", "release", True, by=letters.lena)
    confirm(ticket, "approve", by=letters.nadia)
    assert worked(ticket)["release"] == "done"
    waits = step(ticket, "docusign")
    assert (waits.state, waits.waits_for, "shadow mode" in waits.note) == ("waiting", "desk", True)
    assert reading.envelope(PAUSED).gate == "paused"
    deciding.decide_anew(request_of(ticket), by=letters.lena)
    assert (states(ticket)["decide"], states(ticket)["release"]) == ("waiting", "later")
    assert deciding.under_way(request_of(ticket)) is None
    steps.set_shadow("loa", "release", False, by=letters.lena)
    confirm(ticket, "approve", by=letters.nadia)
    assert worked(ticket)["docusign"] == "waiting"
    assert reading.envelope(PAUSED).gate == "released"
    with pytest.raises(Refused, match="no decision that could be taken back"):
        deciding.decide_anew(request_of(ticket), by=letters.lena)


def test_a_click_is_no_approval(letters: Cast) -> None:
    letter, ticket = to_decide(letters, proposal="approve")
    confirm(ticket, "approve", by=letters.nadia)
    assert (states(ticket)["decide"], decision(ticket).state) == ("waiting", "asked")
    letter.say("sent", "completed", "completed", "sent")
    assert (states(ticket)["docusign"], decision(ticket).state) == ("done", "done")
    assert "Nadia Okafor" in str(step(ticket, "decide").data["facts"])


def test_the_gate_is_released_by_whoever_approved(letters: Cast, docusign: VendorSandbox) -> None:
    letter, ticket = to_decide(letters, proposal="approve", gated=True, envelope=PAUSED)
    assert confirm(ticket, "approve", by=letters.nadia).state == "done"
    after = worked(ticket)
    assert (after["release"], after["void"], after["docusign"]) == ("done", "skipped", "waiting")
    assert step(ticket, "release").data["changes"][0]["after"] == "goes on to Legal"
    with pytest.raises(Refused, match="Nadia Okafor has decided already|quicker"):
        deciding.decide(request_of(ticket), what="hold", how="", by=letters.lena, why="Wait.")
    letter.say("sent", "completed", "sent", workflow="in_progress")
    assert (states(ticket)["docusign"], decision(ticket).state) == ("done", "done")


def test_a_void_asks_twice_and_takes_two_hundred_characters(letters: Cast, docusign: VendorSandbox) -> None:
    letter, ticket = to_decide(letters, gated=True, envelope=WAITING)
    with pytest.raises(Refused, match="ends for everybody; DocuSign writes to Katrin Vogel"):
        confirm(ticket, by=letters.nadia)
    with pytest.raises(Refused, match="takes 200 characters"):
        confirm(ticket, by=letters.nadia, sure=True, reason_text="x" * 201)
    assert not LetterDecision.objects.exists()
    confirm(ticket, by=letters.nadia, sure=True)
    after = worked(ticket)
    assert (after["release"], after["void"], after["docusign"], mails()) == ("skipped", "done", "waiting", [])
    letter.say("voided", "completed", "created", reason=REASON)
    assert worked(ticket)["decline_mail"] == "done"
    assert len(mails()) == 1


def test_voided_by_somebody_else_before_the_release(letters: Cast, docusign: VendorSandbox) -> None:
    """DocuSign refuses; the envelope tells why, and nobody is asked anything."""
    _letter, ticket = to_decide(letters, proposal="approve", gated=True, envelope=VOIDED)
    confirm(ticket, "approve", by=letters.nadia)
    after = worked(ticket)
    assert (after["release"], after["docusign"], decision(ticket).state) == ("done", "done", "overtaken")
    assert step(ticket, "release").note == "The envelope is voided."
    assert after["answer"] == "waiting"


def test_two_decide_and_the_second_sees_the_first(letters: Cast) -> None:
    _letter, ticket = to_decide(letters)
    confirm(ticket, by=letters.nadia)
    first = decision(ticket)
    with pytest.raises(Refused, match="Nadia Okafor was quicker: Decline"):
        confirm(ticket, "approve", by=letters.lena, why="They paid.", seen=0)
    assert decision(ticket) == first
    confirm(ticket, by=letters.nadia)
    assert LetterDecision.objects.count() == 1
    confirm(ticket, "approve", by=letters.lena, why="They paid.", seen=first.pk)
    first.refresh_from_db()
    assert (first.state, decision(ticket).by) == ("taken_back", letters.lena)


@pytest.mark.parametrize(("proposal", "against"), [("approve", False), ("decline", True), ("hold", True)])
def test_approving_against_the_checks_needs_a_reason_and_is_marked(letters: Cast, proposal: str, against: bool) -> None:
    letter, ticket = to_decide(letters, proposal=proposal)
    if against:
        with pytest.raises(Refused, match="Say why it is approved all the same"):
            confirm(ticket, "approve", by=letters.nadia)
    confirm(ticket, "approve", by=letters.nadia, why="Legal agreed by phone." if against else "")
    assert decision(ticket).against is against
    assert ticket.tags.filter(name=deciding.MARK).exists() is against
    letter.say("declined", "completed", "declined", "created")
    assert not ticket.tags.filter(name=deciding.MARK).exists()


def test_what_is_held_waits_inside_and_comes_back(letters: Cast) -> None:
    _letter, ticket = to_decide(letters, proposal="hold")
    confirm(ticket, "hold", by=letters.nadia, why="Salesforce has two of them.")
    ticket.refresh_from_db()
    assert (ticket.status, step(ticket, "decide").remind_at) == ("pending_internal", decision(ticket).until)
    assert deciding.end_hold(request_of(ticket)) is False
    LetterDecision.objects.update(until=timezone.now() - timedelta(minutes=1))
    steps.heard(ticket, "decision")
    ticket.refresh_from_db()
    assert (ticket.status, deciding.newest(request_of(ticket))) == ("open", None)
    assert "propose" in step(ticket, "decide").note


def test_both_texts_name_all_reasons_and_who_is_copied(letters: Cast) -> None:
    _letter, ticket = to_decide(letters)
    offered = deciding.texts(request_of(ticket), by=letters.nadia)
    assert SHORT[0] in offered.reason.body
    assert offered.void_reason.endswith(f"Reference {ticket.reference}.")
    assert len(offered.void_reason) <= texts.MOST_OF_VOID
    short = texts.shortened(f"{REASON}\n\n{REASON}\n\n{REASON * 3}", request_of(ticket))
    assert short == f"{REASON} {REASON} Reference {ticket.reference}."
    assert all(words in offered.mail.text.body for words in (*SHORT, *TRAINING, "Hello Katrin", "Nadia Okafor"))
    assert (offered.mail.text.unresolved, offered.mail.archive) == ((), "partnersupport@gitlab.com")
    assert [one.address for one in offered.mail.to] == ["katrin@northwind.example.com"]


def test_nothing_half_is_decided(letters: Cast) -> None:
    _letter, ticket = to_decide(letters)
    for more, words in [
        ({"reason_text": " "}, "Write the reason"),
        ({"reason_text": "Not yet: {{ reason_codes }}"}, "Write why it is declined"),
        ({"reason_text": "Dear {{ cam }}"}, "Fill in first: cam"),
        ({"body": "Hello {{ contact_first_name }}"}, "Fill in first: contact_first_name"),
        ({"to": ""}, "Say whom"),
        ({"cc": "partnersupport@gitlab.com"}, "is our own mailbox"),
        ({"subject": ""}, "Write a subject"),
    ]:
        with pytest.raises(Refused, match=words):
            confirm(ticket, by=letters.nadia, **more)
    assert not LetterDecision.objects.exists()


def test_what_others_ended_is_told_by_a_person_once(letters: Cast) -> None:
    letter, ticket = to_decide(letters)
    letter.say("voided", "completed", "sent", "created", reason="Asked twice.")
    after = worked(ticket)
    assert (after["decide"], after["decline_mail"], after["answer"]) == ("done", "skipped", "waiting")
    told = step(ticket, "answer")
    assert steps.prepared(told).note == "The envelope is voided."
    first = steps.prepared(told, by=letters.nadia).initial
    assert "voided in DocuSign" in first["body"]
    assert "Asked twice." in first["body"]
    form = steps.form_of(told)(first)
    assert form.is_valid(), form.errors
    steps.confirm(told, form.cleaned_data, by=letters.nadia)
    assert len(mails()) == 1
    assert actor_of(letters.nadia).name in mails()[0].from_name
