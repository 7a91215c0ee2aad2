"""The ways beside the straight one: what partners, Support and channel managers do that a walk does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from journal.record import DESK
from nfr import confirming, correcting
from nfr.guides import progress
from nfr.guides import steps as guides
from nfr.guides.known import Known
from nfr.models import Licence, LicenceRequest, SeatCount, SupportRequest
from partners.contacts import contact_for
from tests.conftest import Cast
from tests.nfr.issuing import asks, decides, offered, request_of, step, worked, writes
from tests.nfr.topic_play import by_day, from_support, licence_of, says, sends
from tests.tickets.conftest import OpenTicket
from tickets import actions, prepared, steps
from tickets.actions import Refused, receive
from tickets.models import Status, Ticket

pytestmark = pytest.mark.usefixtures("handbook")
OVER = "Our NFR uses 13 of 10 seats on https://gitlab.com/northwind-devops. How do we reduce the seats?"


def told(opened: OpenTicket, cast: Cast) -> Ticket:
    """Support has written, the mail is out, the partner's turn."""
    ticket = from_support(opened, cast)
    sends(ticket, by=cast.nadia)
    return ticket


def test_what_support_wrote_is_read_with_its_words(opened: OpenTicket, cast: Cast) -> None:
    licence = licence_of(cast)
    ticket = from_support(opened, cast)
    request = request_of(ticket)
    assert (request.seats_used, request.seats_allowed, request.namespace) == (13, 10, "bluepeak-labs")
    assert (request.support_ticket, request.seats_by, request.licence) == ("412345", by_day(), licence)
    assert request.screenshot is not None
    reply = offered(ticket)
    for words in (
        "gitlab.com/groups/bluepeak-labs/-/usage_quotas#seats-quota-tab",
        "#how-seat-usage-is-determined",
        "#view-seat-usage",
        "#not-for-resale-nfr-program-and-policy",
        "/guides/nfr/seats/",
        "The attached seats-bluepeak-labs.png",
    ):
        assert words in reply.body
    assert reply.warnings
    assert SeatCount.objects.get(licence=licence).screenshot == request.screenshot


def test_without_a_ticket_of_supports_nobody_is_told(opened: OpenTicket, cast: Cast) -> None:
    ticket = asks(opened, OVER, subject="NFR seats")
    mail = sends(ticket, by=cast.nadia)
    assert "The attached" not in mail.body, "the partner's question came without a picture"
    assert says(ticket, "Wir haben drei Benutzer entfernt.", by=cast.katrin.email)["reduced"] == "done"
    assert "Wir haben drei Benutzer entfernt." in step(ticket, "reduced").data["facts"][0]["value"]
    states = decides(ticket, "update", by=cast.nadia, nobody="on")
    assert (states["support"], states["answer"]) == ("skipped", "done")
    assert "GitLab Support answered" not in offered(ticket).body


def test_nothing_has_to_be_removed(opened: OpenTicket, cast: Cast) -> None:
    ticket = asks(opened, OVER.replace("13", "9"), subject="NFR seats")
    assert "Nobody has to be removed." in sends(ticket, by=cast.nadia).body
    assert {step(ticket, slug).state for slug in ("reduced", "update", "support", "answer")} == {"skipped"}
    assert worked(ticket)["resolve"] == "done"


def test_what_nobody_can_tell_is_asked(opened: OpenTicket, cast: Cast) -> None:
    """A group of the partner, the numbers of a person; a name that is no group is refused in words."""
    ticket = asks(opened, "We have too many seats in our NFR.", subject="NFR seats")
    assert offered(ticket).response == "nfr-which-namespace"
    assert step(ticket, "complete").note.startswith("Drafted in the composer: which group is it?")
    sends(ticket, by=cast.nadia)
    assert step(ticket, "complete").waits_for == "partner"
    writes(ticket, "Which group? We have several.")
    assert step(ticket, "complete").waits_for == "desk"  # they have answered: nobody waits for them any more
    assert offered(ticket).step.endswith("complete+1")
    with pytest.raises(Refused, match="no path of a group"):
        decides(ticket, "complete", by=cast.nadia, namespace="Northwind Dev Ops", seats_used=12)
    states = decides(ticket, "complete", by=cast.nadia, namespace="gitlab.com/northwind-devops/team", seats_used=30)
    assert states["draft"] == "done"
    assert offered(ticket).response == "nfr-reduce-seats"
    assert request_of(ticket).seats_allowed == 25, "the Select track's, where nobody says another number"


def test_support_still_counts_too_many(opened: OpenTicket, cast: Cast) -> None:
    """Once more: the partner hears the number, removes, says so; Support's ticket is updated again."""
    licence_of(cast)
    ticket = told(opened, cast)
    says(ticket, "Done.")
    decides(ticket, "update", by=cast.nadia, number="https://gitlab.zendesk.com/agent/tickets/412345")
    assert decides(ticket, "support", by=cast.nadia, outcome="still", count=11)["support"] == "waiting"
    assert "By the newest count 11 are in use" in sends(ticket, by=cast.nadia).body
    assert step(ticket, "support").waits_for == "partner"
    says(ticket, "We removed one more person.")
    assert "Write that into Support's ticket 412345" in step(ticket, "support").note
    decides(ticket, "support", by=cast.nadia, outcome="told")
    assert step(ticket, "support").waits_for == "support"
    decides(ticket, "support", by=cast.nadia, outcome="refused", words="The partner is not in good standing.")
    assert "Why: The partner is not in good standing." in offered(ticket).body
    assert SupportRequest.objects.get().outcome == "refused"


def test_a_partner_who_is_silent(opened: OpenTicket, cast: Cast) -> None:
    """A reminder lies ready; whoever takes it away is not offered it again."""
    licence_of(cast)
    ticket = told(opened, cast)
    assert prepared.of(ticket) is None
    old = timezone.now() - timedelta(days=9)
    ticket.messages.filter(visibility="reply").update(created=old)
    LicenceRequest.objects.update(asked=old)
    steps.heard(ticket, "facts")
    assert offered(ticket).response == "nfr-seats-reminder"
    assert "have to be reduced by" in offered(ticket).body
    LicenceRequest.objects.update(seats_by=timezone.localdate() - timedelta(days=1))
    steps.heard(ticket, "facts")
    assert "have to be reduced by" not in offered(ticket).body, "the day is over"
    prepared.withdraw(ticket, why="I have called them.", by=cast.nadia)
    steps.heard(ticket, "facts")
    assert prepared.of(ticket) is None
    client = Client()
    client.force_login(cast.nadia)
    page = client.get(f"/tickets/{ticket.reference}/").content.decode()
    assert "Say it yourself" in page, "it waits for the partner, and a person may know better"
    assert "The partner has ticked nothing yet." in page
    request = request_of(ticket)
    guide = guides.guide("seats", Known())
    for slug in ("know", "remove"):
        progress.tick(request, guide, slug, done=True, by=DESK)
    page = client.get(f"/tickets/{ticket.reference}/").content.decode()
    assert "2 of 4 ticked" in page
    assert "<span>Remove them, or make them Guests</span>" in page
    given = {"said": "reduced", "count": "8", "why": "by telephone", "_run": "1"}
    client.post(reverse("tickets:step", args=[ticket.reference, "reduced", "confirm"]), given)
    assert worked(ticket)["reduced"] == "done"
    assert request_of(ticket).seats_used == 8


def test_the_button_of_the_guide(opened: OpenTicket, cast: Cast) -> None:
    """Pressed twice it is one message; who signs in elsewhere says nothing; nor does anybody where nobody waits."""
    licence_of(cast)
    ticket = told(opened, cast)
    request = request_of(ticket)
    assert request.counted == ticket.messages.earliest("pk").created, "when it was said, not when it was read"
    with pytest.raises(Refused, match="another company"):
        confirming.say_reduced(request, by=cast.katrin.user)
    first = confirming.say_reduced(request)
    assert first.author_contact == cast.omar, "who is written to"
    assert confirming.say_reduced(request, words="Again") == first
    assert worked(ticket)["reduced"] == "done"
    assert request_of(ticket).stage == "deciding", "Support's ticket is the desk's to update"
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    says(ticket, "Sorry, two of them are back.")
    assert "written since" in step(ticket, "update").note, "what they said is not passed on unread"
    for topic, stage in (("version", "asked"), ("seats", "done"), ("seats", "ended")):
        LicenceRequest.objects.update(asked=timezone.now(), topic=topic, stage=stage)
        with pytest.raises(Refused, match="does not wait"):
            confirming.say_reduced(request_of(ticket))
    LicenceRequest.objects.update(topic="seats", stage="asked")
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.MERGED)
    with pytest.raises(Refused, match="another one"):
        confirming.say_reduced(request_of(ticket))


def test_words_that_only_a_person_understands(opened: OpenTicket, cast: Cast) -> None:
    licence_of(cast)
    ticket = told(opened, cast)
    says(ticket, "Thank you, I have passed this on to our administrator.")
    row = step(ticket, "reduced")
    assert (row.state, row.waits_for) == ("waiting", "desk")
    assert steps.prepared(row, by=cast.nadia).initial["said"] == "", "nothing is chosen beforehand"
    decides(ticket, "reduced", by=cast.nadia, said="still")
    assert offered(ticket).response == "nfr-seats-still"
    actions.set_status(ticket, to=Status.SOLVED, by=DESK, reason="answered")
    assert request_of(ticket).stage == "ended"
    assert says(ticket, "Now they are removed.")["reduced"] == "done", "an answer goes on with it"


def test_a_channel_manager_is_sent_the_document(opened: OpenTicket, cast: Cast) -> None:
    ticket = asks(
        opened, "My partner needs 10,000 more compute minutes.", subject="NFR minutes",
        requester=contact_for(cast.sofia.email), partner=cast.northwind,
    )  # fmt: skip
    assert request_of(ticket).stage == "deciding", "nobody has been told anything yet"
    mail = sends(ticket, by=cast.nadia)
    assert request_of(ticket).stage == "done"
    assert "1aZUEN4Wo5_FiP3Q0nC5mE9na1CG-PylZJ7MNcJ2teao" in mail.body
    assert ([one["address"] for one in mail.to], mail.cc) == ([cast.sofia.email], [])


def test_nobody_is_guessed_as_channel_manager(opened: OpenTicket, cast: Cast) -> None:
    ticket = asks(opened, "We need more compute minutes.", subject="NFR minutes", requester=cast.omar)
    assert step(ticket, "manager").state == "waiting"
    assert decides(ticket, "manager", by=cast.nadia, manager=cast.manager.pk)["answer"] == "done"
    assert "channel manager Sofia Marchetti" in offered(ticket).body


def test_an_exception_on_a_licence_that_is_there(opened: OpenTicket, cast: Cast) -> None:
    licence = licence_of(cast, account=cast.northwind, namespace="northwind-devops", seats=25, seats_allowed=25)
    ticket = asks(opened, "We need an exception: 40 seats on gitlab.com/northwind-devops.", subject="NFR")
    sends(ticket, by=cast.nadia, instead="40 seats")
    given = {"outcome": "approved", "approver": "Ines Duarte", "reason": "A workshop", "type": "self_managed"}
    decides(ticket, "fate", by=cast.nadia, **given)
    assert "approved by Ines Duarte: GitLab SaaS, " in offered(ticket).body, "the licence says of which type it is"
    licence.refresh_from_db()
    assert (licence.seats, licence.exception, licence.exception_by) == (40, "A workshop", "Ines Duarte")
    assert Licence.objects.count() == 1


def test_an_exception_that_is_not_granted(opened: OpenTicket, cast: Cast) -> None:
    """Refused, the partner hears it; dropped, nobody is written to."""
    for outcome in ("refused", "dropped"):
        ticket = asks(opened, "We need an exception: 60 seats on GitLab SaaS.", subject="NFR")
        sends(ticket, by=cast.nadia)
        decides(ticket, "fate", by=cast.nadia, outcome=outcome, approver="Ines Duarte")
        assert step(ticket, "register").state == "skipped"
        if outcome == "refused":
            assert "is not approved; decided by Ines Duarte" in offered(ticket).body
        else:
            assert prepared.of(ticket) is None
    assert not Licence.objects.exists()


def test_a_self_managed_licence_has_no_billing_page(opened: OpenTicket, cast: Cast) -> None:
    ticket = asks(opened, "Which version is our NFR? Premium or Ultimate?", subject="NFR version")
    receive(ticket, sender=contact_for("someone@stranger.example.net"), body="Me too.", unknown_sender=True)
    assert decides(ticket, "complete", by=cast.nadia, own_server="on")["answer"] == "done"
    assert [one["address"] for one in offered(ticket).to] == [cast.katrin.email]  # a stranger's word is not answered
    assert "Admin area, then Subscription" in offered(ticket).body
    assert request_of(ticket).stage == "deciding"
    sends(ticket, by=cast.nadia)
    assert request_of(ticket).stage == "done"


def test_an_answer_without_a_group_is_ours_to_read(opened: OpenTicket, cast: Cast) -> None:
    """They are not waited for when they have written: the question lies there once more."""
    ticket = asks(opened, "Is our NFR Premium or Ultimate?", subject="Which version is our NFR?")
    sends(ticket, by=cast.nadia)
    assert step(ticket, "complete").waits_for == "partner"
    writes(ticket, "It is the group of our demo team.")
    assert (step(ticket, "complete").waits_for, offered(ticket).response) == ("desk", "nfr-which-namespace")


def test_it_is_about_something_else(opened: OpenTicket, cast: Cast) -> None:
    """A person says so: that procedure begins, and the drafted mail is gone."""
    ticket = asks(opened, OVER, subject="NFR seats")
    correcting.correct(request_of(ticket), {"topic": "version"}, by=cast.nadia)
    worked(ticket)
    assert {one.procedure for one in steps.of(ticket)} == {"nfr-version"}
    assert offered(ticket).response == "nfr-version"
