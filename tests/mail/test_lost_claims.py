"""A worker that dies while sending: the mail goes again, ever more seldom, and a crash loop ends (F-01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mail import outbox, tasks
from mail.models import OutgoingMail
from tests.mail.conftest import Desk

pytestmark = pytest.mark.django_db


def queue(**given: Any) -> OutgoingMail:
    values: dict[str, Any] = {"to": ["ana@acme.example"], "subject": "PO", "body_text": "Hello\n", "purpose": "reply"}
    return outbox.queue(**{**values, **given})


def dies(mail: OutgoingMail) -> OutgoingMail:
    """A worker takes it and is never heard of again; the sweep finds the claim when its time is over."""
    OutgoingMail.objects.filter(pk=mail.pk).update(next_try=timezone.now())
    assert outbox.claim(mail)
    OutgoingMail.objects.filter(pk=mail.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    tasks.sweep_mail()
    mail.refresh_from_db()
    return mail


def test_a_mail_that_kills_its_workers_is_tried_ever_more_seldom_and_then_not_at_all(desk: Desk) -> None:
    """F-01: once more at once, then with growing pauses; the fifth time it fails and says that it may have arrived."""
    mail = queue()
    pauses = [round((dies(mail).next_try - timezone.now()).total_seconds() / 60) for _ in range(4)]
    assert pauses == [0, 1, 2, 5]
    assert "ended before the mail server had answered" in mail.last_error
    dies(mail)
    assert (mail.state, desk.told) == ("failed", [("PO", "failed")])
    assert "It may have arrived" in mail.last_error


def test_a_lost_claim_does_not_outlive_the_48_hours(desk: Desk) -> None:
    """F-06"""
    mail = queue()
    OutgoingMail.objects.filter(pk=mail.pk).update(give_up=timezone.now() - timedelta(seconds=1))
    dies(mail)
    assert mail.state == "failed"
    assert mail.last_error.endswith("After 48 hours we stopped. Try again when the mail server works.")
