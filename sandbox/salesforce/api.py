"""`/services/data/…`: whom the session belongs to, the daily limit, and which resource answers."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

from sandbox.salesforce import chatter, composite, describing, files, objects, querying, records
from sandbox.salesforce.errors import FAULTS, Problem
from sandbox.salesforce.oauth import Door
from sandbox.salesforce.querying import Cursors
from sandbox.salesforce.records import Records, Several
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.settings import PAGE, Settings
from sandbox.salesforce.store import Store
from sandbox.web import Request, Response

ROOT = "/services/data"
VERSIONS = range(31, 66)
MAX_URI = 16_384
SMALLEST_BATCH = 200
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
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


@dataclass(kw_only=True)
class Api:
    store: Store
    settings: Settings
    door: Door
    cursors: Cursors = field(default_factory=Cursors)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        identity, sobject = r"(?P<id>[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?)", r"(?P<sobject>\w+)"
        row = f"/sobjects/{sobject}/{identity}"
        self.table: list[tuple[str, str, Callable[[Call], Response]]] = [
            ("GET", "", resources),
            ("GET", "/limits", lambda _call: self.limits()),
            ("GET", "/query", lambda call: self.query(call, deleted=False)),
            ("GET", "/queryAll", lambda call: self.query(call, deleted=True)),
            ("GET", r"/query(?:All)?/(?P<locator>[\w-]+)", self.more),
            ("GET", "/sobjects", lambda call: answer(describing.everything(call.base))),
            ("GET", f"/sobjects/{sobject}", lambda call: answer(describing.basic(call.sobject(), call.base))),
            ("GET", f"/sobjects/{sobject}/describe", lambda call: answer(describing.whole(call.sobject(), call.base))),
            ("POST", f"/sobjects/{sobject}", create),
            ("GET", row + "/VersionData", download),
            ("GET", row, get),
            ("PATCH", row, update),
            ("DELETE", row, delete),
            ("GET", rf"/sobjects/{sobject}/(?P<field>\w+)/(?P<value>.+)", get_by_key),
            ("PATCH", rf"/sobjects/{sobject}/(?P<field>\w+)/(?P<value>.+)", upsert),
            ("PATCH", "/composite/sobjects", lambda call: answer(composite.update(call.records, call.json()))),
            ("POST", "/chatter/feed-elements", post),
            ("GET", f"/chatter/feed-elements/{identity}", element),
        ]

    def answer(self, request: Request) -> Response:
        """Whatever is wrong is said in the vendor's shape, with the header that tells of the limit."""
        try:
            response = self.answered(request)
        except Problem as problem:
            response = answer(problem.body(), status=problem.status)
        limit = f"api-usage={self.settings.limit_used}/{self.settings.limit_max}"
        return Response(**{**vars(response), "headers": {**response.headers, "Sforce-Limit-Info": limit}})

    def answered(self, request: Request) -> Response:
        if len(uri(request)) > MAX_URI:
            raise Problem("URI_TOO_LONG", "The URI is too long: 16384 bytes at most.", status=414)
        version, path = versioned(request.path)
        user = self.door.session(request)
        self.count()
        allowed = []
        for method, pattern, act in self.table:
            match = re.fullmatch(pattern + "/?", path)
            if match and method == ("GET" if request.method == "HEAD" else request.method):
                made = Records(store=self.store, settings=self.settings, user=user)
                base = f"{ROOT}/v{version}.0"
                return act(Call(request=request, records=made, base=base, parts=match.groupdict()))
            allowed += [method] if match else []
        if allowed:
            message = f"HTTP Method '{request.method}' not allowed. Allowed are {','.join(sorted(set(allowed)))}"
            raise Problem("METHOD_NOT_ALLOWED", message, status=405)
        raise NOTHING_HERE

    def count(self) -> None:
        with self.lock:
            if self.settings.limit_used >= self.settings.limit_max:
                raise FAULTS["403-limit"]
            self.settings.limit_used += 1

    def limits(self) -> Response:
        used, most = self.settings.limit_used, self.settings.limit_max
        storage = {"Max": 10240, "Remaining": 9100}
        daily = {"Max": most, "Remaining": max(most - used, 0)}
        return answer({"DailyApiRequests": daily, "DataStorageMB": storage, "FileStorageMB": storage})

    def query(self, call: Call, *, deleted: bool) -> Response:
        text = call.request.query.get("q", [""])[0]
        if not text.strip():
            raise Problem("MALFORMED_QUERY", "A query string has to be specified")
        batch = self.batch(call.request)
        return answer(querying.run(self.store, self.cursors, text, deleted=deleted, batch=batch, base=call.base))

    def batch(self, request: Request) -> int:
        """What the header asks for, between 200 and 2,000; a page size set for a test goes before."""
        asked = re.search(r"batchSize\s*=\s*(\d+)", request.headers.get("sforce-query-options", ""), re.IGNORECASE)
        if self.settings.page_size != PAGE or not asked:
            return max(self.settings.page_size, 1)
        return min(max(int(asked.group(1)), SMALLEST_BATCH), PAGE)

    def more(self, call: Call) -> Response:
        return answer(querying.more(self.store, self.cursors, call.parts["locator"]))


def answer(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body=body, content_type=JSON, status=status, headers=dict(headers or {}))


def versions(_request: Request) -> Response:
    """Open to everybody."""
    listed = [{"label": f"Release {one}", "url": f"{ROOT}/v{one}.0", "version": f"{one}.0"} for one in VERSIONS]
    return answer(listed)


def versioned(path: str) -> tuple[int, str]:
    """The version's number and the rest of the path."""
    match = re.fullmatch(rf"{ROOT}/v(\d+)\.0(/.*)?", path)
    if not match or int(match.group(1)) not in VERSIONS:
        raise NOTHING_HERE
    return int(match.group(1)), (match.group(2) or "").rstrip("/")


def uri(request: Request) -> str:
    return f"{request.path}?{urlencode(request.query, doseq=True)}"


def resources(call: Call) -> Response:
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


def element(call: Call) -> Response:
    row = call.records.get(objects.FEED_ITEM, call.parts["id"])
    return answer(chatter.shown(call.records.store, row, base=call.base))
