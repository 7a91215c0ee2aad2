"""The HTTP side of the sandbox: a table of routes over the standard library's server."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

log = logging.getLogger(__name__)

MAX_BODY = 60 * 1024 * 1024
BODILESS = frozenset({204, 304})
SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-src 'self'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, kw_only=True)
class Request:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    parts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Response:
    """`manner` is how it goes over the wire: whole, cut (half of it, then the end), silence (the end at once), hang."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    manner: str = "whole"


@dataclass(frozen=True)
class Route:
    """`pattern` matches the whole path; its named groups are the request's `parts`."""

    method: str
    pattern: str
    answer: Callable[[Request], Response]


def as_json(value: object, *, status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return Response(body=text.encode(), content_type="application/json", status=status)


def problem(status: int, sentence: str) -> Response:
    return as_json({"status": status, "title": HTTPStatus(status).phrase, "detail": sentence}, status=status)


def redirect(path: str) -> Response:
    return Response(body=b"", status=HTTPStatus.FOUND, headers={"Location": path})


def find(routes: Sequence[Route], request: Request) -> Response:
    """The answer of the first route that matches; 405 where only the method is wrong."""
    method = "GET" if request.method == "HEAD" else request.method
    known_path = False
    for route in routes:
        match = re.fullmatch(route.pattern, request.path)
        if match and route.method == method:
            return route.answer(Request(**{**vars(request), "parts": match.groupdict()}))
        known_path = known_path or match is not None
    if known_path:
        return problem(405, f"{request.path} does not take {request.method}.")
    return problem(404, f"There is nothing at {request.path}.")


Find = Callable[[Request], Response]
FOR_EVER = 3600.0


def astray(request: Request) -> bool:
    """Asked for by a name that is not this machine's: somebody else's page whose name was led here."""
    host = urlsplit(f"//{request.headers.get('host') or 'localhost'}").hostname or ""
    try:
        return host != "localhost" and not ip_address(host).is_loopback
    except ValueError:
        return True


def foreign(request: Request) -> bool:
    """A form on somebody else's page that is sent here by a browser."""
    origin = request.headers.get("origin", "")
    return request.method != "GET" and bool(origin) and urlsplit(origin).netloc != request.headers.get("host", "")


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    disable_nagle_algorithm = True  # head and body are two packets
    wbufsize = -1

    def answer(self) -> None:
        try:
            response = self.answered(self.request_of())
        except Exception:
            log.exception("the sandbox failed at %s", self.path)
            response = problem(500, "The sandbox failed; its log says why.")
        if response.manner == "hang":
            time.sleep(FOR_EVER)
        if response.manner in {"hang", "silence"}:
            self.close_connection = True
            return
        self.deliver(response)

    def answered(self, request: Request) -> Response:
        if astray(request):
            return problem(421, "The sandbox answers to localhost and 127.0.0.1 only.")
        return problem(403, "Sent from another site.") if foreign(request) else self.server.answer_of(request)

    def deliver(self, response: Response) -> None:
        self.send_response(response.status)
        headers = {**SAFE, "Content-Type": response.content_type, **response.headers}
        if response.status not in BODILESS:
            headers["Content-Length"] = str(len(response.body))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if response.manner == "cut":
            self.wfile.write(response.body[: len(response.body) // 2])
            self.close_connection = True
        elif self.command != "HEAD" and response.status not in BODILESS:
            self.wfile.write(response.body)

    def request_of(self) -> Request:
        address = urlsplit(self.path)
        length = min(int(self.headers.get("Content-Length") or 0), MAX_BODY)
        return Request(
            method=self.command,
            path=address.path,
            query=parse_qs(address.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
        )

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the library's names

    def log_message(self, *_args: object) -> None:
        """Quiet: the desk's own log has the other end."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], answer_of: Find) -> None:
        self.answer_of = answer_of
        super().__init__(address, Handler)


def server(host: str, port: int, answer_of: Find) -> Server:
    return Server((host, port), answer_of)
