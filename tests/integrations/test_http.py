"""What comes over the wire in whatever way is read whole, within its time and measure, or refused (F-08)."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from integrations import calls, http
from integrations.calls import Patience
from integrations.errors import VendorError
from integrations.models import Call, Vendor
from integrations.salesforce import problems

pytestmark = pytest.mark.django_db
BODY = json.dumps({"rows": ["Söhne"] * 40_000}).encode()


class Vendors(BaseHTTPRequestHandler):
    """The path says how the answer goes out; the cookie and the headers of each request are kept."""

    protocol_version = "HTTP/1.1"
    cookies: list[str | None] = []

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        self.cookies.append(self.headers.get("Cookie"))
        body = gzip.compress(BODY) if "gzip" in self.path else BODY
        self.send_response(200)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.send_header("Set-Cookie", "BrowserId=tracks-us; Path=/")
        if "gzip" in self.path:
            self.send_header("Content-Encoding", "gzip")
        if "chunked" in self.path:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for start in range(0, len(body), 9_000):
                part = body[start : start + 9_000]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"" if "cut" in self.path else b"0\r\n\r\n")
            self.close_connection = "cut" in self.path
            return
        self.send_header("Connection" if "close" in self.path else "Content-Length", self.length(body))
        self.end_headers()
        for start in range(0, len(body), 1 if "drip" in self.path else len(body)):
            self.wfile.write(body[start : start + (1 if "drip" in self.path else len(body))])
            time.sleep(0.02 if "drip" in self.path else 0)

    def length(self, body: bytes) -> str:
        return "close" if "close" in self.path else str(len(body))


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendors)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def session(origin: str) -> requests.Session:
    return http.session(Vendor.SALESFORCE, judge=problems.judge, watch=problems.watch, origin=origin)


@pytest.mark.parametrize("how", ["plain", "gzip", "chunked", "chunked-gzip", "close", "close-gzip"])
def test_an_answer_comes_whole_however_it_is_packed(session: requests.Session, how: str) -> None:
    for _ in range(2):
        assert session.get(f"https://login.salesforce.com/{how}").content == BODY
    assert [call.received for call in Call.objects.all()] == [len(BODY)] * 2


@pytest.mark.parametrize("how", ["chunked-cut", "chunked-gzip-cut"])
def test_an_answer_that_breaks_off_is_none(session: requests.Session, how: str) -> None:
    with pytest.raises(VendorError) as caught:
        session.get(f"https://login.salesforce.com/{how}")
    assert (caught.value.kind, caught.value.code) == ("busy", "DROPPED")


def test_a_server_that_drips_is_not_waited_for_for_ever(session: requests.Session) -> None:
    began = time.monotonic()
    with (
        pytest.raises(VendorError) as caught,
        calls.doing("x", patience=Patience(read=5.0, total=0.3), changes=True),
    ):
        session.get("https://login.salesforce.com/drip")
    assert (caught.value.kind, caught.value.code) == ("ambiguous", "TIMEOUT")
    assert time.monotonic() - began < 2


def test_too_much_is_not_taken_into_memory(session: requests.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 100_000)
    with pytest.raises(VendorError):
        session.get("https://login.salesforce.com/gzip")


def test_no_cookie_is_kept_and_no_proxy_of_the_environment_used(
    session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vendors.md §1: trust_env off."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    Vendors.cookies.clear()
    for _ in range(2):
        session.get("https://login.salesforce.com/plain")
    assert Vendors.cookies == [None, None]


def test_what_cannot_be_reached_was_never_sent() -> None:
    """So a write is only late, not uncertain."""
    nobody = http.session(Vendor.SALESFORCE, judge=problems.judge, watch=problems.watch, origin="http://127.0.0.1:9")
    with pytest.raises(VendorError) as caught:
        nobody.patch("https://login.salesforce.com/x", json={})
    assert (caught.value.kind, caught.value.code) == ("busy", "NOT_REACHED")
