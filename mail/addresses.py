"""Addresses and Message-IDs of ours that carry a signed key: an answer finds its conversation, nobody can invent one.

The signature has 80 bits, from SECRET_KEY; older keys count while they stand in
SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import base64
import re
import secrets
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from mail import mailboxes
from mail.models import Mailbox

REPLY: Final = "mail.reply-address"
MESSAGE: Final = "mail.message-id"
LOOP: Final = "mail.loop-header"
KEY: Final = re.compile(r"[a-z0-9][a-z0-9\-]{0,39}")
NO_KEY: Final = "0"


def signature(purpose: str, text: str, *, secret: str | bytes | None = None) -> str:
    """80 bits as 16 letters; case does not matter on the way."""
    digest = salted_hmac(purpose, text, secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()


def is_signed(purpose: str, text: str, claimed: str) -> bool:
    """Every key is tried, in constant time."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    matches = [constant_time_compare(signature(purpose, text, secret=key), claimed.lower()) for key in keys]
    return any(matches)


def reply_address(key: str, mailbox: Mailbox | None = None) -> str:
    """`partnersupport+phd-1042.<signature>@…`: an answer to it belongs to `key` and reaches that mailbox."""
    small = checked(key)
    local, _at, domain = (mailbox.address if mailbox else settings.SUPPORT_ADDRESS).rpartition("@")
    return f"{local}+{small}.{signature(REPLY, small)}@{domain}"


def read_token(address: str) -> str | None:
    """The key of a genuine reply address of any mailbox of ours, in upper case; None for every other address."""
    local, _at, domain = address.strip().strip("<>").lower().rpartition("@")
    own, plus, rest = local.rpartition("+")
    key, dot, claimed = rest.rpartition(".")
    if not plus or not dot or not KEY.fullmatch(key) or not is_signed(REPLY, key, claimed):
        return None
    return key.upper() if f"{own}@{domain}" in mailboxes.own_addresses() else None


def message_id(key: str = "") -> str:
    """A new Message-ID of ours; it carries the key and a signature."""
    small = checked(key) if key else NO_KEY
    body = f"{small}.{base64.b32encode(secrets.token_bytes(10)).decode().lower()}"
    return f"<{body}.{signature(MESSAGE, body)}@{settings.MAIL_DOMAIN.lower()}>"


def signed_body(mid: str) -> str | None:
    """What stands before the signature of a Message-ID of ours."""
    local, _at, domain = mid.strip().strip("<>").lower().rpartition("@")
    body, dot, claimed = local.rpartition(".")
    if domain != settings.MAIL_DOMAIN.lower() or not dot or not is_signed(MESSAGE, body, claimed):
        return None
    return body


def is_own_message_id(mid: str) -> bool:
    return signed_body(mid) is not None


def token_in_message_id(mid: str) -> str | None:
    """The key a Message-ID of ours carries, in upper case."""
    key = (signed_body(mid) or "").partition(".")[0]
    return None if key in {"", NO_KEY} else key.upper()


def loop_header(mid: str) -> str:
    """What X-PHD-Loop says: the message's own name, signed, in case a relay exchanges the Message-ID."""
    return f"{mid.strip('<>')}; {signature(LOOP, mid.strip('<>').lower())}"


def is_own_loop_header(value: str) -> bool:
    name, semicolon, claimed = value.rpartition(";")
    return bool(semicolon) and is_signed(LOOP, name.strip().lower(), claimed.strip())


def checked(key: str) -> str:
    small = key.lower()
    if not KEY.fullmatch(small) or small == NO_KEY:
        msg = f"not a key for an address: {key!r}"
        raise ValueError(msg)
    return small
