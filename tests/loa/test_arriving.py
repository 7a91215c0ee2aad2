"""One request and one ticket, whatever comes first: envelope, DocuSign's mail, form, mail of a partner (0028)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.http import Http404
from django.utils import timezone

from journal.record import DESK
from loa import arriving, giving_up, links, markers
from loa.models import LetterRequest, Mode
from loa.pairing import KIND
from mail.models import OutgoingMail
from tests.conftest import Cast
from tests.loa.conftest import ASKS, Letter, docusign_writes, request_of, step, ticket_of, worked
from tests.mail.fault_servers import dies_at
from tests.tickets.conftest import OpenTicket
from tests.tickets.mails import arrives, mail
from tickets import access, actions, steps
from tickets.actions import Refused
from tickets.models import Message, Step, Ticket
from tickets.models.ticket import Channel

pytestmark = pytest.mark.django_db


def the_only_one() -> LetterRequest:
    assert Ticket.objects.count() == 1
    return LetterRequest.objects.get()


def test_an_envelope_opens_one_ticket_and_follows_it_to_its_end(letters: Cast) -> None:
    letter = Letter()
    letter.say("sent", "sent", "created", "created")
    request = the_only_one()
    ticket = request.ticket
    assert ticket is not None
    assert (request.stage, request.mode, request.source) == ("requested", Mode.HUMAN_VIEW, "poll")
    assert (ticket.requester, ticket.partner, ticket.kind) == (letters.katrin, letters.northwind, KIND)
    assert "LOA" in ticket.tags.values_list("name", flat=True)
    assert (step(ticket, "link").state, step(ticket, "envelope").state) == ("skipped", "waiting")
    assert not OutgoingMail.objects.exists()
    for states, stage in [
        (("sent", "completed", "sent", "created"), "phd_review"),
        (("sent", "completed", "completed", "sent"), "legal_review"),
        (("completed", "completed", "completed", "completed"), "completed"),
    ]:
        letter.say(*states)
        assert the_only_one().stage == stage
    assert [one.stage for one in request.spans.all()] == ["requested", "phd_review", "legal_review", "completed"]
    assert (step(ticket, "envelope").state, OutgoingMail.objects.get().purpose) == ("done", "acknowledgement")
    assert the_only_one().due is not None


def test_the_link_brings_its_envelope_back_whoever_signs(letters: Cast, opened: OpenTicket) -> None:
    """The marker is exact: another person of the partner may fill the form in."""
    ticket = opened(**ASKS)
    assert list(worked(ticket).values())[:4] == ["done", "waiting", "later", "later"]
    sent = OutgoingMail.objects.get()
    assert f"EnvelopeField_PHD_Request={ticket.reference}." in sent.body_text
    assert "Partner_Company=Northwind+DevOps+GmbH" in sent.body_text
    ticket.refresh_from_db()
    assert ticket.status == "pending_partner"
    letter = Letter(
        name="Jonas Frei", email="jonas@elsewhere.example.com", marker={"PHD_Request": markers.marker_of(ticket)}
    )
    letter.say("sent", "completed", "sent", "created")
    request = the_only_one()
    ticket.refresh_from_db()
    assert (request.ticket, request.requester_name, request.stage) == (ticket, "Jonas Frei", "phd_review")
    assert (ticket.status, ticket.requester, step(ticket, "envelope").state) == ("open", letters.katrin, "done")


def test_a_marker_of_another_ticket_cannot_be_made(letters: Cast, opened: OpenTicket) -> None:
    mine, foreign = opened(**ASKS), opened(**ASKS, requester=letters.omar)
    _reference, _dot, signature = markers.marker_of(mine).partition(".")
    letter = Letter(
        name="Eve", email="eve@evil.example.com", marker={"PHD_Request": f"{foreign.reference}.{signature}"}
    )
    letter.say("sent", "completed", "sent", "created")
    assert letter.request is not None
    assert letter.request.ticket not in (mine, foreign)


def test_a_link_used_twice_is_two_requests_and_says_so(letters: Cast, opened: OpenTicket) -> None:
    ticket = opened(**ASKS)
    marker = {"PHD_Request": markers.marker_of(ticket)}
    Letter(marker=marker).say("sent", "sent", "created", "created")
    again = Letter(marker=marker).say("sent", "sent", "created", "created")
    assert again is not None
    assert again.ticket is not None
    assert again.ticket != ticket
    assert again.ticket.follows == ticket
    assert ticket.reference in Message.objects.get(ticket=again.ticket, visibility="note").body


def test_the_mail_comes_first_and_waits_for_its_envelope(letters: Cast) -> None:
    """The review link in it decides as PHD: the requester never sees it, a channel manager neither."""
    ticket = ticket_of(docusign_writes())
    request = request_of(ticket)
    assert (request.stage, request.source, request.envelope) == ("requested", "mail", None)
    assert (ticket.requester, step(ticket, "link").state, step(ticket, "envelope").waits_for) == (
        letters.katrin, "skipped", "docusign",
    )  # fmt: skip
    shown, kept = ticket.messages.order_by("pk")
    assert "secret" not in shown.body + shown.html + shown.quoted_html
    assert (kept.visibility, kept.body.strip()) == ("note", "Review Document: [link]")
    assert "secret" not in kept.html + kept.quoted_html
    assert access.source_for(letters.nadia, ticket, kept.pk) == kept
    with pytest.raises(Http404):
        access.source_for(letters.sofia, ticket, kept.pk)
    Letter().say("sent", "completed", "sent", "created")
    assert (the_only_one().ticket, the_only_one().stage) == (ticket, "phd_review")


def test_the_mail_comes_second_and_the_later_ones_too(letters: Cast) -> None:
    letter = Letter()
    letter.say("sent", "completed", "sent", "created")
    first = docusign_writes()
    letter.say("completed", "completed", "completed", "completed")
    last = docusign_writes("Completed: GitLab LOA: Katrin Vogel")
    assert (first.outcome, last.outcome) == ("appended", "appended")
    assert ticket_of(first) == ticket_of(last) == the_only_one().ticket


def test_without_an_address_the_name_pairs_them(letters: Cast) -> None:
    ticket = ticket_of(docusign_writes(" GitLab LOA:  katrin  VOGEL ", reply_to=""))
    Letter().say("sent", "completed", "sent", "created")
    request = the_only_one()
    assert (request.ticket, request.ticket and request.ticket.requester) == (ticket, letters.katrin)


def test_a_later_mail_that_is_quicker_than_its_envelope_waits_for_it(letters: Cast) -> None:
    """Every callback was lost; the first mail comes last."""
    ticket = ticket_of(docusign_writes("Completed: GitLab LOA: Katrin Vogel"))
    Letter().say("completed", "completed", "completed", "completed")
    assert (the_only_one().ticket, the_only_one().stage) == (ticket, "completed")
    assert ticket_of(docusign_writes()) == ticket


def test_a_later_mail_between_two_letters_is_no_request(letters: Cast) -> None:
    for _each in range(2):
        Letter().say("sent", "completed", "sent", "created")
    ticket = ticket_of(docusign_writes("Completed: GitLab LOA: Katrin Vogel"))
    assert arriving.of_ticket(ticket) is None
    assert "any of several" in (worked(ticket) and step(ticket, "link").problem)


def test_a_form_takes_the_next_envelope_of_its_requester(letters: Cast, opened: OpenTicket) -> None:
    ticket = opened(**ASKS)
    Letter(email="Katrin@Northwind.example.com").say("sent", "completed", "sent", "created")
    assert the_only_one().ticket == ticket
    assert worked(ticket)["link"] == "skipped"
    assert not OutgoingMail.objects.filter(subject__contains="fill in the form").exists()


def test_between_two_nobody_chooses(letters: Cast, opened: OpenTicket) -> None:
    one, two = opened(**ASKS), opened(**ASKS)
    Letter().say("sent", "completed", "sent", "created")
    third = Ticket.objects.exclude(pk__in=[one.pk, two.pk]).get()
    assert request_of(third).envelope is not None
    note = Message.objects.get(ticket=third, visibility="note").body
    assert one.reference in note
    assert two.reference in note


@pytest.mark.parametrize("headers", [{"dmarc": "fail"}, {"dmarc": ""}, {"From": "dse@docusign.example.com"}])
def test_what_only_looks_like_docusigns_mail_changes_no_request(letters: Cast, headers: dict[str, str]) -> None:
    letter = Letter()
    letter.say("sent", "completed", "sent", "created")
    forged = docusign_writes(**headers)
    ticket = ticket_of(forged)
    assert letter.request is not None
    assert letter.request.ticket != ticket
    assert LetterRequest.objects.count() == 1
    assert worked(ticket)["link"] == "stuck"
    assert "nothing proves" in step(ticket, "link").problem


def test_a_partners_mail_is_answered_with_the_form_once(letters: Cast) -> None:
    ticket = ticket_of(arrives(mail("We need a letter of authorization.", Subject="LOA for a tender", dmarc="pass")))
    worked(ticket)
    worked(ticket)
    assert [one.subject for one in OutgoingMail.objects.filter(headers__has_key="X-PHD-About")] == [
        f"Your Letter of Authorization: fill in the form [{ticket.reference}]"
    ]
    assert (request_of(ticket).source, ticket.channel) == ("mail", Channel.MAIL)


@pytest.mark.parametrize(("resolved", "envelope"), [(False, "waiting"), (True, "skipped")])
def test_a_question_that_is_made_a_letter_gets_the_form_unless_it_is_resolved(
    letters: Cast, opened: OpenTicket, resolved: bool, envelope: str
) -> None:
    ticket = opened()
    if resolved:
        actions.solve(ticket, by=letters.nadia)
    actions.change_kind(ticket, to=KIND, by=letters.nadia)
    ticket.refresh_from_db()
    assert (worked(ticket)["link"], step(ticket, "envelope").state) == ("done", envelope)
    assert OutgoingMail.objects.filter(headers__has_key="X-PHD-About").count() == (not resolved)
    if resolved:  # a person may all the same
        steps.go_back(ticket, "link", by=letters.nadia, why="They need one.")
        assert worked(ticket)["envelope"] == "waiting"
    assert request_of(ticket).requester_email == letters.katrin.email


def test_who_has_a_letter_under_way_is_not_sent_the_form_by_itself(letters: Cast) -> None:
    """“Where is my letter?” is recognised as one; a person decides, and may send the form all the same."""
    Letter().say("sent", "completed", "sent", "created")
    ticket = ticket_of(arrives(mail("Where is my LOA?", Subject="Letter of authorization", dmarc="pass")))
    assert worked(ticket)["link"] == "stuck"
    steps.retry(step(ticket, "link"), by=letters.nadia)
    assert worked(ticket)["link"] == "done"


def test_a_contract_of_the_same_sender_is_no_letter(letters: Cast) -> None:
    """By hand and without a PowerForm it is one only where it is called so."""
    Letter(form="", subject="Reseller agreement").say("sent", "completed", "sent", "created")
    assert not Ticket.objects.exists()
    Letter(form="").say("sent", "completed", "sent", "created")
    assert the_only_one().stage == "phd_review"


def test_docusign_writes_twice_about_one_envelope(letters: Cast) -> None:
    """Sent again by DocuSign: nothing guesses, and after a while the second ticket says where to look."""
    Letter().say("sent", "completed", "sent", "created")
    first, again = ticket_of(docusign_writes()), ticket_of(docusign_writes())
    assert first != again
    assert "is being looked for" in step(again, "envelope").note
    Step.objects.filter(ticket=again, slug="envelope").update(ready=timezone.now() - timedelta(hours=3))
    steps.retry(step(again, "envelope"), by=letters.nadia)
    assert f"written twice about {first.reference}" in step(again, "envelope").note


def test_a_letter_under_way_stays_one(letters: Cast) -> None:
    """As another type of request nobody would follow its envelope: not decided, not kept, not told."""
    letter = Letter()
    letter.say("sent", "completed", "sent", "created")
    ticket = the_only_one().ticket
    assert ticket is not None
    with pytest.raises(Refused, match="under way in DocuSign"):
        actions.change_kind(ticket, to="general", by=letters.nadia)
    assert step(ticket, "read").state == "ready"
    letter.say("voided", "completed", "sent", "created", reason="Asked twice.")
    assert actions.change_kind(ticket, to="general", by=letters.nadia).kind == "general"


def test_signed_after_we_resolved_it(letters: Cast, opened: OpenTicket) -> None:
    """The link went out; the ticket is ours again. What is no request for a letter any more gets one of its own."""
    resolved, other = opened(**ASKS), opened(**ASKS)
    actions.solve(resolved, by=letters.nadia)
    actions.change_kind(other, to="general", by=letters.nadia)
    for ticket in (resolved, other):
        Letter(marker={"PHD_Request": markers.marker_of(ticket)}).say("sent", "completed", "sent", "created")
    resolved.refresh_from_db()
    assert (resolved.status, request_of(resolved).stage) == ("open", "phd_review")
    assert request_of(other).envelope is None
    assert request_of(Ticket.objects.get(follows=other)).stage == "phd_review"


def test_what_ends_before_anybody_signed_is_withdrawn(letters: Cast, opened: OpenTicket) -> None:
    spam, resolved, open_one = opened(**ASKS), opened(**ASKS), opened(**ASKS)
    actions.set_status(spam, to="spam", by=DESK)
    actions.solve(resolved, by=letters.nadia)
    assert giving_up.withdraw_ended() == 1
    Ticket.objects.filter(pk=resolved.pk).update(updated=timezone.now() - timedelta(days=2))
    assert giving_up.withdraw_ended() == 1
    assert [request_of(one).stage for one in (spam, resolved, open_one)] == ["withdrawn", "withdrawn", "requested"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_sends_the_form_sends_it_once(letters: Cast, opened: OpenTicket) -> None:
    ticket = opened(**ASKS)
    dies_at("loa.link-queued", partial(links.send, request_of(ticket)))
    assert not links.was_sent(ticket)
    for _twice in range(2):
        links.send(request_of(ticket))
    assert OutgoingMail.objects.filter(headers__has_key="X-PHD-About").count() == 1
