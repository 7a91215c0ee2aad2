"""What the desk registers with lower floors when the process starts."""

from __future__ import annotations


def register_everything() -> None:
    pass
