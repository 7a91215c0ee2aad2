"""The table people read and the JSON programs read."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
COLUMNS = (
    ("job", "", 27),
    ("median", "ms", 9),
    ("p95", "ms", 9),
    ("statements", "", 11),
    ("bare", "ms SQL", 9),
    ("bytes", "", 10),
    ("rate", "/s by 8", 9),
    ("aim", "", 34),
)


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    heads = ["".join(f"{name:>{width}}" if name != "job" else f"{name:<{width}}" for name, _, width in COLUMNS)]
    units = ["".join(f"{unit:>{width}}" for _, unit, width in COLUMNS)]
    return "\n".join([*heads, *units, *(_line(row) for row in rows)])


def keep(rows: Sequence[Mapping[str, Any]], *, tickets: int) -> Path:
    """Writes the figures beside those of earlier runs."""
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    path = RESULTS / f"{now:%Y-%m-%dT%H%M%SZ}.json"
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    path.write_text(
        json.dumps({"when": now.isoformat(), "tickets": tickets, "machine": machine, "rows": rows}, indent=1)
    )
    return path


def _line(row: Mapping[str, Any]) -> str:
    cells = []
    for name, _, width in COLUMNS:
        value = row.get(name)
        text = "" if value is None else f"{value:,.1f}" if isinstance(value, float) else f"{value}"
        cells.append(f"{text:<{width}}" if name == "job" else f"{text:>{width}}")
    return "".join(cells)
