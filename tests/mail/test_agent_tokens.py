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
    key, user, day, signed = rest.partition("@")[0].split(".")
    for pieces in (
        ["phd-1043", user, day, signed],
        [key, "8", day, signed],
        [key, user, str(int(day) + 1), signed],
        [key, user, day, signed[:-1] + ("a" if signed[-1] != "a" else "b")],
        [key, user, day, ""],
        [key, user, signed],
        [key, user, day],
    ):
        assert agent_tokens.read(f"{box}+a.{'.'.join(pieces)}@gitlab.com") is None, pieces
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
    assert address.startswith("invoices+a.phd-1042.7.")
    assert agent_tokens.read(address) == agent_tokens.AgentToken("PHD-1042", 7)
