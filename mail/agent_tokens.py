"""Addresses by which one colleague answers one ticket for a while (S-07): signed, personal, and soon over.

`box+a.<ticket>.<user><last day><80 bits of HMAC-SHA256>@…`, the numbers to the base of 36 and the day always of three
digits: what stands before the @ may have 64 octets (RFC 5321). There is no older form, and a mail to it still needs the
proof of who sent it: the address alone does nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from mail import addresses, mailboxes
from mail.models import Mailbox

AGENT: Final = "mail.agent-address"
VALID_FOR: Final = timedelta(days=14)
EPOCH: Final = date(2020, 1, 1)
LONGEST: Final = 64
DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
DAY_DIGITS: Final = 3
FORM: Final = re.compile(r"a\.([a-z0-9][a-z0-9\-]{0,39})\.([0-9a-z]{1,13})([0-9a-z]{3})([a-z2-7]{16})")


@dataclass(frozen=True, slots=True)
class AgentToken:
    """Whose address it is, and for which key."""

    key: str
    user_id: int


def address_for(key: str, *, user_id: int, mailbox: Mailbox | None = None, now: datetime | None = None) -> str:
    """The address at which `user_id` answers `key` until 14 days from now.

    A mailbox whose own name is too long for it borrows that of SUPPORT_ADDRESS: the key leads to the ticket anyway.
    """
    last_day = ((now or timezone.now()) + VALID_FOR).date()
    body = f"{addresses.checked(key)}.{in_36(user_id)}{in_36((last_day - EPOCH).days):0>{DAY_DIGITS}}"
    token = f"+a.{body}{addresses.signature(AGENT, body)}"
    box, _at, domain = (mailbox.address if mailbox else settings.SUPPORT_ADDRESS).rpartition("@")
    if len(f"{box}{token}".encode()) > LONGEST:
        box, _at, domain = settings.SUPPORT_ADDRESS.rpartition("@")
    return f"{box}{token}@{domain}"


def in_36(number: int) -> str:
    """To the base of 36, as `int(…, 36)` reads it."""
    digits = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits or "0"


def read(address: str, *, now: datetime | None = None) -> AgentToken | None:
    """Whose address this is; None for every other one, for a forged one and for one whose time is over."""
    bare = address.strip().strip("<>").lower()
    local = bare.rpartition("@")[0]
    match = FORM.fullmatch(local.partition("+")[2])
    if match is None or not mailboxes.is_ours(bare):
        return None
    key, user, day, claimed = match.groups()
    if not addresses.is_signed(AGENT, f"{key}.{user}{day}", claimed):
        return None
    if (now or timezone.now()).date() > EPOCH + timedelta(days=int(day, 36)):
        return None
    return AgentToken(key.upper(), int(user, 36))
