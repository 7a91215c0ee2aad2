"""A foreign program with the walls of the cage around it: `python -m documents.cage.program PATH …`.

It reads its standard input and writes its standard output; it has no network, no files to write, no children, and as
much memory and computing as it is given.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from documents.cage import walls

ROOT: Final = Path(__file__).resolve().parents[2]
MEGABYTES: Final = 1000
CPU_SECONDS: Final = 20
WALL_SECONDS: Final = 40.0
KEPT: Final = ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TESSDATA_PREFIX")


def run(name: str, arguments: Sequence[str], given: bytes, *, seconds: float = WALL_SECONDS) -> bytes | None:
    """What it writes; None where it is not installed, fails, or needs more than it may have."""
    path = shutil.which(name)
    if path is None:
        return None
    command = [sys.executable, "-m", "documents.cage.program", path, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, a program of the machine, no word of a stranger
            command, input=given, capture_output=True, cwd=ROOT, env=environment(), timeout=seconds, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def environment() -> dict[str, str]:
    """No secret, no address, no second thread."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    paths = os.pathsep.join([str(ROOT), *(path for path in sys.path if path)])
    return {**kept, "PYTHONPATH": paths, "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}


def main(path: str, *arguments: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    walls.become_a_program(memory=MEGABYTES * 1024 * 1024)
    os.execv(path, [path, *arguments])  # noqa: S606 - what this module is for


if __name__ == "__main__":
    main(*sys.argv[1:])
