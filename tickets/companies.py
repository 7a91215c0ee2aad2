"""The company somebody typed into a request form, whatever the kind calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COMPANY_NAMES = ("company", "partner_name", "partner")
LONGEST = 200


def typed(fields: Mapping[str, Any]) -> str:
    """What it says; nothing when the form asked for no company."""
    found = (fields.get(name) for name in COMPANY_NAMES)
    return next((" ".join(one.split())[:LONGEST] for one in found if isinstance(one, str) and one.strip()), "")
