"""Secrets of mailboxes at rest: sealed under SECRET_KEY, readable under SECRET_KEY_FALLBACKS too, shown to nobody.

A secret may be exchanged for a successor (a token the server renews). The successor remembers a digest of the one a
person gave, so that giving the same one again does not undo the exchange.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

from mail.models import Mailbox

PURPOSE: Final = b"mail.sealing"
FIELDS: Final = ("imap_password", "oauth_client_secret", "oauth_refresh_token")


class Unreadable(Exception):  # noqa: N818 - what it is, said of the secret
    """Sealed under a key that is not there any more."""


def seal(secret: str, *, instead_of: str = "") -> str:
    """What may lie in the database; `instead_of` is the sealed secret that this one succeeds."""
    if not secret:
        return ""
    given = _opened(instead_of)["given"] if instead_of else _digest(secret)
    return _box().encrypt(json.dumps({"secret": secret, "given": given}).encode()).decode()


def unseal(sealed: str) -> str:
    """The secret itself, for the moment of signing in."""
    return _opened(sealed)["secret"] if sealed else ""


def comes_from(sealed: str, secret: str) -> bool:
    """Whether this is `secret` sealed, or a successor of it."""
    if not sealed or not secret:
        return not sealed and not secret
    try:
        return _digest(secret) in {_opened(sealed)["given"], _digest(_opened(sealed)["secret"])}
    except Unreadable:
        return False


def origin(sealed: str) -> str:
    """The same for a secret and its successors, and for no other."""
    try:
        return _opened(sealed)["given"] if sealed else ""
    except Unreadable:
        return sealed


def keep(
    mailbox: Mailbox,
    *,
    password: str | None = None,
    client_secret: str | None = None,
    refresh_token: str | None = None,
) -> list[str]:
    """Puts secrets into the row, sealed; None leaves one as it is. Returns what changed; the caller saves."""
    changed = []
    for field, secret in zip(FIELDS, (password, client_secret, refresh_token), strict=True):
        if secret is not None and not comes_from(getattr(mailbox, field), secret):
            setattr(mailbox, field, seal(secret))
            changed.append(field)
    return changed


def renew() -> int:
    """Seals everything under today's SECRET_KEY, so that an old one can be forgotten; returns how many rows changed."""
    renewed = 0
    newest = MultiFernet([_fernet(settings.SECRET_KEY)])
    for mailbox in Mailbox.objects.exclude(imap_password="", oauth_client_secret="", oauth_refresh_token=""):
        old = {field: sealed for field in FIELDS if (sealed := getattr(mailbox, field)) and not _opens(newest, sealed)}
        fresh = {field: _box().rotate(sealed).decode() for field, sealed in old.items() if _opens(_box(), sealed)}
        renewed += Mailbox.objects.filter(pk=mailbox.pk, **old).update(**fresh) if fresh else 0
    return renewed


def _opened(sealed: str) -> dict[str, str]:
    try:
        opened: dict[str, str] = json.loads(_box().decrypt(sealed.encode()))
    except InvalidToken:
        raise Unreadable from None
    return opened


def _opens(box: MultiFernet, sealed: str) -> bool:
    try:
        box.decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _digest(secret: str) -> str:
    return hashlib.sha256(PURPOSE + secret.encode()).hexdigest()


def _box() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(key: str | bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(force_bytes(key))
    return Fernet(base64.urlsafe_b64encode(derived))
