"""NFR requests that are walked through their steps."""

from __future__ import annotations

import pytest

from nfr.models import Licence
from tests.nfr import topic_walks
from tests.nfr.issuing import asks, decides, in_good_standing, request_of, sends, step, worked
from tests.steps.walks import walk
from tests.tickets.mails import arrives, mail
from tickets import steps

assert topic_walks  # its walks are known by being read


@walk(
    "nfr", "read", "partner", "complete", "check", "decide", "support", "wait", "outcome", "answer", "send", "resolve"
)
def a_new_licence_is_issued(request: pytest.FixtureRequest) -> None:
    """Everything is there: decided, asked of Support, issued, told, resolved."""
    request.getfixturevalue("handbook")
    cast = request.getfixturevalue("cast")
    in_good_standing(cast)
    ticket = asks(request.getfixturevalue("opened"))
    assert decides(ticket, "decide", by=cast.nadia)["support"] == "waiting"
    assert ticket.status == "new"
    assert decides(ticket, "support", by=cast.nadia, number_saas="412345")["wait"] == "waiting"
    assert ticket.status == "pending_internal", "Support has the turn, and the clock counts it as theirs"
    arrives(mail("Done.", From="GitLab Support <support@gitlab.com>", Subject="[GitLab Support] Re: NFR #412345"))
    assert worked(ticket)["wait"] == "done"
    assert ticket.status == "open", "ours again"
    decides(ticket, "outcome", by=cast.nadia)
    licence = Licence.objects.get(account=cast.northwind)
    assert (licence.namespace, licence.seats, licence.support_ticket) == ("northwind-devops", 10, "412345")
    message = sends(ticket, by=cast.nadia)
    assert "GitLab SaaS, Ultimate, 10 seats, until" in message.body
    assert worked(ticket)["resolve"] == "done"
    assert request_of(ticket).stage == "done"


@walk("nfr", "topic")
def a_person_says_what_it_is_about(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("handbook")
    cast = request.getfixturevalue("cast")
    ticket = asks(request.getfixturevalue("opened"), "A question about the NFR.", subject="NFR")
    assert step(ticket, "topic").state == "waiting"
    assert decides(ticket, "topic", by=cast.nadia, topic="renew")["topic"] == "done"
    assert steps.current(ticket) is not None
