"""Waking a worker: `web.nudging`, under the name that is known here."""

from __future__ import annotations

from web.nudging import nudge, publish, send

__all__ = ["nudge", "publish", "send"]
