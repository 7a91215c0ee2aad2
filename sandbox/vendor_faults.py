"""Faults of the vendors on demand, around whatever their routes would have answered.

`POST /faults/salesforce {"mode": "503", "times": 2, "match": "PATCH /services/data", "retry_after": 1}`; a list of
them is played in turn. `match` is a regular expression for “METHOD path?query”.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sandbox.web import Find, Request, Response, Route, as_json, problem, redirect

MODES = {
    "401": "the session is not accepted",
    "403-limit": "the limit of requests is reached",
    "429": "too many requests",
    "500": "an error of the vendor's own",
    "503": "not available",
    "lock": "somebody else is changing the record",
    "duplicates": "a duplicate is suspected",
    "validation": "a rule of the organisation refuses it",
    "hang": "no answer at all",
    "drop-before": "the line breaks before anything is done",
    "drop-after": "it is done, then the line breaks",
    "html": "a page instead of JSON, with 200",
    "redirect": "a redirect to somewhere else",
    "truncated": "it is done, and half of the answer arrives",
    "big": "2 MB of something",
    "empty": "200 and nothing",
}
PAGE = b"<!DOCTYPE html><title>Maintenance</title><p>We are down for maintenance.</p>"
FaultBody = Callable[[str], tuple[int, bytes, dict[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`times` counts down, 0 is for ever; `retry_after` goes with 429 and 503, in seconds."""

    mode: str
    times: int = 0
    match: str = ""
    retry_after: int | None = None

    def meets(self, request: Request) -> bool:
        query = urlencode(request.query, doseq=True)
        return bool(re.search(self.match, f"{request.method} {request.path}{'?' + query if query else ''}"))


class Vendor:
    """The switch of one vendor: `paths` are the beginnings of its addresses, `body` words its errors."""

    def __init__(self, name: str, *, paths: Sequence[str], body: FaultBody) -> None:
        self.name, self.paths, self.body = name, tuple(paths), body
        self.lock = threading.Lock()
        self.faults: list[Fault] = []

    def set(self, faults: Sequence[Fault]) -> None:
        with self.lock:
            self.faults = list(faults)

    def take(self, request: Request) -> Fault | None:
        """The fault to play now; counts down."""
        with self.lock:
            for number, fault in enumerate(self.faults):
                if fault.meets(request):
                    if fault.times == 1:
                        del self.faults[number]
                    elif fault.times:
                        self.faults[number] = replace(fault, times=fault.times - 1)
                    return fault
        return None

    def answer(self, request: Request, find: Find) -> tuple[Response, str]:
        """What goes out, and the mode of the fault that was played."""
        fault = self.take(request)
        if fault is None:
            return find(request), ""
        return self.play(fault, request, find), fault.mode

    def play(self, fault: Fault, request: Request, find: Find) -> Response:
        if fault.mode in {"hang", "drop-before"}:
            return Response(body=b"", manner="hang" if fault.mode == "hang" else "silence")
        if fault.mode in {"drop-after", "truncated"}:
            return replace(find(request), manner="silence" if fault.mode == "drop-after" else "cut")
        if fault.mode in PLAIN:
            return PLAIN[fault.mode]
        status, body, headers = self.body(fault.mode)
        if fault.retry_after is not None:
            headers = {**headers, "Retry-After": str(fault.retry_after)}
        return Response(status=status, body=body, content_type="application/json", headers=headers)


PLAIN = {
    "html": Response(body=PAGE),
    "redirect": redirect("/maintenance/"),  # whoever follows gets 200 and a page
    "big": Response(body=b'["' + b"x" * 2_000_000 + b'"]', content_type="application/json"),
    "empty": Response(body=b"", content_type="application/json"),
}


def routes(vendors: Sequence[Vendor]) -> list[Route]:
    found = [Route("GET", r"/maintenance/", lambda _request: PLAIN["html"])]
    for vendor in vendors:
        path = rf"/faults/{vendor.name}"
        found += [Route("GET", path, shown(vendor)), Route("POST", path, changed(vendor))]
    return found


def shown(vendor: Vendor) -> Find:
    return lambda _request: as_json([asdict(fault) for fault in vendor.faults])


def changed(vendor: Vendor) -> Find:
    def change(request: Request) -> Response:
        try:
            asked = json.loads(request.body or b"[]")
            faults = [fault_of(one) for one in (asked if isinstance(asked, list) else [asked])]
        except (ValueError, KeyError, TypeError, AttributeError, re.error):
            return problem(400, 'Send JSON such as {"mode": "503", "times": 1, "match": "PATCH"}, or a list of them.')
        wrong = [fault.mode for fault in faults if fault.mode not in MODES]
        if wrong:
            return problem(400, f"{wrong[0]} is no mode. Take one of {', '.join(MODES)}.")
        vendor.set(faults)
        return as_json([asdict(fault) for fault in faults])

    return change


def fault_of(asked: dict[str, Any]) -> Fault:
    match = str(asked.get("match", ""))
    re.compile(match)
    times, after = int(asked.get("times", 0)), asked.get("retry_after")
    if times < 0:
        message = "times counts down to 0"
        raise ValueError(message)
    return Fault(
        mode=str(asked["mode"]),
        times=times,
        match=match,
        retry_after=None if after is None else int(after),
    )
