"""An administrator sees what was put aside and tries it again."""

from __future__ import annotations

from django.test import Client

from mail import inbox
from mail.models import IncomingMail
from tests.conftest import Cast


def test_a_message_put_aside_is_listed_and_released(client: Client, cast: Cast, handbook: None) -> None:
    """M-03"""
    raw = b"From: katrin@northwind.example.com\nTo: x@y.example\nSubject: Help\nMessage-ID: <a@b>\n\nHello\n"
    mail = inbox.take_in(inbox.store(raw, via="command").pk)
    broken = inbox.take_in(inbox.store(b"\x00\x01 nothing", via="command").pk)
    assert (mail.outcome, broken.outcome) == ("created", "quarantined")
    client.force_login(cast.ada)
    listed = client.get("/admin/mail/incomingmail/?outcome__exact=quarantined")
    assert str(broken.reason)[:20] in listed.content.decode()
    answer = client.post(
        "/admin/mail/incomingmail/", {"action": "release", "_selected_action": [mail.pk, broken.pk]}, follow=True
    )
    assert answer.status_code == 200
    broken.refresh_from_db()
    assert broken.outcome == "quarantined"
    assert broken.attempts == 1
    assert IncomingMail.objects.get(pk=mail.pk).handled_ref == mail.handled_ref


def test_only_administrators_get_there(client: Client, cast: Cast) -> None:
    client.force_login(cast.lena)
    assert client.get("/admin/mail/incomingmail/").status_code in {302, 403}
