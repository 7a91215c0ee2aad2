"""Signed addresses and Message-IDs: ours are known, nobody else's are."""

from __future__ import annotations

from typing import Any

import pytest

from mail import addresses, mailboxes
from mail.models import Mailbox

pytestmark = pytest.mark.django_db


def test_a_reply_address_carries_its_key() -> None:
    address = addresses.reply_address("PHD-1042")
    assert address.startswith("partnersupport+phd-1042.")
    assert len(address.partition("@")[0]) <= 64
    assert addresses.read_token(address) == "PHD-1042"
    assert addresses.read_token(address.upper()) == "PHD-1042"
    assert addresses.read_token(f"<{address}>") == "PHD-1042"


@pytest.mark.parametrize("position", range(16))
def test_a_forged_token_is_nobody(position: int) -> None:
    """S-08: one wrong letter anywhere is enough."""
    address = addresses.reply_address("PHD-1042")
    local, domain = address.split("@")
    place = len(local) - 16 + position
    letter = "a" if local[place] != "a" else "b"
    assert addresses.read_token(f"{local[:place]}{letter}{local[place + 1 :]}@{domain}") is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "partnersupport@gitlab.com",
        "partnersupport+phd-1042@gitlab.com",
        "partnersupport+phd-1042.@gitlab.com",
        "partnersupport+.aaaaaaaaaaaaaaaa@gitlab.com",
        "partnersupport+phd-1042.aaaaaaaaaaaaaaaa@gitlab.com",
        "partnersupport+phd\u20111042.aaaaaaaaaaaaaaaa@gitlab.com",
    ],
)
def test_an_unsigned_address_carries_nothing(address: str) -> None:
    """S-08"""
    assert addresses.read_token(address) is None


def test_a_token_is_bound_to_its_key_and_domain() -> None:
    """S-08"""
    address = addresses.reply_address("PHD-1042")
    assert addresses.read_token(address.replace("phd-1042", "phd-1043")) is None
    assert addresses.read_token(address.replace("@gitlab.com", "@gitlab.example")) is None


def test_message_ids_are_known_again() -> None:
    """M-16"""
    mid = addresses.message_id("PHD-1042")
    assert addresses.is_own_message_id(mid)
    assert addresses.token_in_message_id(mid) == "PHD-1042"
    assert addresses.message_id("PHD-1042") != mid
    plain = addresses.message_id()
    assert addresses.is_own_message_id(plain)
    assert addresses.token_in_message_id(plain) is None


@pytest.mark.parametrize("mid", ["", "<>", "<phd-1042.x@gitlab.com>", "<phd-1042.abc.aaaaaaaaaaaaaaaa@gitlab.com>"])
def test_made_up_message_ids_are_not_ours(mid: str) -> None:
    """S-07"""
    assert not addresses.is_own_message_id(mid)
    assert addresses.token_in_message_id(mid) is None


def test_an_old_secret_counts_while_it_stands_in_the_fallbacks(settings: Any) -> None:
    address, mid, old = addresses.reply_address("PHD-1"), addresses.message_id("PHD-1"), settings.SECRET_KEY
    settings.SECRET_KEY = "a new one"
    assert addresses.read_token(address) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert addresses.read_token(address) == "PHD-1"
    assert addresses.token_in_message_id(mid) == "PHD-1"


@pytest.mark.parametrize("key", ["0", "a b", "x@y", "é", "a" * 41, "-a"])
def test_only_plain_keys_can_be_signed(key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        addresses.reply_address(key)


def test_every_mailbox_of_ours_has_reply_addresses() -> None:
    """S-08: the address of another mailbox carries the same token; one that is not ours, or not any more, is nobody."""
    orders = Mailbox.objects.create(name="Orders", address="Order+Ops@desk.example.com")
    address = addresses.reply_address("PHD-7", orders)
    assert address.startswith("Order+Ops+phd-7.")
    mailboxes.memory.forget()
    assert addresses.read_token(address) == "PHD-7"
    assert addresses.read_token(address.replace("desk.example.com", "evil.example.com")) is None
    Mailbox.objects.update(active=False)
    mailboxes.memory.forget()
    assert addresses.read_token(address) is None
