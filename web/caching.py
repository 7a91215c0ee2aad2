"""What the cache keeps is JSON: who can write to Redis must not be able to run code here (no pickle)."""

from __future__ import annotations

import json
from typing import Any


class JSONSerializer:
    """Numbers stay numbers, so that Redis can count with them."""

    def dumps(self, value: Any) -> int | bytes:
        return value if type(value) is int else json.dumps(value, separators=(",", ":")).encode()

    def loads(self, stored: bytes) -> Any:
        return json.loads(stored)
