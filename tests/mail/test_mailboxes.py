"""Several mailboxes: which address means which, and that nobody else's does."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import transaction

from mail import mailboxes
from mail.models import Mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders() -> Mailbox:
    return Mailbox.objects.create(
        name="Orders", address="Orders@desk.example.com", aliases=["po@desk.example.com", " Sales@Old.example.com "]
    )


@pytest.mark.parametrize(
    "address",
    ["orders@desk.example.com", "<PO@desk.example.com>", "po+phd-1.x@desk.example.com", "sales@old.example.com"],
)
def test_a_mailbox_is_found_by_address_alias_and_plus_address(orders: Mailbox, address: str) -> None:
    assert mailboxes.addressed(["ana@acme.example", address]) == [orders]
    assert mailboxes.is_ours(address.strip("<>"))


def test_each_is_found_once(orders: Mailbox) -> None:
    default = mailboxes.default()
    found = mailboxes.addressed([default.address, "po@desk.example.com", "orders@desk.example.com"])
    assert sorted(mailbox.pk for mailbox in found) == sorted([default.pk, orders.pk])


def test_aliases_are_own_addresses_while_the_mailbox_is_active(orders: Mailbox) -> None:
    """M-16: our own mail come back is known by an alias too."""
    assert {"po@desk.example.com", "sales@old.example.com"} <= mailboxes.own_addresses()
    Mailbox.objects.filter(pk=orders.pk).update(active=False)
    mailboxes.memory.forget()
    assert not mailboxes.is_ours("po@desk.example.com")
    assert mailboxes.addressed(["po@desk.example.com"]) == []


def test_an_empty_alias_means_nobody() -> None:
    Mailbox.objects.create(name="Odd", address="odd@desk.example.com", aliases=["", " "])
    assert "" not in mailboxes.own_addresses()
    assert mailboxes.addressed(["", "<>"]) == []


@pytest.mark.django_db(transaction=True)
def test_a_default_whose_transaction_is_taken_back_is_not_remembered() -> None:
    """M-01: a message never points at a mailbox that is not there."""
    Mailbox.objects.all().delete()
    mailboxes.memory.forget()
    with suppress(ZeroDivisionError), transaction.atomic():
        gone = mailboxes.default()
        assert mailboxes.default() == gone  # asked again inside, where it can be seen
        raise ZeroDivisionError
    with transaction.atomic():
        again = mailboxes.default()
    assert Mailbox.objects.get() == again
    assert mailboxes.default() is mailboxes.default()
