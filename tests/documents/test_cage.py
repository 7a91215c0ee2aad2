"""The cage: its limits bite, what happens in it stays in it, the next task works."""

from __future__ import annotations

import errno
import gc
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from documents import cage
from documents.cage import keeping, parcels
from tests.documents import cage_tasks as tasks

ALL = [one for one in vars(tasks).values() if callable(one) and getattr(one, "__module__", "") == tasks.__name__]


@pytest.fixture(autouse=True)
def _allowed() -> Iterator[None]:
    before = dict(keeping.allowed)
    for task in ALL:
        if not isinstance(task, type):
            cage.allow(task)
    yield
    keeping.allowed.clear()
    keeping.allowed.update(before)


def child_pid() -> int:
    return cage.run(tasks.pid)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(true: Callable[[], bool], *, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_everything_a_result_is_made_of_comes_back_as_it_was() -> None:
    """M-02: data, never code."""
    assert cage.run(tasks.everything, "words ü 📦") == tasks.everything("words ü 📦")
    assert cage.run(tasks.echo, b"") == b""
    long = os.urandom(3_000_000)
    assert cage.run(tasks.echo, long) == long


def test_what_has_no_clear_type_does_not_leave() -> None:
    with pytest.raises(TypeError):
        parcels.codec(object)
    with pytest.raises(TypeError):
        parcels.codec(int | str)


@pytest.mark.parametrize("value", [1, None, ["x"], {"x": 1}])
def test_a_value_of_another_type_is_refused(value: Any) -> None:
    """M-02: a child that was taken over cannot hand us what we do not expect."""
    with pytest.raises(parcels.Mismatch):
        parcels.codec(str).unpack(value, [])


def test_only_allowed_functions_run() -> None:
    with pytest.raises(LookupError, match="not a task of the cage"):
        cage.run(os.getcwd)


def test_an_endless_loop_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """M-02, F-15: at ten seconds of computing, here at one, also in C; the next task works."""
    assert keeping.CPU_SECONDS == 10
    monkeypatch.setattr(keeping, "CPU_SECONDS", 1)
    cage.run(tasks.echo, b"earlier tasks do not count")
    with pytest.raises(cage.Escaped, match="Reading it took more than 1 seconds of computing."):
        cage.run(tasks.spin_in_a_pattern)
    assert cage.run(tasks.echo, b"next") == b"next"


def test_a_task_may_be_given_less_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sentence says how much; the next task has what is its own."""
    monkeypatch.setitem(keeping.allowed, keeping.name_of(tasks.grow), 150)
    with pytest.raises(cage.Escaped, match="needed more than 150 MB of memory"):
        cage.run(tasks.grow, 100)
    monkeypatch.setitem(keeping.allowed, keeping.name_of(tasks.grow), 500)
    cage.run(tasks.grow, 100)


def test_a_task_that_only_waits_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """M-02: by the clock on the wall, twice as late where it was allowed twice the time."""
    monkeypatch.setattr(keeping, "WALL_SECONDS", 0.5)
    monkeypatch.setitem(keeping.longer, keeping.name_of(tasks.sleep), 2)
    with pytest.raises(cage.Escaped, match="longer than 1 seconds"):
        cage.run(tasks.sleep, 60.0)
    monkeypatch.undo()
    assert cage.run(tasks.echo, b"next") == b"next"


def test_memory_is_limited() -> None:
    """M-02"""
    with pytest.raises(cage.Escaped, match="more than 1024 MB of memory"):
        cage.run(tasks.hog)
    assert cage.run(tasks.echo, b"next") == b"next"


def test_a_crash_is_only_the_childs() -> None:
    """M-02, F-16"""
    for task in (tasks.abort, tasks.exit_quietly):
        with pytest.raises(cage.Died, match="stopped the process"):
            cage.run(task)
        assert cage.run(tasks.echo, b"next") == b"next"


def test_endless_nesting_is_named() -> None:
    """M-02"""
    first = child_pid()
    with pytest.raises(cage.Escaped, match="nested too deeply"):
        cage.run(tasks.nest)
    assert child_pid() == first


def test_a_bug_of_ours_shows_where_it_is() -> None:
    """M-03"""
    with pytest.raises(cage.Failed, match="ZeroDivisionError: a bug of ours"):
        cage.run(tasks.stumble)


def test_noise_harms_nobody() -> None:
    cage.run(tasks.noise)
    assert cage.run(tasks.echo, b"next") == b"next"


@pytest.mark.parametrize(
    ("task", "arguments"),
    [(tasks.forks, ()), (tasks.starts_a_program, ()), (tasks.connects, ()), (tasks.kills, (os.getppid(),))],
)
def test_no_process_no_program_no_network(task: Callable[..., str], arguments: tuple[Any, ...]) -> None:
    """S-22: a fork bomb has no first fork."""
    assert cage.run(task, *arguments) in {"Operation not permitted", "Resource temporarily unavailable"}
    assert not cage.run(tasks.forks_in_c)


# By the numbers of this processor: tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal, process_vm_readv
# and _writev, ptrace, pidfd_getfd, process_madvise.
BY_NUMBER = {
    "x86_64": (200, 234, 129, 297, 424, 310, 311, 101, 438, 440),
    "aarch64": (130, 131, 138, 240, 424, 270, 271, 117, 438, 440),
}


@pytest.mark.parametrize("number", BY_NUMBER[platform.machine()])
def test_no_other_process_is_touched(number: int) -> None:
    """S-22: refused before the kernel looks at what was asked; signal 0 to nobody would be another error."""
    assert cage.run(tasks.calls, number) == errno.EPERM


def test_no_file_is_written_or_removed(tmp_path: Path) -> None:
    """S-22"""
    file = tmp_path / "kept"
    file.write_text("kept")
    assert cage.run(tasks.writes, str(tmp_path / "new")) == "File too large"
    assert cage.run(tasks.deletes, str(file)) == "Operation not permitted"
    assert file.read_text() == "kept"


def test_nothing_of_ours_is_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """S-14: no secret, no address of the database, no open file."""
    cage.close()
    monkeypatch.setenv("SECRET_KEY", "canary")
    with open(os.devnull) as _ours:  # noqa: PTH123 - an open file that the child must not get
        inside = cage.run(tasks.environment)
        files = cage.run(tasks.open_files)
    assert not {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"} & inside.keys()
    assert [name for name in files if not name.startswith(("socket:", "/proc/"))] == []
    cage.close()


def test_one_child_serves_many_tasks_and_is_replaced_when_it_has_grown() -> None:
    first = child_pid()
    assert child_pid() == first
    cage.run(tasks.grow, 300)
    second = child_pid()
    assert second != first
    assert wait_until(lambda: not is_alive(first))


def test_a_child_that_was_killed_between_tasks_is_replaced() -> None:
    """F-16"""
    first = child_pid()
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: not is_alive(first))
    assert child_pid() != first


def test_nothing_is_left_open() -> None:
    cage.run(tasks.echo, b"warm")
    cage.close()
    gc.collect()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(cage.Died):
            cage.run(tasks.exit_quietly)
    cage.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_threads_take_turns() -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda number: cage.run(tasks.echo, b"%d" % number), range(40)))
    assert answers == [b"%d" % number for number in range(40)]


def test_a_fork_gets_a_child_of_its_own() -> None:
    """Celery's and gunicorn's processes are forks."""
    ours = child_pid()
    reading, writing = os.pipe()
    fork = os.fork()
    if not fork:
        with os.fdopen(writing, "w") as answer:
            answer.write(str(child_pid()))
        cage.close()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        theirs = int(answer.read())
    os.waitpid(fork, 0)
    assert theirs != ours
    assert child_pid() == ours
    assert wait_until(lambda: not is_alive(theirs))


PARENT = """
import sys, threading
from django.conf import settings
settings.configure(USE_I18N=False)
from documents import cage
from tests.documents import cage_tasks as tasks
for one in (tasks.pid, tasks.sleep, tasks.spin): cage.allow(one)
print(cage.run(tasks.pid), flush=True)
cage.run(getattr(tasks, sys.argv[1]), *map(float, sys.argv[2:]))
"""


@pytest.mark.parametrize("task", [["sleep", "60"], ["spin"]])
def test_the_child_dies_with_its_parent(task: list[str]) -> None:
    """F-01: also of kill -9, also in the middle of its work."""
    with subprocess.Popen([sys.executable, "-c", PARENT, *task], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
        parent.wait()
        assert wait_until(lambda: not is_alive(child))


def test_an_idle_child_of_a_thread_ends_with_the_process() -> None:
    """Where the kernel's signal is not asked for, the closed connection says it."""
    program = PARENT.partition("print")[0] + (
        "thread = threading.Thread(target=lambda: print(cage.run(tasks.pid), flush=True))\n"
        "thread.start()\nthread.join()\nsys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
        assert wait_until(lambda: not is_alive(child))


def test_a_cage_that_does_not_start_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """M-03: the message waits, it is not put aside."""
    cage.close()
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "command", lambda: [sys.executable, "-c", "raise SystemExit(3)"])
        with pytest.raises(cage.Unavailable):
            cage.run(tasks.echo, b"x")
    with monkeypatch.context() as patch:
        patch.setitem(keeping.allowed, "no.such:task", None)
        with pytest.raises(cage.Unavailable, match="No module named 'no'"):
            cage.run(tasks.echo, b"x")
    assert cage.run(tasks.echo, b"next") == b"next"


def test_an_interrupted_task_leaves_no_answer_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-04: a soft time limit of the worker strikes anywhere."""

    class Interrupted(Exception):  # noqa: N818
        pass

    def interrupt(*_args: Any) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        cage.run(tasks.echo, b"warm")
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(Interrupted):
            cage.run(tasks.sleep, 5.0)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert cage.run(tasks.echo, b"next") == b"next"


def test_locks_are_free_again_in_a_fork() -> None:
    held = threading.Event()
    go = threading.Event()

    def hold() -> None:
        with keeping.here.lock:
            held.set()
            go.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    fork = os.fork()
    if not fork:
        os._exit(0 if keeping.here.lock.acquire(timeout=2) else 1)
    _pid, status = os.waitpid(fork, 0)
    go.set()
    thread.join()
    assert status == 0
