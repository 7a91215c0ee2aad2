"""Callers over real HTTP: one who asks again and again, and eight at once."""

from __future__ import annotations

import http.client
import itertools
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

WARM_UP = 16
CLIENTS = 8
SECONDS = 4.0
PATIENCE = 30


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request; `expect` is the status that means it worked."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    expect: int = 200


@dataclass(frozen=True, kw_only=True)
class Times:
    median: float
    p95: float
    bytes: int
    rate: float


Maker = Callable[[int], Call]
_numbers = itertools.count(1)


class Unexpected(Exception):  # noqa: N818 - the run ends with its text
    """The server answered something else."""


class Line:
    """A kept connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def send(self, call: Call) -> int:
        """The bytes of the answer's body."""
        try:
            return self._once(call)
        except (http.client.RemoteDisconnected, ConnectionError):  # it was idle too long
            self.connection.close()
            return self._once(call)

    def _once(self, call: Call) -> int:
        self.connection.request(call.method, call.path, body=call.body or None, headers=dict(call.headers))
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != call.expect:
            raise Unexpected(f"{call.method} {call.path}: {answer.status} {content[:300]!r}")
        return len(content)


def timed(port: int, make: Maker, *, repeat: int) -> Times:
    line = Line(port)
    for _ in range(WARM_UP):
        line.send(make(next(_numbers)))
    taken, size = [], 0
    for _ in range(repeat):
        call = make(next(_numbers))
        began = time.perf_counter()
        size = line.send(call)
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    p95 = taken[int(len(taken) * 0.95)]
    return Times(median=statistics.median(taken), p95=p95, bytes=size, rate=rate(port, make))


def rate(port: int, make: Maker) -> float:
    """Requests a second that eight callers get together."""
    done: list[int] = []
    failed: list[Exception] = []
    stop = time.perf_counter() + SECONDS

    def call() -> None:
        line, count = Line(port), 0
        try:
            while time.perf_counter() < stop:
                line.send(make(next(_numbers)))
                count += 1
        except Exception as error:  # noqa: BLE001 - told by the thread that waits
            failed.append(error)
        done.append(count)

    threads = [threading.Thread(target=call) for _ in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return sum(done) / (time.perf_counter() - began)
