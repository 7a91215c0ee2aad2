"""Which addresses are ours."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from mail.models import Mailbox
from web.memory import Memory

# Every mail asks; a change of the rows is known everywhere within ten seconds.
memory = Memory(seconds=10)
uncommitted: set[int] = set()  # default mailboxes made in a transaction that is not over, or was taken back


def default() -> Mailbox:
    """The mailbox every message counts for unless told otherwise; made from SUPPORT_ADDRESS when missing.

    What is not committed may be taken back: one that was just made inside a transaction is not remembered.
    """
    mailbox = memory.get("default", _default)
    if mailbox.pk in uncommitted:
        memory.drop("default")
    return mailbox


def _default() -> Mailbox:
    found = Mailbox.objects.filter(is_default=True).first()
    if found is not None:
        return found
    mailbox, made = Mailbox.objects.get_or_create(
        address=settings.SUPPORT_ADDRESS, defaults={"name": _("Partner Help Desk"), "is_default": True}
    )
    if made and connection.in_atomic_block:
        uncommitted.add(mailbox.pk)
        transaction.on_commit(lambda: uncommitted.discard(mailbox.pk))
    return mailbox


def to_send_from(pk: int | None) -> Mailbox:
    """The mailbox `pk` while it is switched on and its answers are read; else the default one."""
    if pk is None:
        return default()
    found: Mailbox | None = memory.get(("active", pk), lambda: Mailbox.objects.filter(pk=pk, active=True).first())
    return found or default()


def own_addresses() -> frozenset[str]:
    """Our addresses in lower case."""
    return memory.get("own", _own_addresses)


def _own_addresses() -> frozenset[str]:
    rows = Mailbox.objects.filter(active=True)
    return frozenset({settings.SUPPORT_ADDRESS.lower()}.union(*(addresses_of(mailbox) for mailbox in rows)))


def addresses_of(mailbox: Mailbox) -> frozenset[str]:
    """Its own address and its aliases, in lower case."""
    return frozenset(address.strip().lower() for address in (mailbox.address, *mailbox.aliases) if address.strip())


def plain(address: str) -> str:
    """`help+anything@domain` → `help@domain`, lower-case."""
    local, _at, domain = address.strip().strip("<>").lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def is_ours(address: str) -> bool:
    own = own_addresses()
    return address.strip().lower() in own or plain(address) in own


def addressed(recipients: list[str]) -> list[Mailbox]:
    """The mailboxes meant by these recipients, by address, alias or `+anything`; the default for SUPPORT_ADDRESS.

    For the SMTP door only: what lies in a mailbox is stored whatever its To, Cc or Delivered-To say.
    """
    wanted = {recipient.strip().strip("<>").lower() for recipient in recipients}
    wanted |= {plain(recipient) for recipient in recipients}
    found = [one for one in Mailbox.objects.filter(active=True) if not wanted.isdisjoint(addresses_of(one))]
    if not found and settings.SUPPORT_ADDRESS.lower() in wanted:
        return [default()]
    return found
