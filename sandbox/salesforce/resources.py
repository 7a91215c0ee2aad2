"""What stands at the addresses below /services/data/vXX.0, one function each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sandbox.salesforce import chatter, files, objects, records
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.records import Records, Several
from sandbox.salesforce.schema import Field, SObject
from sandbox.web import Request, Response

JSON = "application/json;charset=UTF-8"
NOTHING_HERE = Problem("NOT_FOUND", "The requested resource does not exist", status=404)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request of somebody who may: `base` is /services/data/v62.0, `parts` what its path names."""

    request: Request
    records: Records
    base: str
    parts: Mapping[str, str]

    def json(self) -> dict[str, Any]:
        try:
            found = json.loads(self.request.body or b"{}")
        except ValueError as problem:
            raise Problem("JSON_PARSER_ERROR", f"The body is not JSON: {problem}") from problem
        if not isinstance(found, dict):
            raise Problem("JSON_PARSER_ERROR", "The body must be a JSON object.")
        return found

    def sobject(self) -> SObject:
        found = objects.find(self.parts["sobject"])
        if found is None:
            raise NOTHING_HERE
        return found


def index(call: Call) -> Response:
    names = ("sobjects", "query", "queryAll", "limits", "composite", "chatter")
    return answer({name: f"{call.base}/{name}" for name in names})


def create(call: Call) -> Response:
    sobject = call.sobject()
    if sobject is objects.CONTENT_VERSION:
        identity = files.upload(call.records, *files.sent(call.request))
    elif sobject is objects.CONTENT_DOCUMENT_LINK:
        identity = files.link(call.records, call.json())
    else:
        identity = call.records.create(sobject, call.json())
    location = {"Location": f"{call.base}/sobjects/{sobject.name}/{identity}"}
    return answer({"id": identity, "success": True, "errors": []}, status=201, headers=location)


def get(call: Call) -> Response:
    sobject = call.sobject()
    row = call.records.get(sobject, call.parts["id"])
    asked = call.request.query.get("fields", [""])[0]
    wanted = [field_of(sobject, name).name for name in asked.split(",")] if asked else None
    shown = records.shown(sobject, row, base=call.base, wanted=wanted)
    return answer(shown, headers=records.versioned(sobject, row))


def update(call: Call) -> Response:
    sobject = call.sobject()
    with call.records.store.turn():
        records.guard(call.records.get(sobject, call.parts["id"]), call.request.headers)
        call.records.update(sobject, call.parts["id"], call.json())
    return Response(body=b"", content_type=JSON, status=204)


def delete(call: Call) -> Response:
    call.records.delete(call.sobject(), call.parts["id"])
    return Response(body=b"", content_type=JSON, status=204)


def get_by_key(call: Call) -> Response:
    sobject = call.sobject()
    try:
        row = call.records.by_external(sobject, key_of(sobject, call.parts["field"]), unquote(call.parts["value"]))
    except Several as several:
        return choices(call, sobject, several)
    if row is None:
        raise NOTHING_HERE
    return answer(records.shown(sobject, row, base=call.base), headers=records.versioned(sobject, row))


def upsert(call: Call) -> Response:
    sobject = call.sobject()
    field, value = key_of(sobject, call.parts["field"]), unquote(call.parts["value"])
    given = call.json()
    if any(name.lower() == field.name.lower() for name in given):
        message = f"The {field.name} field should not be specified in the sobject data."
        raise Problem("INVALID_FIELD", message)
    try:
        identity, created = call.records.upsert(sobject, field, value, given)
    except Several as several:
        return choices(call, sobject, several)
    result = {"id": identity, "success": True, "errors": [], "created": created}
    return answer(result, status=201 if created else 200)


def choices(call: Call, sobject: SObject, several: Several) -> Response:
    return answer([f"{call.base}/sobjects/{sobject.name}/{one}" for one in several.found], status=300)


def key_of(sobject: SObject, name: str) -> Field:
    found = sobject.field(name)
    if found is None or not found.external:
        message = f"Provided external ID field does not exist or is not accessible: {name}"
        raise Problem("NOT_FOUND", message, status=404)
    return found


def field_of(sobject: SObject, name: str) -> Field:
    found = sobject.field(name.strip())
    if found is None:
        raise Problem("INVALID_FIELD", f"No such column '{name.strip()}' on sobject of type {sobject.name}")
    return found


def download(call: Call) -> Response:
    if call.sobject() is not objects.CONTENT_VERSION:
        raise NOTHING_HERE
    row = call.records.get(objects.CONTENT_VERSION, call.parts["id"])
    return Response(body=files.content(call.records.store, row["Id"]), content_type="application/octet-stream")


def post(call: Call) -> Response:
    return answer(chatter.post(call.records, call.json(), base=call.base), status=201)


def comment(call: Call) -> Response:
    return answer(chatter.comment(call.records, call.parts["id"], call.json(), base=call.base), status=201)


def element(call: Call) -> Response:
    row = call.records.get(objects.FEED_ITEM, call.parts["id"])
    return answer(chatter.shown(call.records.store, row, base=call.base))


def remove_post(call: Call) -> Response:
    call.records.delete(objects.FEED_ITEM, call.parts["id"])
    return Response(body=b"", content_type=JSON, status=204)


def answer(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body=body, content_type=JSON, status=status, headers=dict(headers or {}))
