"""Settings of the vendors for one test."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any


def with_field_map(settings: Any, folder: Path, text: str) -> None:
    path = folder / "fields.toml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    settings.SALESFORCE = replace(settings.SALESFORCE, field_map=path)
