"""The address by which one colleague answers one ticket: signed, personal, soon over, with no older form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mail import addresses, agent_tokens, mailboxes
from mail.models import Mailbox

pytestmark = pytest.mark.django_db


def test_it_names_ticket_and_person() -> None:
    """S-07"""
    address = agent_tokens.address_for("PHD-1042", user_id=7)
    assert agent_tokens.read(f"<{address.upper()}>") == agent_tokens.AgentToken("PHD-1042", 7)
    assert len(address.partition("@")[0]) <= 64
    assert addresses.read_token(address) is None  # never mistaken for the partner's address


def test_it_runs_out_after_two_weeks() -> None:
    """S-07"""
    address = agent_tokens.address_for("PHD-1042", user_id=7)
    assert agent_tokens.read(address, now=timezone.now() + timedelta(days=13)) is not None
    assert agent_tokens.read(address, now=timezone.now() + timedelta(days=16)) is None


def test_nothing_of_it_can_be_changed() -> None:
    """S-07: not the ticket, the person, the day or the signature."""
    address = agent_tokens.address_for("PHD-1042", user_id=7)
    box, _plus, rest = address.partition("+a.")
    key, _dot, numbers = rest.partition("@")[0].partition(".")
    user, day, signed = numbers[:-19], numbers[-19:-16], numbers[-16:]
    later = agent_tokens.in_36(int(day, 36) + 1)
    for pieces in (
        ["phd-1043", user, day, signed],
        [key, "8", day, signed],
        [key, "", f"{user}{day}", signed],
        [key, f"{user}{day[0]}", day[1:], f"0{signed}"],
        [key, user, f"{later:0>3}", signed],
        [key, user, day, signed[:-1] + ("a" if signed[-1] != "a" else "b")],
        [key, user, day, ""],
        [key, user, "", signed],
        [key, "", "", signed],
    ):
        changed = f"{box}+a.{pieces[0]}.{''.join(pieces[1:])}@gitlab.com"
        assert changed == address or agent_tokens.read(changed) is None, pieces
    assert agent_tokens.read(f"{box}+a.{rest.partition('@')[0]}@else.example") is None
    assert agent_tokens.read(addresses.reply_address("PHD-1042")) is None


def test_an_older_secret_counts_while_it_is_listed(settings: Any) -> None:
    """S-07"""
    address = agent_tokens.address_for("PHD-1042", user_id=7)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "x" * 60
    assert agent_tokens.read(address) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert agent_tokens.read(address) is not None


def test_it_leads_to_the_mailbox_of_the_ticket() -> None:
    box = Mailbox.objects.create(name="Invoices", address="invoices@desk.example.com")
    mailboxes.memory.forget()
    address = agent_tokens.address_for("PHD-1042", user_id=7, mailbox=box)
    assert address.startswith("invoices+a.phd-1042.7")
    assert agent_tokens.read(address) == agent_tokens.AgentToken("PHD-1042", 7)


@pytest.mark.parametrize("box", ["partnersupport", "invoices-and-purchase-orders-of-emea"])
def test_no_server_needs_more_than_64_octets_before_the_at(box: str) -> None:
    """S-07: RFC 5321; a mailbox with a long name borrows the address of the desk."""
    mailbox = Mailbox.objects.create(name=box, address=f"{box}@desk.example.com")
    mailboxes.memory.forget()
    for key, user in (("PHD-1042", 7), ("PHD-99999999", 2**31 - 1), ("PHD-999999999999", 2**31 - 1)):
        address = agent_tokens.address_for(key, user_id=user, mailbox=mailbox)
        assert len(address.rpartition("@")[0]) <= 64
        assert agent_tokens.read(address) == agent_tokens.AgentToken(key, user)
