"""`manage.py demo` with the desk's own programs, on a folder that begins empty."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psutil
import pytest

from helpdesk.claim import busy
from tests.ground.conftest import Ground

STARTS_WITHIN, ENDS_WITHIN = 180.0, 30.0
NAMES = ("PORT", "SANDBOX_PORT", "SMTP_PORT", "SANDBOX_SMTP_PORT")


@pytest.fixture
def ports() -> dict[str, str]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in NAMES]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return {name: str(probe.getsockname()[1]) for name, probe in zip(NAMES, probes, strict=True)}


class Demo:
    def __init__(self, ground: Ground, ports: dict[str, str]) -> None:
        self.port = int(ports["PORT"])
        self.log = ground.var.parent / "demo.log"
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                ["make", "demo"],
                env=ground.environment(**ports),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def get(self, path: str) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def until_ready(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        pytest.fail(f"not ready: {self.log.read_text()[-3000:]}")

    def until_said(self, words: str) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while words not in self.log.read_text() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)

    def until_silent(self) -> None:
        """What a killed launcher leaves ends a moment later; until then it still answers."""
        until = time.monotonic() + ENDS_WITHIN
        while busy(self.port) and time.monotonic() < until:
            time.sleep(0.05)

    def launcher(self) -> psutil.Process:
        return psutil.Process(self.process.pid).children()[0]

    def end(self, number: signal.Signals) -> float:
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(60)
        return time.monotonic() - began


@pytest.fixture
def start(ground: Ground, ports: dict[str, str]) -> Iterator[Callable[[], Demo]]:
    started: list[Demo] = []

    def one() -> Demo:
        started.append(Demo(ground, ports))
        started[-1].until_ready()
        return started[-1]

    yield one
    for each in started:
        each.process.kill()


def gone(ground: Ground) -> list[str]:
    """What is still there when everything has had its time to end."""
    until = time.monotonic() + ENDS_WITHIN
    while ground.processes() and time.monotonic() < until:
        time.sleep(0.1)
    return [" ".join(process.cmdline()) for process in ground.processes()]


def test_the_demo_serves_and_leaves_nothing_however_it_ends(
    ground: Ground, start: Callable[[], Demo], ports: dict[str, str]
) -> None:
    broken_off = Demo(ground, ports)
    broken_off.until_said("Loading")
    broken_off.end(signal.SIGKILL)  # make alone: the launcher notices and ends the rest
    assert gone(ground) == []

    demo = start()
    assert "broken off: beginning again" in demo.log.read_text()
    assert json.loads(demo.get("/readyz")[1])["checks"] == {"database": "ok", "redis": "ok", "migrations": "ok"}
    totals = {demo.get("/metrics")[1].count(b'view="none"') > 0 for _ in range(8) if demo.get("/no-such-page/")}
    assert totals == {True}  # whichever process answers, it adds up all of them
    assert ground.run("manage.py", "check").returncode == 0
    demo.launcher().kill()  # its programs go with it; the servers wait for the next one
    demo.until_silent()

    demo = start()
    assert demo.end(signal.SIGTERM) < ENDS_WITHIN
    assert gone(ground) == []
