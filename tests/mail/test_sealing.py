"""Secrets of mailboxes at rest."""

from __future__ import annotations

from typing import Any

import pytest

from mail import sealing
from mail.models import Mailbox

SECRET = "hunter2 with ümlauts"


def test_sealed_it_is_not_to_be_seen_and_opened_it_is_the_same() -> None:
    sealed = sealing.seal(SECRET)
    assert SECRET not in sealed
    assert sealing.unseal(sealed) == SECRET
    assert sealing.seal(SECRET) != sealed
    assert sealing.seal("") == sealing.unseal("") == ""


def test_an_older_key_still_opens(settings: Any) -> None:
    sealed = sealing.seal(SECRET)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert sealing.unseal(sealed) == SECRET


def test_without_its_key_it_is_unreadable(settings: Any) -> None:
    sealed = sealing.seal(SECRET)
    settings.SECRET_KEY = "another key"
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed)
    assert not sealing.comes_from(sealed, SECRET)


@pytest.mark.django_db
def test_everything_is_renewed_under_todays_key(settings: Any) -> None:
    mailbox = Mailbox.objects.create(name="A", address="a@desk.example.com", imap_password=sealing.seal(SECRET))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert (sealing.renew(), sealing.renew()) == (1, 0)
    settings.SECRET_KEY_FALLBACKS = []
    mailbox.refresh_from_db()
    assert sealing.unseal(mailbox.imap_password) == SECRET


def test_only_what_is_given_and_new_is_changed() -> None:
    mailbox = Mailbox()
    assert sealing.keep(mailbox, password=SECRET) == ["imap_password"]
    sealed = mailbox.imap_password
    assert sealing.keep(mailbox, password=SECRET, refresh_token=None) == []
    assert mailbox.imap_password == sealed
    assert sealing.keep(mailbox, password="") == ["imap_password"]
    assert mailbox.imap_password == ""


def test_a_successor_remembers_where_it_came_from() -> None:
    first = sealing.seal("first")
    third = sealing.seal("third", instead_of=sealing.seal("second", instead_of=first))
    assert sealing.unseal(third) == "third"
    assert [sealing.comes_from(third, text) for text in ("first", "second", "third")] == [True, False, True]
    assert sealing.origin(third) == sealing.origin(first) != sealing.origin(sealing.seal("other"))
