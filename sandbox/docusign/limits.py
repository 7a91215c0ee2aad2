"""Calls per hour: of the account, and GETs of one envelope. Held when the settings say so, always in headers."""

from __future__ import annotations

import time

from sandbox.docusign.errors import Refused
from sandbox.docusign.vendor import Vendor
from sandbox.web import Request

HOUR = 3600
ACCOUNT = 3000
BURST = 500


def count(vendor: Vendor, request: Request) -> None:
    """Refused when this is one too many."""
    settings, polled = vendor.settings(), request.method == "GET"
    envelope = request.parts.get("envelope", "").lower() if polled else ""
    with vendor.store.lock:
        account, of_envelope = counted(vendor.calls, envelope)
    if 0 < settings["account_limit"] < account:
        raise Refused(
            "HOURLY_APIINVOCATION_LIMIT_EXCEEDED",
            "The maximum number of hourly API invocations has been exceeded. "
            f"The hourly limit is {settings['account_limit']}.",
            429,
        )
    if 0 < settings["envelope_limit"] < of_envelope:
        raise Refused(
            "HOURLY_ENVELOPE_POLLING_LIMIT_EXCEEDED",
            "The maximum number of hourly polling requests for this envelope has been exceeded.",
        )


def counted(calls: dict[str, int], envelope: str) -> tuple[int, int]:
    """Calls of the account and GETs of the envelope in this hour, with this one."""
    hour = int(time.time() // HOUR)
    if calls.get("hour") != hour:
        calls.clear()
        calls["hour"] = hour
    calls["account"] = calls.get("account", 0) + 1
    if not envelope:
        return calls["account"], 0
    calls[envelope] = calls.get(envelope, 0) + 1
    return calls["account"], calls[envelope]


def headers(vendor: Vendor) -> dict[str, str]:
    limit = int(vendor.settings()["account_limit"]) or ACCOUNT
    used = vendor.calls.get("account", 0)
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(limit - used, 0)),
        "X-RateLimit-Reset": str((int(time.time() // HOUR) + 1) * HOUR),
        "X-BurstLimit-Limit": str(BURST),
        "X-BurstLimit-Remaining": str(max(BURST - used % BURST, 0)),
    }
