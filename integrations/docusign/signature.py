"""Whether a callback is DocuSign's: HMAC-SHA256 over the raw bytes, any header against any key (S-27)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Final

HEADER: Final = re.compile(r"x-docusign-signature-\d{1,3}", re.IGNORECASE)
MOST_HEADERS: Final = 100  # DocuSign sends one for each active key, and has so many at most


def claims(headers: Mapping[str, str]) -> list[bytes]:
    """The signatures that came along, whatever they are worth."""
    found = [value.strip().encode("utf-8", "replace") for name, value in headers.items() if HEADER.fullmatch(name)]
    return found[:MOST_HEADERS]


def authentic(body: bytes, headers: Mapping[str, str], *, keys: Sequence[str]) -> bool:
    """True when one of the signatures was made with one of our keys; without a key nothing is believed.

    All pairs are compared, so that the time taken says nothing of which key or header it was.
    """
    wanted = [sign(body, key) for key in keys if key]
    matches = [hmac.compare_digest(claim, ours) for claim in claims(headers) for ours in wanted]
    return any(matches)


def sign(body: bytes, key: str) -> bytes:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest())
