"""The launcher's promises, with small programs in place of the desk's."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from helpdesk import launcher as launching
from helpdesk.launcher import Launcher, LaunchError, end_leftovers
from helpdesk.processes import Program

STAYS = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
WARNS = "import time; print('INFO all is well\\nWARNING: look at this', flush=True); time.sleep(60)"


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def made(folder: Path, *codes: str) -> tuple[Launcher, list[str]]:
    said: list[str] = []
    programs = [Program(name=f"p{number}", arguments=("-c", code)) for number, code in enumerate(codes)]
    return Launcher(programs, folder=folder, environment=os.environ, say=said.append), said


def after(seconds: float) -> Iterator[bool]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield False
    yield True


def test_a_program_that_dies_is_started_again_and_said(tmp_path: Path) -> None:
    launcher, said = made(tmp_path, STAYS)
    launcher.start()
    first = launcher.children[0].process
    assert first
    first.kill()
    rounds = after(1.0)
    launcher.watch(until=lambda: next(rounds))
    second = launcher.children[0].process
    launcher.end()
    assert said == [f"p0 ended (exit code -9) and is started again; its log is {tmp_path / 'log' / 'p0.log'}."]
    assert second
    assert second.pid != first.pid
    assert not psutil.pid_exists(second.pid)


def test_one_that_keeps_dying_ends_the_whole(tmp_path: Path) -> None:
    launcher, _said = made(tmp_path, "raise SystemExit(3)", STAYS)
    launcher.start()
    with pytest.raises(LaunchError, match=r"p0 keeps ending \(exit code 3\): read"):
        launcher.watch(until=lambda: False)
    launcher.end()
    assert not any(child.running for child in launcher.children)


def test_warnings_are_repeated_and_the_rest_stays_in_the_log(tmp_path: Path) -> None:
    launcher, said = made(tmp_path, WARNS)
    launcher.start()
    rounds = after(1.0)
    launcher.watch(until=lambda: next(rounds) or bool(said))
    launcher.end()
    assert said == ["p0: WARNING: look at this"]
    assert "all is well" in (tmp_path / "log" / "p0.log").read_text()


def test_one_that_does_not_listen_is_killed_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launching, "PATIENCE", 0.5)
    launcher, _said = made(tmp_path, DEAF)
    launcher.start()
    rounds = after(3.0)
    launcher.watch(until=lambda: next(rounds) or "deaf" in launcher.children[0].log.read_text())
    began = time.monotonic()
    launcher.end()
    assert time.monotonic() - began < 20
    assert not launcher.children[0].running


def test_a_signal_ends_the_watch(tmp_path: Path) -> None:
    launcher, _said = made(tmp_path, STAYS)
    launcher.start()
    os.kill(os.getpid(), signal.SIGTERM)
    launcher.watch(until=lambda: False)
    launcher.end()
    assert launcher.asked_to_end == 1


def test_what_a_killed_launcher_left_is_ended_and_nobody_else(tmp_path: Path) -> None:
    launcher, _said = made(tmp_path, STAYS, STAYS)
    launcher.start()
    left, other = (child.process for child in launcher.children)
    assert left
    assert other
    born = psutil.Process(left.pid).create_time()
    launcher.note.write_text(f"[[{left.pid}, {born}], [{other.pid}, {born - 100}]]")
    end_leftovers(tmp_path)
    assert left.poll() is not None
    assert other.poll() is None
    launcher.end()
