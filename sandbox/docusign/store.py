"""What the DocuSign stand-in keeps, in one SQLite file: it survives a restart, and a reset puts the seed back."""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS envelope (id TEXT PRIMARY KEY, created TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS file (envelope TEXT, document TEXT, content BLOB, PRIMARY KEY (envelope, document));
CREATE TABLE IF NOT EXISTS token (value TEXT PRIMARY KEY, user TEXT NOT NULL, expires REAL NOT NULL);
CREATE TABLE IF NOT EXISTS view (
    token TEXT PRIMARY KEY, envelope TEXT, recipient TEXT, return_url TEXT, expires REAL, used INTEGER DEFAULT 0
);
CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, envelope TEXT, recipient TEXT, return_url TEXT);
CREATE TABLE IF NOT EXISTS value (name TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, created TEXT NOT NULL, envelope TEXT NOT NULL, event TEXT NOT NULL,
    recipient TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'pending',
    tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL, words TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS delivery_to_do ON delivery (due, id) WHERE state = 'pending';
"""
TABLES = ("envelope", "file", "token", "view", "session", "value", "delivery")


class Store:
    """One connection behind one lock: the server has a thread per request."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self.inside = False
        self.database = sqlite3.connect(path, check_same_thread=False)
        self.database.row_factory = sqlite3.Row
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = NORMAL")
        self.database.executescript(SCHEMA)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """All of it or nothing, and nobody else meanwhile; inside another one it is part of that."""
        with self.lock:
            if self.inside:
                yield
                return
            self.inside = True
            try:
                with self.database:
                    yield
            finally:
                self.inside = False

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with self.lock:
            return self.database.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Row | None:
        return next(iter(self.rows(sql, values)), None)

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """How many rows it changed."""
        with self.changing():
            return self.database.execute(sql, values).rowcount

    def empty(self) -> None:
        with self.changing():
            for table in TABLES:
                self.database.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names

    def envelope(self, identifier: str) -> Json | None:
        found = self.row("SELECT body FROM envelope WHERE id = ?", [identifier.lower()])
        return json.loads(found["body"]) if found else None

    def envelopes(self) -> list[Json]:
        """Newest first."""
        return [json.loads(row["body"]) for row in self.rows("SELECT body FROM envelope ORDER BY created DESC, id")]

    def keep(self, envelope: Json) -> None:
        self.run(
            "INSERT INTO envelope VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            [envelope["envelopeId"], envelope["createdDateTime"], json.dumps(envelope)],
        )

    def value(self, name: str, default: Json) -> Json:
        found = self.row("SELECT body FROM value WHERE name = ?", [name])
        return {**default, **json.loads(found["body"])} if found else dict(default)

    def set_value(self, name: str, body: Json) -> None:
        self.run("INSERT OR REPLACE INTO value VALUES (?, ?)", [name, json.dumps(body)])


def now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime | None = None) -> str:
    """As DocuSign writes it: `2022-12-09T18:29:29.7360000Z`."""
    return f"{moment or now():%Y-%m-%dT%H:%M:%S.%f}0Z"


def moment(text: str) -> datetime:
    """Reads what `stamp` wrote and the dates a client sends; without a zone it is UTC. ValueError when it is none."""
    head, dot, tail = text.strip().replace(" ", "+").partition(".")
    if dot:
        digits = len(tail) - len(tail.lstrip("0123456789"))
        head = f"{head}.{tail[:digits][:6]:0<6}{tail[digits:]}"
    found = datetime.fromisoformat(head)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def new_id() -> str:
    return str(uuid.uuid4())
