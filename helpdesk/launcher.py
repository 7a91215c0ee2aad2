"""Starts a set of programs, watches them, and leaves none behind, however it is ended itself."""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO

import psutil

from helpdesk.processes import Program

PATIENCE = 7.5  # seconds a program has to end by itself; the whole must be gone within ten
RESTARTS, RESTART_WINDOW = 5, 60.0
LARGEST_LOG = 10_000_000
WORTH_SHOWING = re.compile(r"(?<!%)\b(WARNING|ERROR|CRITICAL)\b")
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None

Say = Callable[[str], object]


class LaunchError(Exception):
    """Nothing was started, or all was ended again; the text says why and what to do."""


class Child:
    """One program with its log; its warnings are repeated on the launcher's output."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program, self.log = program, log
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        self.output: IO[bytes] = log.open("ab")
        self.reading: IO[bytes] = log.open("rb")
        self.reading.seek(0, os.SEEK_END)
        self.begins: deque[float] = deque(maxlen=RESTARTS)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, environment: Mapping[str, str]) -> None:
        self.send(signal.SIGKILL)  # what the last one left in its group, where there was one
        self.begins.append(time.monotonic())
        self.process = subprocess.Popen(  # noqa: S603  our own table of programs
            self.program.command,
            env={**environment, **self.program.environment},
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509  only the main thread starts programs
        )

    @property
    def ended(self) -> int | None:
        return self.process.poll() if self.process else None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def too_often(self) -> bool:
        return len(self.begins) == RESTARTS and time.monotonic() - self.begins[0] < RESTART_WINDOW

    def news(self) -> list[str]:
        lines = self.reading.read().decode(errors="replace").splitlines()
        return [f"{self.program.name}: {line}" for line in lines if WORTH_SHOWING.search(line)]

    def send(self, number: signal.Signals) -> None:
        """To the program, which tells its own; SIGKILL to the whole group."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number) if number == signal.SIGKILL else self.process.send_signal(number)


class Launcher:
    def __init__(self, programs: Sequence[Program], *, folder: Path, environment: Mapping[str, str], say: Say) -> None:
        self.environment, self.note, self.say = environment, folder / "processes.json", say
        (folder / "log").mkdir(exist_ok=True)
        self.children = [Child(program, folder / "log" / f"{program.name}.log") for program in programs]
        self.asked_to_end = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup keeps its meaning
                signal.signal(number, self._asked)

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_end += 1

    def start(self) -> None:
        for child in self.children:
            child.start(self.environment)
        self._note()

    def watch(self, until: Callable[[], bool], *, each_round: Callable[[], object] = lambda: None) -> None:
        """Until then, or until asked to end; a program that ends by itself is started again, a few times."""
        while not (self.asked_to_end or until()):
            each_round()
            for child in self.children:
                for line in child.news():
                    self.say(line)
                if child.ended is not None:
                    self._again(child)
            time.sleep(0.2)

    def _again(self, child: Child) -> None:
        name, code = child.program.name, child.ended
        if child.too_often:
            raise LaunchError(f"{name} keeps ending (exit code {code}): read {child.log}.")
        self.say(f"{name} ended (exit code {code}) and is started again; its log is {child.log}.")
        child.start(self.environment)
        self._note()

    def end(self) -> None:
        """Ask all at once, then insist; a second signal insists at once."""
        asked, until = self.asked_to_end, time.monotonic() + PATIENCE
        for child in self.children:
            child.send(signal.SIGTERM)
        while any(child.running for child in self.children) and time.monotonic() < until and self.asked_to_end == asked:
            time.sleep(0.05)
        for child in self.children:
            child.send(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
        self.note.unlink(missing_ok=True)

    def _note(self) -> None:
        """Write down who runs, for the launcher after one that was killed."""
        numbers = [child.process.pid for child in self.children if child.process]
        self.note.write_text(json.dumps([(number, _born(number)) for number in numbers]))


def end_leftovers(folder: Path) -> None:
    """End what a killed launcher left; a number that has meanwhile gone to another process is left alone."""
    with suppress(OSError, ValueError):
        noted = json.loads((folder / "processes.json").read_text())
        left = [psutil.Process(number) for number, born in noted if born and _born(number) == born]
        family = [process for each in left for process in [each, *each.children(recursive=True)]]
        for process in left:
            with suppress(psutil.Error):
                process.terminate()
        _gone, alive = psutil.wait_procs(family, timeout=PATIENCE)
        for process in alive:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(alive, timeout=2)


def die_with(parent: int) -> None:
    """The kernel ends this process when its parent is gone, even by kill -9 (Linux; elsewhere the next start does)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went in between
            os.kill(os.getpid(), signal.SIGTERM)


def _born(number: int) -> float | None:
    with suppress(psutil.Error):
        process = psutil.Process(number)
        return process.create_time() if process.status() != psutil.STATUS_ZOMBIE else None
    return None
