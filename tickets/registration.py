"""What the desk registers with lower floors when the process starts."""

from __future__ import annotations

from tickets import general, kinds


def register_everything() -> None:
    kinds.register(general.GENERAL)
