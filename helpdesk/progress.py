"""A bar on standard error while a command works; a line each tenth where nobody watches a terminal."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 30


class Progress:
    """`advance(n)` after each piece of work; `total` pieces make it full."""

    def __init__(self, total: int, *, what: str, out: TextIO, quiet: bool = False) -> None:
        self.total, self.what, self.out, self.quiet = max(total, 1), what, out, quiet
        self.done = 0
        self._began = time.monotonic()
        self._tenth = 0

    def advance(self, count: int) -> None:
        self.done += count
        if self.quiet:
            return
        if self.out.isatty():
            self.out.write("\r" + self._line())
            self.out.flush()
        elif self.done * 10 // self.total > self._tenth:
            self._tenth = self.done * 10 // self.total
            self.out.write(self._line() + "\n")

    def end(self) -> None:
        if self.out.isatty() and not self.quiet:
            self.out.write("\n")

    def _line(self) -> str:
        filled = WIDTH * self.done // self.total
        spent = time.monotonic() - self._began
        left = spent / max(self.done, 1) * (self.total - self.done)
        bar = "█" * filled + "·" * (WIDTH - filled)
        return f"{bar} {self.done:,} of {self.total:,} {self.what}, {spent:.0f} s, {left:.0f} s left "
