"""How Connect signs a message: base64 of HMAC-SHA256 over the bytes, one header for each active key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence


def signed(body: bytes, keys: Sequence[str]) -> dict[str, str]:
    digests = [base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode() for key in keys]
    headers = {f"X-DocuSign-Signature-{number}": digest for number, digest in enumerate(digests, start=1)}
    return {"X-Authorization-Digest": "HMACSHA256", **headers} if keys else {}
