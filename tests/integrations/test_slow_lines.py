"""A line that takes a file slowly is no line that hangs."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from integrations import calls, http
from integrations.models import Vendor

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
SIZE = 12_000_000


def drink(listening: socket.socket) -> None:
    """Takes a request in sips, for seconds, and answers when it has all of it."""
    line, _address = listening.accept()
    with line:
        taken = 0
        while taken < SIZE:
            taken += len(line.recv(600_000))
            time.sleep(0.05)
        line.sendall(ANSWER)


@pytest.fixture
def slow_line() -> Iterator[str]:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 18)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=drink, args=[listening], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(10)


@pytest.mark.django_db
def test_the_time_to_connect_is_not_the_time_to_send_a_file(slow_line: str) -> None:
    """F-08: each piece has its time, the whole file needs longer."""
    session = http.session(Vendor.SALESFORCE, judge=lambda _response: None, watch=lambda *_told: None, origin=slow_line)
    patience = calls.Patience(connect=0.5, read=5, total=10)
    with calls.doing("upload", patience=patience, changes=True):
        answer = session.post("https://example.my.salesforce.com/upload", data=b"x" * SIZE, timeout=None)
    assert answer.json() == {}
