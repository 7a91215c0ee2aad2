"""What the tests run in the cage: everything a hostile file could make a reader do."""

from __future__ import annotations

import ctypes
import os
import re
import socket
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import NamedTuple


class Colour(Enum):
    RED = "red"


class Place(NamedTuple):
    x: int
    y: float


@dataclass(frozen=True, slots=True)
class Inner:
    name: str
    content: bytes


@dataclass(frozen=True)
class Everything:
    text: str
    whole: bool
    nothing: str | None
    maybe: Inner | None
    moment: datetime
    day: date
    colour: Colour
    place: Place
    pair: tuple[str, int]
    many: tuple[Inner, ...]
    listed: list[int]
    named: dict[str, tuple[int, ...]]
    short: bytes
    long: bytes
    left_out: int = field(default=7)


def everything(text: str) -> Everything:
    return Everything(
        text=text,
        whole=True,
        nothing=None,
        maybe=Inner("ü\ud800", b""),
        moment=datetime(2022, 11, 22, 13, 10, 0, 5, tzinfo=UTC),
        day=date(2022, 11, 22),
        colour=Colour.RED,
        place=Place(1, 2.5),
        pair=("a", 1),
        many=(Inner("b", b"\x00\xff"), Inner("c", bytes(10_000))),
        listed=[1, 2],
        named={"d": (3, 4)},
        short=bytes(range(256)),
        long=bytes(range(256)) * 100,
    )


def echo(data: bytes) -> bytes:
    return data


def pid() -> int:
    return os.getpid()


def environment() -> dict[str, str]:
    return dict(os.environ)


def open_files() -> list[str]:
    return [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if int(one.name) > 2 and one.is_symlink()]


def spin() -> None:
    while True:
        pass


def spin_in_a_pattern() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def hog() -> int:
    return len(bytearray(2 * 1024 * 1024 * 1024))


def grow(megabytes: int) -> None:
    kept.append(bytearray(os.urandom(1) * (megabytes * 1024 * 1024)))


def abort() -> None:
    os.abort()


def exit_quietly() -> None:
    os._exit(0)


def nest() -> None:
    nest()


def stumble() -> None:
    raise ZeroDivisionError("a bug of ours")


def noise() -> None:
    os.write(1, b"x" * 1_000_000)
    os.write(2, b"x" * 1_000_000)


def forks() -> str:
    return refusal(os.fork)


def starts_a_program() -> str:
    return refusal(lambda: os.execv("/bin/true", ["true"]))  # noqa: S606 - it must not start


def connects() -> str:
    return refusal(lambda: socket.create_connection(("127.0.0.1", 9), timeout=1))


def kills(victim: int) -> str:
    return refusal(lambda: os.kill(victim, 9))


def calls(number: int) -> int:
    """What the kernel says to a system call about process -1: 0, or the number of the error."""
    libc = ctypes.CDLL(None, use_errno=True)
    return ctypes.get_errno() if libc.syscall(number, -1, -1, 0, 0) < 0 else 0


def writes(path: str) -> str:
    return refusal(lambda: Path(path).write_bytes(b"x" * 10_000))


def deletes(path: str) -> str:
    return refusal(lambda: Path(path).unlink())


def forks_in_c() -> bool:
    return bool(ctypes.CDLL(None).fork() >= 0)


def refusal(act: object) -> str:
    try:
        act()  # type: ignore[operator]
    except OSError as problem:
        return problem.strerror or str(problem)
    return ""


def takes_anything(value: object) -> None:
    del value


kept: list[bytearray] = []
