"""What the sandbox keeps, in SQLite under --state: it survives a restart, and `rm` forgets it."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    summary TEXT NOT NULL,
    raw BLOB NOT NULL
)
"""


@dataclass(frozen=True, kw_only=True)
class Caught:
    """A message as it came over the wire."""

    id: int
    received: str
    sender: str
    recipients: list[str]
    summary: dict[str, Any]
    raw: bytes


class State:
    def __init__(self, path: Path) -> None:
        self.lock = threading.Lock()
        self.database = sqlite3.connect(path, check_same_thread=False)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute(SCHEMA)
        self.database.commit()

    def keep(self, *, sender: str, recipients: list[str], raw: bytes, summary: dict[str, Any]) -> int:
        """Committed when this returns."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = (now, sender, json.dumps(recipients), json.dumps(summary), raw)
        with self.lock, self.database:
            cursor = self.database.execute(
                "INSERT INTO message (received, sender, recipients, summary, raw) VALUES (?, ?, ?, ?, ?)", row
            )
            return int(cursor.lastrowid or 0)

    def summaries(self, limit: int = -1) -> list[dict[str, Any]]:
        """Newest first; all of them without a limit."""
        with self.lock:
            rows = self.database.execute(
                "SELECT id, received, summary FROM message ORDER BY id DESC LIMIT ?", [limit]
            ).fetchall()
        return [{"id": number, **json.loads(summary), "received": received} for number, received, summary in rows]

    def one(self, number: int) -> Caught | None:
        with self.lock:
            row = self.database.execute(
                "SELECT id, received, sender, recipients, summary, raw FROM message WHERE id = ?", [number]
            ).fetchone()
        if row is None:
            return None
        identifier, received, sender, recipients, summary, raw = row
        return Caught(
            id=identifier,
            received=received,
            sender=sender,
            recipients=json.loads(recipients),
            summary={"id": identifier, **json.loads(summary), "received": received},
            raw=raw,
        )
