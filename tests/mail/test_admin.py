"""An administrator sees what was put aside and tries it again."""

from __future__ import annotations

from django.test import Client

from mail import inbox, mailboxes
from mail.models import IncomingMail, Mailbox
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


def test_a_mailbox_is_changed_on_its_page_only(client: Client, cast: Cast) -> None:
    """S-15: an event for every change, and a secret that stays with its server; the admin has neither."""
    mailbox = mailboxes.default()
    client.force_login(cast.ada)
    assert mailbox.address in client.get("/admin/mail/mailbox/").content.decode()
    assert client.get("/admin/mail/mailbox/add/").status_code == 403
    for what in ("change", "delete"):
        address = f"/admin/mail/mailbox/{mailbox.pk}/{what}/"
        assert client.post(address, {"imap_host": "imap.thief.example", "post": "yes"}).status_code == 403
    assert Mailbox.objects.get(pk=mailbox.pk).imap_host == mailbox.imap_host


def test_only_administrators_get_there(client: Client, cast: Cast) -> None:
    client.force_login(cast.lena)
    assert client.get("/admin/mail/incomingmail/").status_code in {302, 403}
