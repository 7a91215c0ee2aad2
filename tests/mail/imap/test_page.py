"""The page of mailboxes against a real mail server: tried, counted, mended."""

from __future__ import annotations

import pytest
from django.test import Client

from mail.models import IncomingMail
from people.models import User
from people.roles import Role
from tests.mail.imap.conftest import Box
from tests.mail.imap.dovecot import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(transactional_db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("lena@desk.example.com", "x", name="Lena Brandt", role=Role.LEAD))
    return client


def test_a_lead_fetches_and_counts(lead: Client, box: Box) -> None:
    """R-05, features.md §2 items 1 and 2: what is missing is found, named and fetched."""
    box.put("one", "two")
    answer = lead.post(f"/mailboxes/{box.mailbox.pk}/try/", follow=True)
    assert "was read. Nothing waits there." in answer.content.decode()
    assert box.stored == ["one", "two"]
    IncomingMail.objects.filter(pk=box.rows[0].pk).delete()
    answer = lead.post(f"/mailboxes/{box.mailbox.pk}/reconcile/", follow=True)
    assert "2 messages lie there, 2 of them are stored here." in answer.content.decode()
    assert sorted(box.stored) == ["one", "two"]
    assert "2 there, 2 here" in lead.get("/mailboxes/").content.decode()


def test_settings_are_tried_without_touching_anything(lead: Client, box: Box) -> None:
    box.put("one")
    given = {
        "name": "Orders",
        "address": "orders@gitlab.com",
        "imap_host": "127.0.0.1",
        "imap_port": box.mailbox.imap_port,
        "imap_security": "plain",
        "imap_user": box.mailbox.imap_user,
        "imap_auth": "password",
        "imap_after": "flag",
        "password": PASSWORD,
        "test": "1",
    }
    answer = lead.post("/mailboxes/new/", given)
    assert "The folder holds 1 message." in answer.content.decode()
    wrong = lead.post("/mailboxes/new/", {**given, "password": "wrong"}).content.decode()
    assert "The mail server refused the password" in wrong
    assert box.stored == []
