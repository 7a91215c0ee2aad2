"""What a test or a demo may turn: `POST /salesforce/settings`; kept over a restart."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

from sandbox.salesforce.store import Store

PAGE = 2000


@dataclass(kw_only=True)
class Settings:
    """`limit_used` counts up with every request. Writes to rows in `locked` end with UNABLE_TO_LOCK_ROW."""

    page_size: int = PAGE
    limit_used: int = 0
    limit_max: int = 100_000
    session_seconds: int = 0  # 0: they last until they are ended
    locked: list[str] = field(default_factory=list)
    password: str = "partner-desk-demo"  # noqa: S105 - of everybody in this organisation, which is invented
    security_token: str = "sandbox"  # noqa: S105 - may be put behind the password

    def change(self, store: Store, asked: dict[str, Any]) -> None:
        """Raises ValueError, with a sentence, at what it does not know."""
        known = {one.name: getattr(self, one.name) for one in fields(self)}
        for name, value in asked.items():
            if name not in known or type(value) is not type(known[name]):
                message = f"{name} is not a setting, or {value!r} not a value for it."
                raise ValueError(message)
        with store.turn():
            for name, value in asked.items():
                setattr(self, name, value)
                store.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", [name, json.dumps(value)])

    def load(self, store: Store) -> None:
        """What was set before the restart; the rest as it is by nature."""
        for one in fields(self):
            setattr(self, one.name, getattr(Settings(), one.name))
        for name, value in store.rows("SELECT name, value FROM setting"):
            setattr(self, name, json.loads(value))
