"""One message of Connect over the wire, to this machine only, signed with every active key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from sandbox.docusign.store import Json


def post(configuration: Json, body: Json, *, tries: int) -> str:
    """Empty when it was acknowledged, else what happened. The retry count is part of what is signed."""
    raw = json.dumps({**body, "retryCount": tries}, ensure_ascii=False, separators=(",", ":")).encode()
    keys = configuration["keys"]
    if configuration["wrong_key"]:
        keys = [secrets.token_urlsafe(32) for _key in keys] or ["unknown"]
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "DocuSign", **signed(raw, keys)}
    url = urlsplit(must_be_loopback(configuration["url"]))
    link = http.client.HTTPConnection(url.hostname or "", url.port or 80, timeout=float(configuration["timeout"]))
    try:
        link.request("POST", f"{url.path or '/'}{'?' if url.query else ''}{url.query}", body=raw, headers=headers)
        status = link.getresponse().status
    except (OSError, http.client.HTTPException) as problem:
        return f"No answer: {getattr(problem, 'strerror', None) or problem}"
    finally:
        link.close()
    return "" if 200 <= status < 300 else f"HTTP {status}"


def must_be_loopback(url: str) -> str:
    parts = urlsplit(url)
    try:
        safe = parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        safe = parts.scheme == "http" and parts.hostname == "localhost"
    if not safe:
        message = f"Connect posts to this machine only, as http://127.0.0.1:PORT/…, not to {url}."
        raise ValueError(message)
    return url


def signed(body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """Base64 of HMAC-SHA256 over the bytes: one header for each key."""
    digests = [base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode() for key in keys]
    headers = {f"X-DocuSign-Signature-{number}": digest for number, digest in enumerate(digests, start=1)}
    return {"X-Authorization-Digest": "HMACSHA256", **headers} if keys else {}
