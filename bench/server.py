"""gunicorn as the demo runs it: two workers of four threads unless asked otherwise, on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from helpdesk.processes import BASE_DIR

READY_WITHIN = 60
ONE_PROXY = "1"  # so that each visitor of the form can come from an address of their own


class Server:
    """A running web server: its port and its processes."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def memory(self) -> int:
        """Resident bytes of the biggest worker."""
        return max(worker.memory_info().rss for worker in psutil.Process(self.process.pid).children())

    def share(self) -> int:
        """Bytes of the biggest worker, what the processes hold in common counted once among them."""
        return max(worker.memory_full_info().pss for worker in psutil.Process(self.process.pid).children())


@contextmanager
def running(application: str, *, processes: int = 2) -> Iterator[Server]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", str(BASE_DIR / "gunicorn.conf.py"), "--log-level=error", application],
        cwd=BASE_DIR,
        env={
            **os.environ,
            "PORT": str(port),
            "WEB_CONCURRENCY": str(processes),
            "TRUSTED_PROXIES": ONE_PROXY,
            "LOG_LEVEL": "ERROR",
        },
    )
    try:
        wait_for(port, process)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit(f"The web server did not answer on port {port} within {READY_WITHIN} s.")
