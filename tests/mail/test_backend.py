"""Django's own mail API takes the outbox."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection, send_mail

from mail import outbox
from mail.models import OutgoingMail
from tests.mail.conftest import Desk, Sandbox

pytestmark = pytest.mark.django_db
BACKEND = "mail.backend.OutboxBackend"


@pytest.fixture(autouse=True)
def _backend(settings: Any) -> None:
    settings.EMAIL_BACKEND = BACKEND


def test_a_mail_of_djangos_is_a_row_and_arrives(sandbox: Sandbox, desk: Desk) -> None:
    message = EmailMultiAlternatives("Reset your password", "Follow the link", to=["Ana <ana@acme.example>"])
    message.attach_alternative("<p>Follow the link</p>", "text/html")
    message.attach("terms.txt", "Grüße", "text/plain")
    assert message.send() == 1
    mail = OutgoingMail.objects.get()
    assert (mail.purpose, mail.automatic, mail.state) == ("sign_in", True, "queued")
    assert mail.to == [{"name": "Ana", "address": "ana@acme.example"}]
    assert "<p>Follow the link</p>" in mail.body_html
    assert outbox.send(mail.pk).state == "sent"


def test_nobody_to_write_to_is_nothing(sandbox: Sandbox) -> None:
    assert EmailMultiAlternatives("x", "y", to=[]).send() == 0


def test_silence_is_honoured() -> None:
    assert send_mail("x", "y", None, ["no address"], fail_silently=True) == 0
    with pytest.raises(outbox.BadEnvelope):
        send_mail("x", "y", None, ["no address"], connection=get_connection(BACKEND))
