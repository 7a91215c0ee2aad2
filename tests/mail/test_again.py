"""Mail that failed goes again: who asked is an event, and what was not told yet is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from journal.models import Event
from mail import again, outbox
from mail.models import OutgoingMail
from tests.conftest import Cast
from tests.mail.conftest import Desk, Sandbox

pytestmark = pytest.mark.django_db


def queue(**given: Any) -> OutgoingMail:
    values: dict[str, Any] = {"to": ["ana@acme.example"], "subject": "PO", "body_text": "Hello\n", "purpose": "reply"}
    return outbox.queue(**{**values, **given})


def failed(**given: Any) -> OutgoingMail:
    mail = queue(**given)
    OutgoingMail.objects.filter(pk=mail.pk).update(state="failed", last_error="After 48 hours we stopped.")
    return mail


def test_the_button_tries_again(sandbox: Sandbox, desk: Desk, cast: Cast) -> None:
    """F-06: the mail leaves, and the event says who asked."""
    sandbox.fault("550", address="ana@acme.example", times=1)
    mail = outbox.send(queue().pk)
    assert again.try_again(mail.pk, by=cast.nadia).state == "queued"
    event = Event.objects.get(verb="mail tried again")
    assert (event.actor, event.after["to"]) == (cast.nadia, ["ana@acme.example"])
    assert outbox.send(mail.pk).state == "sent"
    with pytest.raises(again.Refused, match="on its way or sent"):
        again.try_again(mail.pk, by=cast.nadia)
    assert [state for _subject, state in desk.told] == ["failed", "sent"]


def test_a_failure_nobody_heard_of_is_told_before_the_next_try(desk: Desk, cast: Cast) -> None:
    """F-06: nothing about a mail stays silent because somebody was quick."""
    mail = failed()
    OutgoingMail.objects.filter(pk=mail.pk).update(announced=False)
    row = again.try_again(mail.pk, by=cast.nadia)
    assert (desk.told, row.announced) == ([("PO", "failed")], True)


def test_a_sign_in_whose_link_has_expired_is_not_sent_again(desk: Desk, cast: Cast) -> None:
    """F-06"""
    mail = failed(purpose="sign_in")
    with pytest.raises(again.Refused, match="Ask the person to sign in once more"):
        again.try_again(mail.pk, by=cast.nadia)
    assert again.plan(since=mail.created).count == 0


def test_what_may_have_arrived_is_sent_again_by_hand_only(desk: Desk, cast: Cast) -> None:
    """R-02: its workers died while sending; all at once would mail people twice unasked."""
    mail = failed()
    OutgoingMail.objects.filter(pk=mail.pk).update(lost=outbox.MOST_LOST)
    assert again.plan(since=mail.created).count == 0
    assert again.try_again(mail.pk, by=cast.nadia).state == "queued"


def test_only_the_desk_sends_again_and_only_leads_everything(desk: Desk, cast: Cast) -> None:
    """S-12"""
    mail = failed()
    with pytest.raises(PermissionDenied):
        again.try_again(mail.pk, by=cast.sofia)
    with pytest.raises(PermissionDenied):
        again.try_all_again(since=mail.created, by=cast.nadia)


def test_after_an_outage_all_are_tried_again(sandbox: Sandbox, desk: Desk, cast: Cast) -> None:
    """F-06: one call for everything that failed; an address somebody refused is not asked again."""
    began = timezone.now()
    mails = [failed(), failed(), failed(to=["ana@acme.example", "ben@acme.example"])]
    sandbox.fault("550", address="gone@acme.example")
    refused = outbox.send(queue(to=["gone@acme.example"]).pk)
    plan = again.plan(since=began)
    assert (plan.count, plan.addresses) == (3, [("ana@acme.example", 3), ("ben@acme.example", 1)])
    assert again.try_all_again(since=began, by=cast.lena) == 3
    assert [outbox.send(mail.pk).state for mail in mails] == ["sent"] * 3
    assert OutgoingMail.objects.get(pk=refused.pk).state == "failed"
    event = Event.objects.get(verb="all failed mail tried again")
    assert (event.actor, event.after["count"]) == (cast.lena, 3)
    assert event.after["to"] == ["ana@acme.example", "ben@acme.example"]
