"""A folder with servers of its own, and commands run in it as a person would run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("DATABASE_URL", "REDIS_URL", "PHD_LOCAL", "DEMO", "VAR_DIR", "DJANGO_SETTINGS_MODULE", "SECRET_KEY")


class Ground:
    """One VAR_DIR."""

    def __init__(self, var: Path) -> None:
        self.var = var

    def environment(self, **more: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if name not in OURS}
        return {**clean, "VAR_DIR": str(self.var), **more}

    def begin(self, *words: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment(**more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        process = self.begin(*words, **more)
        out, error = process.communicate(timeout=240)
        return subprocess.CompletedProcess(process.args, process.returncode, out, error)

    def processes(self) -> list[psutil.Process]:
        """What lives and belongs to this folder: servers and the desk's own programs."""
        found = []
        for process in psutil.process_iter():
            try:
                here = [*process.cmdline(), process.cwd(), process.environ().get("VAR_DIR", "")]
                if process.status() != psutil.STATUS_ZOMBIE and any(str(self.var) in word for word in here):
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return [process for process in found if process.pid != os.getpid()]

    def postmaster(self) -> int:
        return int((self.var / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])


@pytest.fixture
def ground() -> Iterator[Ground]:
    """In a path with a space, a quote and umlauts, so that every test here holds for those too."""
    home = Path(tempfile.mkdtemp(prefix="phd-"))
    yielded = Ground(home / "Büro d'été")
    yield yielded
    for process in yielded.processes():
        process.kill()
    shutil.rmtree(home, ignore_errors=True)
