"""One demo per folder, on ports that are free: settled before anything starts."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from helpdesk.launcher import LaunchError, die_with, end_leftovers

LONGEST_END = 15.0


def claim(var: Path) -> None:
    """Be the only one here, end what a killed one left, find every port free; or exit with a sentence."""
    try:
        parent = psutil.Process().parent()
        if parent is not None and parent.name() in {"make", "gmake"}:
            die_with(parent.pid)  # kill -9 of make must not leave us running out of sight
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = Claim(var / "demo.lock")
        end_leftovers(var)
        ports = read_ports(os.environ)
    except LaunchError as error:
        sys.exit(str(error))
    os.environ.update({name: str(port) for name, port in ports.items()}, DEMO="1", VAR_DIR=str(var))
    held.write(f"on port {ports['PORT']}, process {os.getpid()}")
    (var / "port").write_text(str(ports["PORT"]))  # for the links that a command beside us writes
    _held.append(held)


def say_ending() -> None:
    """The next one may wait for us."""
    for held in _held:
        held.write(Claim.ENDING)


class Claim:
    """A lock file that says who holds it; the kernel lets go when that process dies."""

    ENDING = "ending"

    def __init__(self, path: Path) -> None:
        self.handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        began = time.monotonic()
        while not self._locked():
            holder = path.read_text()
            if time.monotonic() - began > (LONGEST_END if holder == self.ENDING else 1.5):
                raise LaunchError(f"A demo already runs on {path.parent} ({holder}): end it, or set VAR_DIR and PORT.")
            time.sleep(0.1)

    def _locked(self) -> bool:
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def write(self, words: str) -> None:
        os.ftruncate(self.handle, 0)
        os.pwrite(self.handle, words.encode(), 0)


_held: list[Claim] = []


def read_ports(environment: Mapping[str, str]) -> dict[str, int]:
    """The port for each variable, refused with a sentence when it is none, double or busy."""
    ports: dict[str, int] = {}
    for name, distance in (("PORT", 0), ("SANDBOX_PORT", 1), ("SMTP_PORT", 25), ("SANDBOX_SMTP_PORT", 26)):
        word = environment.get(name) or str(ports.get("PORT", 8000) + distance)
        if not (word.isascii() and word.isdecimal() and 0 < int(word) < 65536):
            raise LaunchError(f"{name} is “{word}”: set it to a number from 1 to 65535.")
        if int(word) in ports.values():
            raise LaunchError(f"{name} is {word}, which another of our ports already has: set it to another number.")
        ports[name] = int(word)
    for name, port in ports.items():
        if busy(port):
            raise LaunchError(f"Port {port} is in use by another program: end that one, or set {name} to a free port.")
    return ports


def busy(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
