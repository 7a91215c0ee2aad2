"""The keeper's side: one child for this process, started when it is needed, watched, ended, replaced."""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, TypeVarTuple

from django.utils.translation import gettext as _

from documents.cage import parcels, walls, wire
from documents.cage.inside import OUT_OF_MEMORY

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Values = TypeVarTuple("Values")

ROOT: Final = Path(__file__).resolve().parents[2]
CPU_SECONDS: Final = 10
WALL_SECONDS: Final = 25.0
START_SECONDS: Final = 30.0
MEGABYTES: Final = walls.MEMORY // 1024 // 1024
KEPT_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class Escaped(Exception):  # noqa: N818 - what happened, in a word
    """A task ran out of what the cage gives it; the text is a sentence for people."""


class Died(Escaped):
    """The process of the cage ended and no limit of ours says why: asking once more may help."""


class Failed(Exception):  # noqa: N818
    """The task raised; the text is its traceback."""


class Unavailable(OSError):  # noqa: N818
    """The cage could not be started; nothing is wrong with the task."""


def allow(task: Callable[..., Any], *, megabytes: int = MEGABYTES, times: int = 1) -> None:
    """Registered once, in `apps.py`: only these functions run in the cage, and none in more memory than it is given.

    `times` as long may one run that reads large files by design, in computing and by the clock.
    """
    allowed.setdefault(name_of(task), megabytes)
    longer.setdefault(name_of(task), times)


def run(task: Callable[[*Values], Result], *values: *Values) -> Result:
    """The task's result, computed in the cage; raises `Escaped`, `Failed` or `Unavailable`."""
    name = name_of(task)
    if name not in allowed:
        raise LookupError(f"{name} is not a task of the cage.")
    arguments, result = parcels.signature(task)
    blobs: list[bytes] = []
    times = longer.get(name, 1)
    limits = {"cpu_seconds": CPU_SECONDS * times, "megabytes": allowed[name]}
    message = {"task": name, **limits, "values": arguments.pack(values, blobs)}
    with here.lock:
        answer, parts = here.ready().ask(message, blobs, seconds=WALL_SECONDS * times)
    if answer.get("too_deep"):
        raise Escaped(_("It is nested too deeply to be read."))
    if "raised" in answer:
        raise Failed(str(answer["raised"]))
    unpacked: Result = result.unpack(answer["value"], parts)
    return unpacked


def close() -> None:
    """Ends the child of this process, if there is one."""
    with here.lock:
        here.end()


def name_of(task: Callable[..., Any]) -> str:
    return f"{task.__module__}:{task.__qualname__}"


class Child:
    """One running process of the cage."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command(),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env=environment(),
            )
        self.connection, self.stream = ours, ours.makefile("rb")
        self.started = False
        self.megabytes, self.cpu_seconds = MEGABYTES, CPU_SECONDS  # of the task it has

    def ask(self, message: dict[str, Any], blobs: list[bytes], *, seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        """Whatever goes wrong on the way, this child is not asked again."""
        try:
            self.wait_until_started()
            answer, parts = self.exchange(message, blobs, seconds=seconds)
        except BaseException:
            here.end()
            raise
        if answer["last"]:
            here.end()
        return answer, parts

    def wait_until_started(self) -> None:
        if self.started:
            return
        self.connection.settimeout(START_SECONDS)
        try:
            answer, _parts = wire.receive(self.stream)
        except (EOFError, OSError, ValueError) as problem:
            raise Unavailable(f"The cage did not start: {problem!r}") from problem
        if "broken" in answer:
            raise Unavailable(str(answer["broken"]))
        if not answer["filtered"]:
            log.warning("the cage runs without a filter of system calls: this kernel or processor has none we know")
        self.started = True

    def exchange(
        self, message: dict[str, Any], blobs: list[bytes], *, seconds: float
    ) -> tuple[dict[str, Any], list[bytes]]:
        deadline = time.monotonic() + seconds
        self.megabytes, self.cpu_seconds = message["megabytes"], message["cpu_seconds"]
        self.connection.settimeout(seconds)
        try:
            wire.send(self.connection, message, blobs)
            self.connection.settimeout(max(0.001, deadline - time.monotonic()))
            return wire.receive(self.stream)
        except TimeoutError:
            raise Escaped(_("Reading it took longer than %d seconds.") % seconds) from None
        except (EOFError, ConnectionError, ValueError):
            raise self.why_it_ended() from None

    def why_it_ended(self) -> Escaped:
        self.end(grace=1.0)
        status = self.process.returncode
        if status == -signal.SIGXCPU:
            return Escaped(_("Reading it took more than %d seconds of computing.") % self.cpu_seconds)
        if status == OUT_OF_MEMORY:
            return Escaped(_("Reading it needed more than %d MB of memory.") % self.megabytes)
        return Died(_("Reading it stopped the process that read it (status %d).") % status)

    def end(self, *, grace: float = 0.0) -> None:
        """Nobody waits for a child that is not asked any more; it leaves no zombie and no open file."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(grace)
        self.process.kill()
        self.process.wait()
        self.abandon()

    def abandon(self) -> None:
        """Closes our side only: in a fork, the child belongs to the process before it."""
        self.stream.close()
        self.connection.close()


def command() -> list[str]:
    """The signal of the parent's death follows the thread that started the child: only the main one lives as long."""
    with_keeper = "1" if threading.current_thread() is threading.main_thread() else "0"
    return [sys.executable, "-m", "documents.cage.inside", str(os.getpid()), with_keeper, *allowed]


def environment() -> dict[str, str]:
    """No secret and no address of ours."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    paths = [str(ROOT), *(path for path in sys.path if path)]
    return {**kept, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class Here:
    """The child of this process and whose turn it is."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.child: Child | None = None

    def ready(self) -> Child:
        if self.child is not None and self.child.process.poll() is not None:
            self.end()
        if self.child is None:
            self.child = Child()
        return self.child

    def end(self) -> None:
        child, self.child = self.child, None
        if child is not None:
            child.end()

    def forget(self) -> None:
        """After a fork: the child is the parent's, its lock may be held by a thread that is not here."""
        child, self.child, self.lock = self.child, None, threading.Lock()
        if child is not None:
            child.process.returncode = 0  # not ours to wait for
            child.abandon()


allowed: dict[str, int] = {}  # megabytes each
longer: dict[str, int] = {}  # how many times as long each may run
here = Here()
os.register_at_fork(after_in_child=here.forget)
atexit.register(close)
