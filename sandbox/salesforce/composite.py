"""`composite/sobjects`: up to 200 rows in one request, each with a result of its own."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce import ids, objects
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.records import Records
from sandbox.salesforce.schema import SObject

MAX_ROWS = 200
MAX_CHUNKS = 10
Result = dict[str, Any]


def update(records: Records, body: dict[str, Any]) -> list[Result]:
    """In the order of the rows; with allOrNone one bad row undoes all."""
    rows = body.get("records")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Problem("JSON_PARSER_ERROR", "The body must have a list of records.")
    if len(rows) > MAX_ROWS:
        message = "record limit reached. cannot submit more than 200 records into this call"
        raise Problem("EXCEEDED_ID_LIMIT", message)
    if chunks(rows) > MAX_CHUNKS:
        raise Problem("INVALID_INPUT", "The records of more than 10 chunks of object types cannot be updated at once.")
    try:
        return together(records, rows, all_or_none=body.get("allOrNone") is True)
    except Undone as undone:
        return [rolled_back(one) if one["success"] else one for one in undone.results]


def together(records: Records, rows: list[dict[str, Any]], *, all_or_none: bool) -> list[Result]:
    with records.store.turn():
        results = [changed(records, row) for row in rows]
        if all_or_none and not all(one["success"] for one in results):
            raise Undone(results)
        return results


class Undone(Exception):  # noqa: N818 - carries the answer out of the transaction
    def __init__(self, results: list[Result]) -> None:
        super().__init__("all or none")
        self.results = results


def chunks(rows: list[dict[str, Any]]) -> int:
    kinds = [str((row.get("attributes") or {}).get("type")) for row in rows]
    return sum(1 for place, kind in enumerate(kinds) if place == 0 or kind != kinds[place - 1])


def changed(records: Records, row: dict[str, Any]) -> Result:
    try:
        sobject, identity = named(row)
        given = {name: value for name, value in row.items() if name.lower() not in {"id", "attributes"}}
        records.update(sobject, identity, given)
    except Problem as problem:
        code = "INVALID_CROSS_REFERENCE_KEY" if problem.code == "NOT_FOUND" else problem.code
        words = "invalid cross reference id" if problem.code == "NOT_FOUND" else problem.message
        return {"success": False, "errors": [Problem(code, words, fields=problem.fields).of_row()]}
    return {"id": identity, "success": True, "errors": []}


def named(row: dict[str, Any]) -> tuple[SObject, str]:
    """The object and the id that a record says it is."""
    sobject = objects.find(str((row.get("attributes") or {}).get("type")))
    if sobject is None:
        raise Problem("INVALID_TYPE", "The type of the record is not known.")
    identity = ids.full(str(row.get("id") or row.get("Id") or ""))
    if identity[:3] != sobject.prefix:
        raise Problem("MALFORMED_ID", f"{sobject.label} ID: id value of incorrect type: {row.get('id')}")
    return sobject, identity


def rolled_back(_result: Result) -> Result:
    words = "Record rolled back because not all records were valid and the request was using AllOrNone header"
    return {"success": False, "errors": [Problem("ALL_OR_NONE_OPERATION_ROLLED_BACK", words).of_row()]}
