"""Addresses by which one colleague answers one ticket for a while (S-07): signed, personal, and soon over.

`box+a.<ticket>.<user>.<last day>.<80 bits of HMAC-SHA256>@…`. There is no older form, and a mail to it still needs the
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
FORM: Final = re.compile(r"a\.([a-z0-9][a-z0-9\-]{0,39})\.(\d{1,12})\.(\d{1,6})\.([a-z2-7]{16})")


@dataclass(frozen=True, slots=True)
class AgentToken:
    """Whose address it is, and for which key."""

    key: str
    user_id: int


def address_for(key: str, *, user_id: int, mailbox: Mailbox | None = None, now: datetime | None = None) -> str:
    """The address at which `user_id` answers `key` until 14 days from now."""
    last_day = ((now or timezone.now()) + VALID_FOR).date()
    body = f"{addresses.checked(key)}.{user_id}.{(last_day - EPOCH).days}"
    box, _at, domain = (mailbox.address if mailbox else settings.SUPPORT_ADDRESS).rpartition("@")
    return f"{box}+a.{body}.{addresses.signature(AGENT, body)}@{domain}"


def read(address: str, *, now: datetime | None = None) -> AgentToken | None:
    """Whose address this is; None for every other one, for a forged one and for one whose time is over."""
    bare = address.strip().strip("<>").lower()
    local = bare.rpartition("@")[0]
    match = FORM.fullmatch(local.partition("+")[2])
    if match is None or not mailboxes.is_ours(bare):
        return None
    key, user, day, claimed = match.groups()
    if not addresses.is_signed(AGENT, f"{key}.{user}.{day}", claimed):
        return None
    if (now or timezone.now()).date() > EPOCH + timedelta(days=int(day)):
        return None
    return AgentToken(key.upper(), int(user))
