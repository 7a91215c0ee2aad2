"""Signing addresses: who may have one, and for how long."""

from __future__ import annotations

import secrets
import time

from sandbox.docusign.errors import Refused
from sandbox.docusign.seeding import Person
from sandbox.docusign.store import Json
from sandbox.docusign.vendor import Vendor


def viewer(envelope: Json, asked: Json, user: Person) -> Json:
    """Embedded: the clientUserId it was created with. Remote: only one's own, by the userId that asks."""
    email, name = str(asked.get("email") or ""), str(asked.get("userName") or "")
    signers: list[Json] = envelope["signers"]
    for one in signers:
        same = one["email"].lower() == email.lower() and one["name"] == name
        if asked.get("clientUserId"):
            fits = same and one["clientUserId"] == str(asked["clientUserId"])
        else:
            own = str(asked.get("userId") or "").lower() == user.id == one["userId"]
            fits = own and not one["clientUserId"] and (same or not (email or name))
        if fits and asked.get("recipientId") in (None, "", one["recipientId"]):
            return one
    raise Refused(
        "UNKNOWN_ENVELOPE_RECIPIENT",
        "The recipient you have identified is not a valid recipient of the specified envelope.",
    )


def new_view(vendor: Vendor, envelope: str, recipient: str, return_url: str) -> str:
    token, ends = secrets.token_urlsafe(32), time.time() + float(vendor.settings()["view_seconds"])
    row = [token, envelope, recipient, return_url, ends]
    vendor.store.run("INSERT INTO view (token, envelope, recipient, return_url, expires) VALUES (?, ?, ?, ?, ?)", row)
    return token
