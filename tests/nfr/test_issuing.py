"""A licence that is asked for: what is missing is asked, what is beyond is passed on, what Support does is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from journal.record import DESK, events_of
from nfr import again, correcting, reading, requests, stages, support
from nfr.models import Licence, LicenceRequest, Type
from nfr.register import writing
from partners.contacts import contact_for
from partners.models import Account
from tests.conftest import Cast
from tests.nfr.issuing import asks, decides, in_good_standing, offered, request_of, sends, step, worked, writes
from tests.tickets.conftest import OpenTicket
from tests.tickets.mails import arrives, mail, our_server_checks
from tickets import steps
from tickets.actions import Refused, choose_partner, receive, set_status
from tickets.models import Message

pytestmark = pytest.mark.usefixtures("handbook")
BOTH = "We need a new NFR licence, self-managed and SaaS. Namespace: northwind-devops, the trial is running. 10 seats."
SUPPORT = "GitLab Support <Support@GitLab.com>"


@pytest.fixture
def standing(cast: Cast) -> Cast:
    in_good_standing(cast)
    return cast


def granted(cast: Cast, **more: Any) -> Licence:
    today = timezone.localdate()
    values: dict[str, Any] = {
        "account": cast.northwind, "type": Type.SAAS, "tier": "ultimate", "seats": 10, "namespace": "northwind-devops",
        "starts": today - timedelta(days=330), "ends": today + timedelta(days=35), "by": DESK, **more,
    }  # fmt: skip
    return writing.grant(None, **values)


def test_a_missing_namespace_is_asked_for_until_it_is_there(standing: Cast, opened: OpenTicket) -> None:
    """A personal one is explained; the answer goes on by itself, and another gap is asked for with other words."""
    ticket = asks(opened, "We want a new NFR licence for SaaS.\nNamespace: https://gitlab.com/users/katrin")
    assert offered(ticket).response == "nfr-needs-namespace"
    assert "“katrin” is a person's own namespace" in offered(ticket).body
    sends(ticket, by=standing.nadia)
    waiting = step(ticket, "complete")
    assert (waiting.waits_for, waiting.remind_at is not None) == ("partner", True)
    assert request_of(ticket).stage == "asked"

    writes(ticket, "Hm. Which one do you mean?")
    assert step(ticket, "complete").waits_for == "desk"
    assert offered(ticket).step.endswith("complete+1")  # a second question, not the first one again

    writes(ticket, "It is https://gitlab.com/northwind-devops/lab, but our trial has expired.")
    assert request_of(ticket).namespace == "northwind-devops"
    assert offered(ticket).response == "nfr-missing"
    assert "A running trial on gitlab.com/northwind-devops" in offered(ticket).body
    correcting.correct(request_of(ticket), {"trial_ends": timezone.localdate() + timedelta(days=9)}, by=standing.nadia)
    assert worked(ticket)["decide"] == "waiting"
    assert not ticket.prepared_replies.filter(state="offered").exists()


def test_who_lacks_something_hears_all_of_it_and_may_come_back(cast: Cast, opened: OpenTicket) -> None:
    ticket = asks(opened, requester=cast.omar, body="We need a new NFR licence for our own server.")
    assert step(ticket, "check").note.startswith("Something cannot be told")  # no status in Salesforce is no “no”
    cast.bluepeak.partner_status = "Pending"
    cast.bluepeak.save()
    again.check_again(ticket.pk)
    worked(ticket)
    assert step(ticket, "check").note.startswith("Not eligible yet")
    with pytest.raises(Refused, match="Say why Support is asked although"):
        decides(ticket, "decide", by=cast.nadia, what="go")
    cast.bluepeak.refresh_from_db()
    Account.objects.filter(pk=cast.bluepeak.pk).update(partner_status="Authorized")
    with pytest.raises(Refused, match="Nothing is known to be missing"):  # what was missing this morning is met
        decides(ticket, "decide", by=cast.nadia, what="refuse")
    Account.objects.filter(pk=cast.bluepeak.pk).update(partner_status="Pending")
    states = decides(ticket, "decide", by=cast.nadia, what="refuse")
    assert {states[one] for one in ("support", "wait", "outcome")} == {"skipped"}
    message = sends(ticket, by=cast.nadia)
    assert "signs the partner agreement" in message.body  # how to get it
    assert (ticket.status, request_of(ticket).stage) == ("solved", "refused")

    writes(ticket, "We are authorized now.")
    assert ticket.status == "open"
    assert "go back to the decision" in step(ticket, "resolve").note
    steps.decide_anew(ticket, "decide", by=cast.nadia, why="They are authorized now.")
    assert worked(ticket)["decide"] == "waiting"


def test_two_licences_are_two_requests_and_two_answers(standing: Cast, opened: OpenTicket) -> None:
    ticket = asks(opened, BOTH)
    decides(ticket, "decide", by=standing.nadia, seats=5)
    rows = {one.type: one for one in support.of(request_of(ticket))}
    assert set(rows) == {"saas", "self_managed"}
    text = rows["saas"].text
    assert "Namespace: northwind-devops" in text
    assert "Notes: 5 Ultimate NFR Licenses for Partner: Northwind DevOps GmbH" in text
    assert "Trial: ticked" in rows["self_managed"].text
    assert "E-mail: katrin@northwind.example.com" in rows["self_managed"].text

    assert decides(ticket, "support", by=standing.nadia, number_saas="#412345")["support"] == "waiting"
    with pytest.raises(Refused, match="Each licence has one of its own"):
        decides(ticket, "support", by=standing.nadia, number_self_managed="412345")
    number = "https://gitlab.zendesk.com/agent/tickets/412346"
    assert decides(ticket, "support", by=standing.nadia, number_self_managed=number)["wait"] == "waiting"
    waiting = step(ticket, "wait")
    assert waiting.waits_for == "support"
    assert waiting.due == waiting.remind_at

    writes(ticket, "Is there news of 412345 and 412346?")
    assert worked(ticket)["wait"] == "waiting"  # a partner who asks is not Support
    arrives(mail("Done, the plan is set.", From=SUPPORT, Subject="[GitLab Support] Re: NFR #412345"))
    assert worked(ticket)["wait"] == "waiting"  # one of two
    arrives(mail("Sorry.", From="agent@gitlab.zendesk.com", Subject="[GitLab Support] Re: NFR #412346"))
    assert worked(ticket)["wait"] == "done"
    kept = ticket.messages.filter(author_address__iexact="support@gitlab.com").get()
    assert kept.visibility == "note"  # not for the partner

    row = step(ticket, "outcome")
    initial = dict(steps.prepared(row, by=standing.nadia).initial)
    granted_more = {name: value for name, value in initial.items() if name != "rows"} | {"seats_saas": 30}
    for said, wrong in (
        ({}, {"exception_by_saas", "exception_saas"}),  # more than the program's 25: who approved it, and why
        ({"exception_by_saas": "Ines Duarte"}, {"exception_saas"}),
        ({"seats_saas": 5, "exception_saas": "A workshop"}, {"exception_by_saas"}),
        ({"exception_by_saas": "Ines Duarte", "exception_saas": "A workshop"}, set()),
    ):
        form = steps.form_of(row)(granted_more | said, initial=initial)
        assert set(form.errors) == wrong, said
    with pytest.raises(Refused, match="would end before it starts"):
        decides(ticket, "outcome", by=standing.nadia, ends_saas=timezone.localdate() - timedelta(days=1))
    ends = timezone.localdate() + timedelta(days=200)
    more = {"outcome_self_managed": "refused", "words_self_managed": "They have one already.", "ends_saas": ends}
    more |= {"seats_saas": 30, "exception_by_saas": "Ines Duarte", "exception_saas": "A workshop"}
    decides(ticket, "outcome", by=standing.nadia, **more)
    licence = Licence.objects.get()
    assert (licence.type, licence.seats, licence.ends, licence.support_ticket) == ("saas", 30, ends, "412345")
    assert (licence.exception, licence.exception_by, licence.seats_allowed) == ("A workshop", "Ines Duarte", 25)
    body = offered(ticket).body
    assert "GitLab SaaS, Ultimate, 30 seats" in body
    assert "Self-managed: They have one already." in body
    assert "The plan is set on gitlab.com/northwind-devops." in body
    assert "It runs" not in body  # Support has set another day than was asked for
    assert licence.contact_email == "katrin@northwind.example.com"


def test_a_renewal_runs_on_from_the_licence_there_is(standing: Cast, opened: OpenTicket) -> None:
    old = granted(standing)
    own = granted(standing, type=Type.SELF_MANAGED, namespace="")
    ticket = asks(opened, "Our NFR licence on gitlab.com/groups/northwind-devops expires soon, please renew it.")
    request = request_of(ticket)
    assert (request.topic, request.licence, request.types) == ("renew", old, ["saas"])  # the register knows the rest
    given = steps.prepared(step(ticket, "decide"), by=standing.nadia)
    assert any(fact.name == "Would end" and "old end" in fact.quote for fact in given.facts)
    decides(ticket, "decide", by=standing.nadia, what="go", why="The dashboard is late.")
    asked = support.of(request)[0]
    assert asked.purpose == "renew"
    assert asked.starts == timezone.localdate() + timedelta(days=36)
    decides(ticket, "support", by=standing.nadia, number_saas="412350")
    steps.done_by_hand(step(ticket, "wait"), how="Seen in their system.", by=standing.nadia)
    decides(ticket, "outcome", by=standing.nadia)
    renewal = Licence.objects.get(replaces=old)
    assert renewal.ends == asked.ends
    assert own.pk != renewal.pk


def test_a_renewal_waits_for_fewer_seats_and_hears_of_them(standing: Cast, opened: OpenTicket) -> None:
    """The partner is told with the guide; the number they name then stands in the register, and it goes on."""
    old = granted(standing, seats=25)
    writing.count_seats(old, 27, source="support", by=DESK)
    ticket = asks(opened, "Our NFR licence on gitlab.com/groups/northwind-devops expires soon, please renew it.")
    assert step(ticket, "check").note.startswith("Not eligible yet")
    decides(ticket, "decide", by=standing.nadia, what="refuse")
    assert "/guides/nfr/seats/?namespace=northwind-devops" in sends(ticket, by=standing.nadia).body
    writes(ticket, "We removed three people, 24 of 25 seats are in use now.")
    steps.decide_anew(ticket, "decide", by=standing.nadia, why="They have removed them.")
    again.check_again(ticket.pk)
    worked(ticket)
    old.refresh_from_db()
    assert (old.seats_used, old.counts.values_list("source", flat=True).first()) == (24, "partner")
    assert not any("27 seats" in fact.value for fact in steps.prepared(step(ticket, "decide")).facts)


def test_both_licences_of_the_program_are_renewed_together(standing: Cast, opened: OpenTicket) -> None:
    """Each goes on from its own one, with who has it; an older one that is over confuses nobody."""
    saas = granted(standing)
    own = granted(standing, type=Type.SELF_MANAGED, namespace="", more={
        "contact_name": "Ida Holm", "contact_email": "ida@northwind.example.com", "licence_ref": "L-77",
    })  # fmt: skip
    over = timezone.localdate() - timedelta(days=400)
    granted(standing, type=Type.SELF_MANAGED, namespace="", starts=over - timedelta(days=365), ends=over)
    ticket = asks(opened, "Our NFR licences expire soon, SaaS and self-managed. We want to renew both.")
    request = request_of(ticket)
    assert (request.licence, request.namespace) == (saas, "northwind-devops")
    assert not any("besides" in fact.value for fact in steps.prepared(step(ticket, "decide")).facts)
    decides(ticket, "decide", by=standing.nadia, what="go", why="The dashboard is late.")
    assert {one.type: one.purpose for one in support.of(request)} == {"saas": "renew", "self_managed": "renew"}
    decides(ticket, "support", by=standing.nadia, number_saas="412351", number_self_managed="412353")
    steps.decide_anew(ticket, "support", by=standing.nadia, why="A number was mistyped.")
    assert decides(ticket, "support", by=standing.nadia, number_self_managed="412352")["wait"] == "waiting"
    steps.done_by_hand(step(ticket, "wait"), how="Seen in their system.", by=standing.nadia)
    decides(ticket, "outcome", by=standing.nadia)
    assert Licence.objects.get(replaces=saas).type == "saas"
    renewed = Licence.objects.get(replaces=own)
    assert (renewed.contact_email, renewed.licence_ref, renewed.support_ticket) == (own.contact_email, "L-77", "412352")


def test_an_answer_names_another_licence(standing: Cast, opened: OpenTicket) -> None:
    """The only licence there is was meant until the partner named the group; what a person has chosen stays."""
    first = granted(standing)
    ticket = asks(opened, "Please renew our NFR licence.")
    assert request_of(ticket).licence == first
    second = granted(standing, namespace="nw-lab")
    writes(ticket, "Namespace: nw-lab")
    again.check_again(ticket.pk)
    assert request_of(ticket).licence == second
    correcting.correct(request_of(ticket), {"licence": first}, by=standing.nadia)
    assert reading.read(ticket).licence == first


def test_the_key_goes_to_the_partner_whoever_asks(standing: Cast, opened: OpenTicket) -> None:
    text = "A new NFR licence for their own server, please: self-managed, 10 seats."
    ticket = asks(opened, text, requester=contact_for(standing.sofia.email), partner=standing.northwind)
    assert "who gets the licence key" in offered(ticket).body
    given = {"contact_name": "Katrin Vogel", "contact_email": "katrin@northwind.example.com"}
    decides(ticket, "complete", by=standing.nadia, **given)
    decides(ticket, "decide", by=standing.nadia)
    [row] = support.of(request_of(ticket))
    assert "E-mail: katrin@northwind.example.com" in row.text
    assert standing.sofia.email not in row.text


def test_beyond_the_program_is_the_channel_managers_to_ask_for(standing: Cast, opened: OpenTicket) -> None:
    ticket = asks(
        opened, "We need a new NFR licence for SaaS with 60 seats. Namespace: northwind-devops, trial active."
    )
    assert step(ticket, "check").note.startswith("More than the program gives")
    with pytest.raises(Refused, match="60 seats are asked for"):
        decides(ticket, "decide", by=standing.nadia, what="go", why="They are nice.")
    assert steps.prepared(step(ticket, "decide"), by=standing.nadia).initial["what"] == "exception"
    with_less = decides(ticket, "decide", by=standing.nadia, what="go", seats=25)
    assert with_less["support"] == "waiting"
    assert request_of(ticket).seats == 25
    correcting.correct(request_of(ticket), {"seats": 20}, by=standing.nadia)  # another wish is another decision
    assert step(ticket, "decide").state == "waiting"
    again.check_again(ticket.pk)
    worked(ticket)
    decides(ticket, "decide", by=standing.nadia, what="go")
    assert "Seats: 20" in support.of(request_of(ticket))[0].text


def test_another_topic_begins_its_own_steps(standing: Cast, opened: OpenTicket) -> None:
    """By the decision, by the card, by the form of the step; an answer's words alone change none."""
    ticket = asks(opened, "We need a new NFR licence for SaaS with 60 seats. Namespace: northwind-devops.")
    writes(ticket, "And which version will it be?")
    assert request_of(ticket).topic == "new"
    decides(ticket, "decide", by=standing.nadia, what="exception", why="A training for 60.")
    again.begin_again(ticket.pk)
    again.begin_again(ticket.pk)  # twice is harmless
    assert {one.procedure for one in steps.of(ticket)} == {"nfr-exception"}
    assert "60 seats are asked for" in request_of(ticket).exception
    correcting.correct(request_of(ticket), {"topic": "seats"}, by=standing.nadia)
    assert {(one.run, one.procedure) for one in steps.of(ticket)} == {(3, "nfr-seats")}

    unclear = asks(opened, "A question.", subject="NFR")
    decides(unclear, "topic", by=standing.nadia, topic="version")
    again.begin_again(unclear.pk)
    assert {one.procedure for one in steps.of(unclear)} == {"nfr-version"}
    correcting.correct(request_of(ticket), {"topic": "new"}, by=standing.nadia)
    worked(ticket)
    decides(ticket, "decide", by=standing.nadia, what="go", seats=20)  # less will do: it is no exception any more
    decides(ticket, "support", by=standing.nadia, number_saas="412370")
    steps.done_by_hand(step(ticket, "wait"), how="Seen in their system.", by=standing.nadia)
    decides(ticket, "outcome", by=standing.nadia)
    assert (Licence.objects.get().exception, Licence.objects.get().seats) == ("", 20)

    correcting.correct(request_of(ticket), {"topic": "version"}, by=standing.nadia)  # a further question, after all
    assert {one.procedure for one in steps.of(ticket)} == {"nfr-version"}
    worked(ticket)
    correcting.correct(request_of(ticket), {"topic": "new"}, by=standing.nadia)
    worked(ticket)
    Licence.objects.update(ended=timezone.localdate())
    with pytest.raises(Refused, match="Support has answered about this licence in 412370"):
        decides(ticket, "decide", by=standing.nadia, what="go", seats=20)

    other = asks(opened, "Another question.", subject="NFR")
    states = decides(other, "topic", by=standing.nadia, topic="other")
    assert {states[one] for one in ("partner", "complete", "check", "decide", "support", "answer")} == {"skipped"}
    assert states["send"] == "waiting"
    steps.done_by_hand(step(other, "send"), how="By telephone.", by=standing.nadia)
    set_status(other, to="solved", by=DESK, reason="answered")
    assert request_of(other).stage == "done"  # no request is under way for ever


def test_two_wishes_before_anybody_has_read_are_for_a_person_to_tell_apart(standing: Cast, opened: OpenTicket) -> None:
    """The subject alone began one procedure; what is unclear after reading does not begin it over and over."""
    ticket = opened(kind="nfr", subject="Which version is our NFR?", body="Thank you.")
    receive(ticket, sender=ticket.requester, body="And how do we reduce the seats?")
    for _turn in range(3):
        worked(ticket)
        again.begin_again(ticket.pk)
    assert {(one.run, one.procedure) for one in steps.of(ticket)} == {(2, "nfr")}
    assert step(ticket, "topic").state == "waiting"


def test_what_a_person_corrects_stays_and_is_told(standing: Cast, opened: OpenTicket) -> None:
    ticket = asks(opened)
    request = request_of(ticket)
    correcting.correct(request, {"namespace": "https://gitlab.com/groups/nw-lab/x", "seats": ""}, by=standing.lena)
    writes(ticket, "By the way: Namespace: something-else, 12 seats")
    request = request_of(ticket)
    assert (request.namespace, request.seats, sorted(request.corrected)) == ("nw-lab", None, ["namespace", "seats"])
    told = events_of(ticket).get(verb="nfr request corrected")
    assert (told.before["nfr_namespace"], told.after["nfr_namespace"]) == ("northwind-devops", "nw-lab")
    with pytest.raises(Refused, match="own namespace"):
        correcting.correct(request, {"namespace": "gitlab.com/users/katrin"}, by=standing.lena)
    other = granted(standing, account=standing.bluepeak)
    with pytest.raises(Refused, match="another partner"):
        correcting.correct(request, {"licence": other}, by=standing.lena)
    before = reading.read(ticket).facts
    assert reading.read(ticket).facts == before  # twice is the same
    assert events_of(request).filter(verb="nfr request read").count() >= 1


def test_what_is_said_since_the_check_is_checked_anew(standing: Cast, opened: OpenTicket) -> None:
    ticket = asks(opened)
    correcting.correct(request_of(ticket), {"seats": 80}, by=standing.nadia)
    assert "checked again" in step(ticket, "decide").note
    again.check_again(ticket.pk)
    worked(ticket)
    assert step(ticket, "check").note.startswith("More than the program gives")


def test_only_supports_mails_with_a_known_number_are_taken(standing: Cast, opened: OpenTicket) -> None:
    ticket = asks(opened)
    decides(ticket, "decide", by=standing.nadia)
    [row] = support.of(request_of(ticket))
    support.sent(row, "412399", by=standing.nadia)
    our_server_checks()
    cases = (
        (SUPPORT, "Re: #412399", "pass", True),
        (SUPPORT, "Re: #412399", "fail", False),
        (SUPPORT, "Re: #999999", "pass", False),
        ("Support <support@elsewhere.example.com>", "Re: #412399", "pass", False),
        ("Support <support@gitlab.com.example.com>", "Re: #412399", "pass", False),
    )
    for sender, subject, dmarc, taken in cases:
        incoming = arrives(mail("Done.", dmarc=dmarc, From=sender, Subject=subject))
        assert ticket.messages.filter(incoming=incoming).exists() is taken, (sender, subject, dmarc)
    set_status(ticket, to="solved", by=DESK, reason="answered")
    incoming = arrives(mail("We had to take it back.", dmarc="pass", From=SUPPORT, Subject="Re: #412399"))
    late = Message.objects.get(incoming=incoming)  # nobody looks at what is resolved: it comes in by itself
    assert (late.ticket_id != ticket.pk, late.ticket.status) == (True, "new")
    with pytest.raises(Refused, match="Write the number"):
        support.number_of("soon")
    answered = support.answered(row, "refused", by=standing.nadia, words="No.")
    assert support.answered(answered, "refused", by=standing.nadia, words="No.").answered == answered.answered
    assert support.answered(answered, "refused", by=standing.nadia, words="Not yet.").answer == "Not yet."


def test_what_was_decided_for_another_partner_is_decided_anew(standing: Cast, opened: OpenTicket) -> None:
    """Two licences were to be asked for, then it is another partner's request for one: Support hears of that alone."""
    ticket = asks(opened, BOTH)
    decides(ticket, "decide", by=standing.nadia)
    assert len(support.of(request_of(ticket))) == 2
    choose_partner(ticket, to=standing.bluepeak, by=standing.nadia)
    assert worked(ticket)["decide"] == "waiting"
    again.check_again(ticket.pk)
    worked(ticket)
    assert any("10 of 10 seats" in fact.value for fact in steps.prepared(step(ticket, "decide")).facts)
    decides(ticket, "decide", by=standing.nadia, types=["saas"])
    [row] = support.of(request_of(ticket))
    assert "Partner: Bluepeak Systems Inc." in row.text
    correcting.correct(request_of(ticket), {"namespace": "bluepeak-labs"}, by=standing.nadia)
    row.refresh_from_db()
    assert "Namespace: bluepeak-labs" in row.text

    decides(ticket, "support", by=standing.nadia, number_saas="412360")
    steps.done_by_hand(step(ticket, "wait"), how="Seen in their system.", by=standing.nadia)
    decides(ticket, "outcome", by=standing.nadia, outcome_saas="refused", words_saas="The trial has ended.")
    assert "The trial has ended." in sends(ticket, by=standing.nadia).body
    writes(ticket, "It runs again.")
    assert "go back to the decision" in step(ticket, "resolve").note
    steps.decide_anew(ticket, "outcome", by=standing.nadia, why="Support goes on with it.")
    decides(ticket, "outcome", by=standing.nadia)
    assert Licence.objects.get().account == standing.bluepeak
    assert offered(ticket).response == "nfr-approved"


def test_a_request_is_its_tickets_partners(standing: Cast, opened: OpenTicket) -> None:
    ticket = asks(opened)
    request = request_of(ticket)
    LicenceRequest.objects.filter(pk=request.pk).update(licence=granted(standing))
    ticket.partner = standing.bluepeak
    requests.partner_changed(ticket, DESK)
    request.refresh_from_db()
    assert (request.account, request.licence) == (standing.bluepeak, None)
    requests.follow(standing.bluepeak, standing.northwind)
    request.refresh_from_db()
    assert request.account == standing.northwind
    stages.move(request, "ended")
    assert stages.move(request, "ended").stage == "ended"  # once there, nothing happens
    stages.move(request, "done")
    with pytest.raises(Refused, match="cannot become"):
        stages.move(request, "refused")
