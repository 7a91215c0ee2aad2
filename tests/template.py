"""The migrations run once for all test processes, into a database that each of them copies; a copy takes half a second.

The template keeps the name of what it was made from, so that a later run on the same server finds it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from helpdesk.embedded import locked

ROOT: Final = Path(__file__).resolve().parent.parent
PREFIX: Final = "phd_template_"


def made() -> str:
    """The name of a database that is migrated and that nobody is connected to."""
    name = f"{PREFIX}{_fingerprint()}"
    with locked(settings.VAR_DIR, "template.lock"), connection._nodb_cursor() as cursor:
        known = _templates(cursor)
        if name not in known:
            for old in known:
                cursor.execute(f"DROP DATABASE {old} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {PREFIX}new")
            with _connected_to(f"{PREFIX}new"):
                call_command("migrate", verbosity=0, interactive=False)
            cursor.execute(f"ALTER DATABASE {PREFIX}new RENAME TO {name}")
    return name


def _fingerprint() -> str:
    """Of everything that migrations read."""
    digest = hashlib.sha256(django.__version__.encode())
    for pattern in ("*/migrations/*.py", "*/models.py", "*/models/*.py"):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _templates(cursor: Any) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
    return [name for (name,) in cursor.fetchall()]


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
