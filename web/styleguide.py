"""What the style guide shows: every component with believable content, in every state."""

from __future__ import annotations

from typing import Any


def examples() -> dict[str, Any]:
    return {}
