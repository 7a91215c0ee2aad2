"""vendors.md §7: faults act as they are named, at both vendors; the log keeps no secret; only loopback is answered."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from sandbox import docusign, salesforce, switchboard, web
from sandbox.__main__ import answer
from sandbox.log import Log
from sandbox.vendor_faults import Vendor
from sandbox.web import Request, Response, Route

ASKED = {"salesforce": "/services/data", "docusign": "/restapi/v2.1/accounts"}
Answer = tuple[int, http.client.HTTPMessage, bytes]
SAID: dict[str, dict[str, tuple[int, str]]] = {
    "salesforce": {
        "401": (401, "INVALID_SESSION_ID"),
        "403-limit": (403, "REQUEST_LIMIT_EXCEEDED"),
        "429": (429, "TOO_MANY_REQUESTS"),
        "500": (500, "UNKNOWN_EXCEPTION"),
        "503": (503, "SERVER_UNAVAILABLE"),
        "lock": (400, "UNABLE_TO_LOCK_ROW"),
        "duplicates": (400, "DUPLICATES_DETECTED"),
        "validation": (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION"),
    },
    "docusign": {
        "401": (401, "AUTHORIZATION_INVALID_TOKEN"),
        "403-limit": (429, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED"),
        "429": (429, "BURST_APIINVOCATION_LIMIT_EXCEEDED"),
        "500": (500, "UNSPECIFIED_ERROR"),
        "503": (503, "SERVICE_UNAVAILABLE"),
        "lock": (400, "EDIT_LOCK_ENVELOPE_LOCKED"),
        "duplicates": (400, "INVALID_REQUEST_PARAMETER"),
        "validation": (400, "INVALID_REQUEST_BODY"),
    },
}


@dataclass
class Board:
    """Two vendors whose every address counts and answers, behind their switches."""

    done: list[str] = field(default_factory=list)
    patience: float = 20

    def __post_init__(self) -> None:
        def act(request: Request) -> Response:
            self.done.append(request.path)
            return web.as_json({"access_token": "s3cret", "url": "http://127.0.0.1/sign/once-only"})

        vendors = [
            Vendor("salesforce", paths=("/services/",), body=salesforce.fault_body),
            Vendor("docusign", paths=("/restapi/",), body=docusign.fault_body),
        ]
        log = Log()
        played = [Route(method, f"{path}.*", act) for path in ASKED.values() for method in ("GET", "POST")]
        table = [*switchboard.routes(vendors, log), *played]
        self.server = web.server("127.0.0.1", 0, partial(answer, table=table, vendors=vendors, log=log))
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        data = body if body is None or isinstance(body, str) else json.dumps(body)
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=self.patience)
        ) as line:
            line.request(method, path, body=data, headers=headers)
            got = line.getresponse()
            return got.status, got.headers, got.read()

    def fault(self, vendor: str, mode: str, **more: Any) -> int:
        return self.ask("POST", f"/faults/{vendor}", {"mode": mode, "times": 1, **more})[0]


@pytest.fixture
def board() -> Iterator[Board]:
    board = Board()
    yield board
    board.server.shutdown()
    board.server.server_close()


@pytest.mark.parametrize("vendor", ASKED)
def test_a_fault_is_worded_as_the_vendor_words_it_and_comes_once(board: Board, vendor: str) -> None:
    """F-09"""
    for mode, (status, code) in SAID[vendor].items():
        assert board.fault(vendor, mode, retry_after=7) == 200
        got, headers, body = board.ask("GET", ASKED[vendor])
        assert (got, code in body.decode(), headers["Retry-After"]) == (status, True, "7"), mode
        assert board.ask("GET", ASKED[vendor])[0] == 200
    assert len(board.done) == len(SAID[vendor])


@pytest.mark.parametrize("vendor", ASKED)
def test_lines_break_before_and_after_the_deed(board: Board, vendor: str) -> None:
    """F-09"""
    breaks: dict[str, tuple[type[Exception], int]] = {
        "hang": (TimeoutError, 0),
        "drop-before": (http.client.RemoteDisconnected, 0),
        "drop-after": (http.client.RemoteDisconnected, 1),
        "truncated": (http.client.IncompleteRead, 1),
    }
    for mode, (error, done) in breaks.items():
        board.done.clear()
        board.fault(vendor, mode)
        board.patience = 0.5 if mode == "hang" else 20
        with pytest.raises(error):
            board.ask("POST", ASKED[vendor], {})
        board.patience = 20
        assert len(board.done) == done, mode


@pytest.mark.parametrize("vendor", ASKED)
def test_answers_that_are_none(board: Board, vendor: str) -> None:
    """F-09: whoever follows the redirect gets 200 and a page, as from a maintenance host."""
    for mode, status, size in (("html", 200, 10), ("redirect", 302, 0), ("big", 200, 2_000_000), ("empty", 200, 0)):
        board.fault(vendor, mode)
        got, headers, body = board.ask("GET", ASKED[vendor])
        assert (got, len(body) >= size, board.done) == (status, True, []), mode
        if mode == "redirect":
            assert board.ask("GET", headers["Location"])[0] == 200
    assert board.fault(vendor, "flood") == board.fault(vendor, "503", times=-1) == 400


def test_the_page_sets_and_takes_back(board: Board) -> None:
    form = {"vendor": "docusign", "mode": "503", "times": "2", "match": "GET .*accounts", "retry_after": "1"}
    assert board.ask("POST", "/faults/", urllib.parse.urlencode(form))[0] == 302
    assert "503: not available, 2 more, only GET .*accounts" in board.ask("GET", "/faults/")[2].decode()
    assert [board.ask(method, ASKED["docusign"])[0] for method in ("POST", "GET")] == [200, 503]
    assert board.ask("POST", "/faults/", "vendor=docusign&mode=")[0] == 302
    assert json.loads(board.ask("GET", "/faults/docusign")[2]) == []
    assert board.ask("GET", "/faults")[1]["Location"] == "/faults/"


def test_the_log_keeps_no_secret(board: Board) -> None:
    """Neither what signs in nor an address that signs."""
    form = urllib.parse.urlencode({"assertion": "s3cret", "Password": "s3cret"})
    board.ask("POST", f"{ASKED['salesforce']}?access_token=s3cret", form, Authorization="s3cret")
    board.ask("POST", ASKED["docusign"], {"client_secret": "s3cret", "kept": "shown"})
    for path in ("/requests.json", "/requests/"):
        said = board.ask("GET", path)[2].decode()
        assert ("shown" in said, "s3cret" in said, "once-only" in said) == (True, False, False)


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1:1", 200), ("localhost", 200), ("[::1]:80", 200), ("evil.example", 421)]
)
def test_a_name_that_was_led_here_is_not_answered(board: Board, host: str, status: int) -> None:
    assert board.ask("GET", "/requests.json", Host=host)[0] == status
    assert board.ask("POST", "/requests/clear", Host=host, Origin="http://evil.example")[0] != 302
