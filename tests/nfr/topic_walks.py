"""Seats, versions, minutes and exceptions, walked from the mail to the resolved ticket."""

from __future__ import annotations

import pytest

from nfr import again, confirming, correcting
from nfr.models import Licence, SeatCount, SupportRequest
from tests.conftest import Cast
from tests.nfr.issuing import asks, decides, offered, request_of, step, worked
from tests.nfr.topic_play import from_support, licence_of, says, sends
from tests.steps.walks import walk


def _cast(request: pytest.FixtureRequest) -> Cast:
    request.getfixturevalue("handbook")
    cast: Cast = request.getfixturevalue("cast")
    return cast


@walk(
    "nfr-seats", "read", "complete", "count", "draft", "send", "reduced", "update", "support", "recount", "answer",
    "tell", "resolve",
)  # fmt: skip
def seats_are_reduced(request: pytest.FixtureRequest) -> None:
    """Support writes, the partner is told, still sees too many, removes them, says so; Support hears it and goes on."""
    cast = _cast(request)
    licence = licence_of(cast)
    ticket = from_support(request.getfixturevalue("opened"), cast)
    correcting.correct(request_of(ticket), {"seats_used": 15}, by=cast.nadia)
    assert worked(ticket)["send"] == "waiting"
    assert "has 10 seats, and 15 are in use" in offered(ticket).body, "what is corrected stands in the draft"
    correcting.correct(request_of(ticket), {"seats_used": 13}, by=cast.nadia)
    worked(ticket)
    mail = sends(ticket, by=cast.nadia)
    assert [one["address"] for one in mail.to] == ["omar@bluepeak.example.com"], "Support's word goes to the partner"
    assert "Hello Omar" in mail.body
    assert "has 10 seats, and 13 are in use" in mail.body
    assert [one.filename for one in mail.attachments.all()] == ["seats-bluepeak-labs.png"]
    assert ticket.status == "pending_partner"

    assert says(ticket, "We removed two colleagues but the billing page still says 12.")["reduced"] == "waiting"
    assert "By the newest count 12 are in use" in offered(ticket).body
    assert "counted again about once a day" in sends(ticket, by=cast.nadia).body
    confirming.say_reduced(request_of(ticket), words="The group has 9 people now.", by=cast.omar.user)
    assert worked(ticket)["reduced"] == "done"

    assert decides(ticket, "update", by=cast.nadia)["support"] == "waiting"
    assert ticket.status == "pending_internal", "Support has the turn, and the clock counts it as theirs"
    told = SupportRequest.objects.get(request=request_of(ticket))
    assert (told.purpose, told.number, "Go on with the NFR licence" in told.text) == ("seats", "412345", True)
    assert decides(ticket, "support", by=cast.nadia, outcome="done", count=9, words="Renewed.")["recount"] == "done"
    assert ticket.status == "open", "ours again"
    assert "GitLab Support answered: Renewed." in sends(ticket, by=cast.nadia).body
    assert worked(ticket)["resolve"] == "done"
    counts = SeatCount.objects.filter(licence=licence).order_by("pk")
    assert list(counts.values_list("used", "source")) == [(13, "support"), (12, "partner"), (9, "support")]
    licence.refresh_from_db()
    assert (licence.seats_used, request_of(ticket).stage, ticket.status) == (9, "done", "solved")


@walk("nfr-version", "read", "complete", "answer", "send", "resolve")
def the_billing_page_is_linked(request: pytest.FixtureRequest) -> None:
    """The group is not named: it is asked for, read out of a whole address, and its page is linked."""
    cast = _cast(request)
    ticket = asks(
        request.getfixturevalue("opened"), "Is our NFR Premium or Ultimate?", subject="Which version is our NFR?"
    )
    assert "which group the NFR licence" in sends(ticket, by=cast.nadia).body
    says(ticket, "It is https://gitlab.com/groups/northwind-devops/demo/-/boards", by=cast.katrin.email)
    again.read_again(ticket.pk)
    assert worked(ticket)["complete"] == "done"
    correcting.correct(request_of(ticket), {"namespace": "northwind-labs"}, by=cast.nadia)
    worked(ticket)
    mail = sends(ticket, by=cast.nadia)
    assert "https://gitlab.com/groups/northwind-labs/-/billings" in mail.body, "as it was corrected before it went out"
    assert worked(ticket)["resolve"] == "done"


@walk("nfr-minutes", "read", "manager", "answer", "send", "resolve")
def minutes_are_the_channel_managers(request: pytest.FixtureRequest) -> None:
    cast = _cast(request)
    ticket = asks(request.getfixturevalue("opened"), "Can you add 10,000 compute minutes?", subject="NFR: more minutes")
    mail = sends(ticket, by=cast.nadia)
    assert [one["address"] for one in mail.cc] == [cast.sofia.email]
    assert "Your channel manager Sofia Marchetti can ask for more minutes" in mail.body
    assert "turns the NFR licence into Free" in mail.body
    assert "docs.google.com" not in mail.body, "the channel managers' document is not for partners"
    assert worked(ticket)["resolve"] == "done"
    assert request_of(ticket).stage == "done", "the channel manager's, and no request of ours under way"


@walk("nfr-exception", "read", "manager", "answer", "send", "fate", "register", "tell", "send_fate", "resolve")
def an_exception_is_approved(request: pytest.FixtureRequest) -> None:
    """To the channel manager with the option “Other”; approved, it stands in the register with who approved it."""
    cast = _cast(request)
    ticket = asks(request.getfixturevalue("opened"), "We need an exception: 60 seats on GitLab SaaS.", subject="NFR")
    mail = sends(ticket, by=cast.nadia)
    assert "60 seats on GitLab SaaS, is more than the NFR program gives" in mail.body
    assert "the option “Other” and the business justification" in mail.body
    assert "internal-requests-form" not in mail.body, "nor is Support's internal form"
    assert [one["address"] for one in mail.cc] == [cast.sofia.email]
    assert step(ticket, "fate").waits_for == "channel_manager"
    done = decides(
        ticket, "fate", by=cast.nadia, outcome="approved", approver="Ines Duarte", reason="Marketplace tests",
        namespace="northwind-market", support_ticket="412399",
    )  # fmt: skip
    assert done["register"] == "done"
    licence = Licence.objects.get(account=cast.northwind)
    assert (licence.seats, licence.seats_allowed, licence.exception_by) == (60, 25, "Ines Duarte")
    assert "approved by Ines Duarte: GitLab SaaS, Ultimate, 60 seats, until" in sends(ticket, by=cast.nadia).body
    assert worked(ticket)["resolve"] == "done"
    assert request_of(ticket).stage == "done"
