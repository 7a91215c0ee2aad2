"""`/services/data/…`: whom the session belongs to, the daily limit, and which resource answers."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from sandbox.salesforce import composite, describing, querying, resources
from sandbox.salesforce.errors import FAULTS, Problem
from sandbox.salesforce.oauth import Door
from sandbox.salesforce.querying import Cursors
from sandbox.salesforce.records import Records
from sandbox.salesforce.resources import NOTHING_HERE, Call, answer
from sandbox.salesforce.settings import PAGE, Settings
from sandbox.salesforce.store import Store
from sandbox.web import Request, Response

ROOT = "/services/data"
VERSIONS = range(31, 66)
MAX_URI = 16_384
SMALLEST_BATCH = 200
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


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
            ("GET", "", resources.index),
            ("GET", "/limits", lambda _call: self.limits()),
            ("GET", "/query", lambda call: self.query(call, deleted=False)),
            ("GET", "/queryAll", lambda call: self.query(call, deleted=True)),
            ("GET", r"/query(?:All)?/(?P<locator>[\w-]+)", self.more),
            ("GET", "/sobjects", lambda call: answer(describing.everything(call.base))),
            ("GET", f"/sobjects/{sobject}", lambda call: answer(describing.basic(call.sobject(), call.base))),
            ("GET", f"/sobjects/{sobject}/describe", lambda call: answer(describing.whole(call.sobject(), call.base))),
            ("POST", f"/sobjects/{sobject}", resources.create),
            ("GET", row + "/VersionData", resources.download),
            ("GET", row, resources.get),
            ("PATCH", row, resources.update),
            ("DELETE", row, resources.delete),
            ("GET", rf"/sobjects/{sobject}/(?P<field>\w+)/(?P<value>.+)", resources.get_by_key),
            ("PATCH", rf"/sobjects/{sobject}/(?P<field>\w+)/(?P<value>.+)", resources.upsert),
            ("PATCH", "/composite/sobjects", lambda call: answer(composite.update(call.records, call.json()))),
            ("POST", "/chatter/feed-elements", resources.post),
            ("GET", f"/chatter/feed-elements/{identity}", resources.element),
            ("POST", f"/chatter/feed-elements/{identity}/capabilities/comments/items", resources.comment),
            ("DELETE", f"/chatter/feed-elements/{identity}", resources.remove_post),
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
