"""Runs queries and hands out their pages; a cursor remembers which rows, and reads each page when it is asked for."""

from __future__ import annotations

import json
import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce import grammar, sql
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.plans import Column, Plan
from sandbox.salesforce.store import Store

KEPT = 40  # cursors; the oldest goes first
Make = Callable[[tuple[Any, ...]], Any]


@dataclass(frozen=True)
class Cursor:
    plan: Plan
    rows: array[int]
    batch: int
    base: str  # /services/data/v62.0


class Cursors:
    """In memory: a restart ends them, as the vendor ends them after some time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[str, Cursor] = OrderedDict()

    def keep(self, name: str, cursor: Cursor) -> None:
        with self.lock:
            self.kept[name] = cursor
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)

    def find(self, name: str) -> Cursor:
        with self.lock:
            if name not in self.kept:
                raise Problem("INVALID_QUERY_LOCATOR", "invalid query locator")
            return self.kept[name]

    def end(self) -> None:
        with self.lock:
            self.kept.clear()


def run(store: Store, cursors: Cursors, text: str, *, deleted: bool, batch: int, base: str) -> dict[str, Any]:
    """The first page, and where the next one is."""
    query = grammar.parse(text)
    plan = sql.plan(query, deleted=deleted, clock=store.clock)
    if query.counted:
        return counted(store, plan)
    found = store.rows(f"SELECT t.rowid FROM {plan.source}{plan.where}{plan.tail}", plan.values)  # noqa: S608 - the plan binds every value
    if not query.paths:
        return {"totalSize": len(found), "done": True, "records": []}
    cursor = Cursor(plan, array("q", (row[0] for row in found)), batch, base)
    name = ""
    if len(found) > batch:
        with store.turn():
            name = store.new_id("01g")
        cursors.keep(name, cursor)
    return page(store, cursor, name=name, start=0)


def more(store: Store, cursors: Cursors, locator: str) -> dict[str, Any]:
    """The page that begins at the number behind the dash."""
    name, _dash, start = locator.partition("-")
    if not start.isdigit():
        raise Problem("INVALID_QUERY_LOCATOR", "invalid query locator")
    return page(store, cursors.find(name), name=name, start=int(start))


def counted(store: Store, plan: Plan) -> dict[str, Any]:
    columns = ", ".join(f'COUNT({one.alias}."{one.field.name}")' for one in plan.columns)
    found = store.rows(f"SELECT {columns} FROM {plan.source}{plan.where}", plan.values)[0]  # noqa: S608 - as above
    record = {"attributes": {"type": "AggregateResult"}, **{f"expr{place}": value for place, value in enumerate(found)}}
    return {"totalSize": 1, "done": True, "records": [record]}


def page(store: Store, cursor: Cursor, *, name: str, start: int) -> dict[str, Any]:
    plan, after = cursor.plan, start + cursor.batch
    names = [f'{column.alias}."{column.field.name}"' for column in plan.columns]
    aliases = ["t", *(alias for alias, _sobject in plan.joins.values())]
    wanted = cursor.rows[start:after]
    selected = ", ".join(["t.rowid", *(f"{alias}.Id" for alias in aliases), *names])
    sql_text = f"SELECT {selected} FROM {plan.source} WHERE t.rowid IN (SELECT value FROM json_each(?))"  # noqa: S608 - as above
    found = {row[0]: row for row in store.rows(sql_text, [json.dumps(wanted.tolist())])}
    make = maker(cursor)
    answer: dict[str, Any] = {"totalSize": len(cursor.rows), "done": after >= len(cursor.rows)}
    if not answer["done"]:
        answer["nextRecordsUrl"] = f"{cursor.base}/query/{name}-{after}"
    return {**answer, "records": [make(found[row]) for row in wanted if row in found]}


def maker(cursor: Cursor) -> Make:
    """Turns a row of the page's SQL into the nested record."""
    plan = cursor.plan
    place = 2 + len(plan.joins)
    return nested(cursor, (), 1, [(column, place + number) for number, column in enumerate(plan.columns)])


def nested(cursor: Cursor, path: tuple[str, ...], identity: int, columns: list[tuple[Column, int]]) -> Make:
    """The record at the end of `path`, whose id stands in the row at `identity`; none when there is no such row."""
    plan, depth = cursor.plan, len(path)
    sobject = plan.joins[path][1] if path else plan.sobject
    prefix = f"{cursor.base}/sobjects/{sobject.name}/"
    places = {one: number + 2 for number, one in enumerate(plan.joins)}
    parts: list[tuple[str, Make]] = []
    for column, place in columns:
        key = column.path[depth]
        if len(column.path) == depth + 1:
            parts.append((key, reader(column.field.type, place, identity, prefix)))
        elif key not in dict(parts):
            below = (*path, key)
            inner = [(one, number) for one, number in columns if one.path[: depth + 1] == below]
            parts.append((key, nested(cursor, below, places[below], inner)))

    def make(row: tuple[Any, ...]) -> dict[str, Any] | None:
        if row[identity] is None:
            return None
        record: dict[str, Any] = {"attributes": {"type": sobject.name, "url": prefix + row[identity]}}
        for key, read in parts:
            record[key] = read(row)
        return record

    return make


def reader(kind: str, place: int, identity: int, prefix: str) -> Make:
    if kind == "boolean":
        return lambda row: bool(row[place])
    if kind == "base64":
        return lambda row: f"{prefix}{row[identity]}/VersionData"
    return lambda row: row[place]
