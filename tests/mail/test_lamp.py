"""The lamp under the views says how mail is doing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from documents import storing
from mail import figures, lamp, mailboxes, outbox
from mail.models import IncomingMail, OutgoingMail

pytestmark = pytest.mark.django_db


def queued(**changed: object) -> OutgoingMail:
    mail = outbox.queue(to=[("Ana Silva", "ana@acme.example")], subject="PO 4711", body_text="Hello", purpose="reply")
    OutgoingMail.objects.filter(pk=mail.pk).update(**changed)
    return mail


def test_nothing_to_tell_is_green() -> None:
    queued()
    assert lamp.read() == ("green", "Mail: all normal")


def test_what_was_refused_is_red_for_a_day() -> None:
    queued(state="failed")
    before = timezone.now() - timedelta(days=2)
    queued(state="failed", created=before, next_try=before)
    assert lamp.read() == ("red", "Mail: 1 was not sent")


def test_what_was_tried_in_vain_is_amber() -> None:
    queued(attempts=1, next_try=timezone.now() + timedelta(minutes=5))
    queued(next_try=timezone.now() - timedelta(minutes=5))
    assert lamp.read() == ("amber", "Mail: 2 wait to leave")


def test_what_nobody_read_for_minutes_is_amber() -> None:
    IncomingMail.objects.create(
        mailbox=mailboxes.default(),
        raw=storing.store(b"Subject: hello", name="mail.eml"),
        raw_sha256="0" * 64,
        size=14,
        via="smtp",
        received=timezone.now() - timedelta(minutes=5),
    )
    assert lamp.read() == ("amber", "Mail: 1 waits to be read")


def test_failures_of_long_ago_are_no_alarm() -> None:
    """R-05: figure and lamp speak of the same day; what was given up lately counts, however old the mail is."""
    queued(state="failed")
    long_ago = timezone.now() - timedelta(days=3)
    queued(state="failed", created=long_ago, next_try=long_ago)
    queued(state="failed", created=long_ago)
    assert (figures.failed(), lamp.failed()) == (2, 2)
