"""Rows in SQLite, a table for each object; one connection that threads share in turn."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.salesforce import ids
from sandbox.salesforce.objects import OBJECTS
from sandbox.salesforce.schema import SObject

Row = dict[str, Any]
Clock = Callable[[], datetime]

OWN = """
CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, user TEXT NOT NULL, issued REAL NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS content (id TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS stamp (one INTEGER PRIMARY KEY CHECK (one = 1), last TEXT NOT NULL);
"""
BY_STAMP = ("SystemModstamp", "Id")
UNASKED = {"CreatedById", "LastModifiedById"}  # no index


def now() -> datetime:
    return datetime.now(UTC)


class Store:
    """`turn()` is a transaction that nobody else is in; what it wrote is gone when it ends with an exception."""

    def __init__(self, path: Path, *, clock: Clock = now) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self.clock = clock
        self.database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = OFF")  # it survives its own end, not that of the machine
        self.database.execute("PRAGMA cache_size = -65536")
        self.database.create_function("fold", 1, fold, deterministic=True)
        self.depth = 0
        self.prepare(OWN + "".join(tables()))

    def prepare(self, script: str) -> None:
        """Makes the tables; those of a sandbox with other fields are thrown away, rows and all."""
        version = zlib.crc32(script.encode()) >> 1  # a signed number of 32 bits
        if self.rows("PRAGMA user_version")[0][0] != version:
            for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
                self.run(f'DROP TABLE "{name}"')
        self.database.executescript(script)
        self.run(f"PRAGMA user_version = {version}")

    def is_empty(self) -> bool:
        return not self.rows('SELECT 1 FROM "User" LIMIT 1')

    def rows(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        with self.lock:
            return self.database.execute(sql, values).fetchall()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """May be entered again by the same thread; an inner one that fails undoes its own part only."""
        with self.lock:
            name, self.depth = f"turn_{self.depth}", self.depth + 1
            self.database.execute(f"SAVEPOINT {name}")
            try:
                yield
            except BaseException:
                self.database.execute(f"ROLLBACK TO {name}")
                raise
            finally:
                self.depth -= 1
                self.database.execute(f"RELEASE {name}")

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        self.database.execute(sql, values)

    def insert(self, sobject: SObject, rows: Iterable[Row]) -> None:
        """Rows with the same keys."""
        rows = list(rows)
        if rows:
            names = ", ".join(f'"{name}"' for name in rows[0])
            marks = ", ".join("?" * len(rows[0]))
            sql = f'INSERT INTO "{sobject.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names of our schema
            self.database.executemany(sql, [tuple(row.values()) for row in rows])

    def change(self, sobject: SObject, identity: str, values: Row) -> None:
        pairs = ", ".join(f'"{name}" = ?' for name in values)
        sql = f'UPDATE "{sobject.name}" SET {pairs} WHERE Id = ?'  # noqa: S608 - names of our schema
        self.database.execute(sql, [*values.values(), identity])

    def one(self, sobject: SObject, identity: str) -> Row | None:
        found = self.where(sobject, "Id", identity)
        return found[0] if found else None

    def where(self, sobject: SObject, name: str, value: Any, *, tail: str = "") -> list[Row]:
        """Whole rows, deleted ones among them."""
        with self.lock:
            sql = f'SELECT * FROM "{sobject.name}" WHERE "{name}" = ? {tail}'  # noqa: S608 - names of our schema
            cursor = self.database.execute(sql, [value])
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def stamp(self) -> str:
        """Now, and later than any stamp given before."""
        last = self.rows("SELECT last FROM stamp")
        stamp = written(self.clock())
        if last and stamp <= last[0][0]:
            stamp = written(read(last[0][0]) + timedelta(milliseconds=1))
        self.run("INSERT OR REPLACE INTO stamp (one, last) VALUES (1, ?)", [stamp])
        return stamp

    def number(self, name: str, *, count: int = 1) -> int:
        """The first of `count` numbers nobody had before."""
        sql = "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value"
        self.run(sql, [name, count])
        return int(self.rows("SELECT value FROM counter WHERE name = ?", [name])[0][0]) - count + 1

    def new_id(self, prefix: str) -> str:
        return ids.numbered(prefix, self.number(prefix))

    def empty(self) -> None:
        """Nothing is left but the ids given."""
        for name in (*OBJECTS, "session", "setting", "content"):
            self.run(f'DELETE FROM "{name}"')  # noqa: S608 - names of our schema


def fold(value: Any) -> Any:
    """Texts are compared without regard to case."""
    return value.casefold() if isinstance(value, str) else value


def written(moment: datetime) -> str:
    """As the vendor writes it; in the order of time when sorted as text."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def read(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%f%z")


def tables() -> Iterator[str]:
    for one in OBJECTS.values():
        columns = ", ".join(f"{field.column}{' NOT NULL UNIQUE' if field.name == 'Id' else ''}" for field in one.fields)
        yield f'CREATE TABLE IF NOT EXISTS "{one.name}" ({columns});'
        yield f'CREATE INDEX IF NOT EXISTS "{one.name}_stamp" ON "{one.name}" ({", ".join(BY_STAMP)});'
        for field in one.fields:
            if field.unique or (field.type == "reference" and field.name not in UNASKED):
                yield f'CREATE INDEX IF NOT EXISTS "{one.name}_{field.name}" ON "{one.name}" ("{field.name}");'
