"""An empty VAR_DIR is made ready by the first command that needs its data: migrations, then the handbook's data."""

from __future__ import annotations

import sys

import django
from django.conf import settings
from django.core.management import call_command

from helpdesk.embedded import locked, runs

WITHOUT_SERVERS = frozenset(
    [
        "help",
        "version",
        "collectstatic",
        "findstatic",
        "compilemessages",
        "makemessages",
        "procedures",
        "spectacular",
        "certification_report",
        "startapp",
    ],
)
WITHOUT_DATA = frozenset(
    [
        *("check", "dbshell", "demo", "diffsettings", "flush", "inspectdb", "makemigrations", "migrate"),
        *("showmigrations", "sqlflush", "sqlmigrate", "squashmigrations", "test", "testserver"),
    ],
)


def prepare_for(command: str) -> None:
    """Prepare once per VAR_DIR; others wait for the one who does it. Standard output stays the command's own."""
    if command in WITHOUT_DATA:
        return
    marker = settings.VAR_DIR / "prepared"
    if marker.exists():
        return
    with locked(settings.VAR_DIR, "prepare.lock"):
        if not marker.exists():
            django.setup()
            print("First run: preparing the database.", file=sys.stderr)  # noqa: T201  before any command runs
            prepare()


def prepare() -> None:
    """Migrate and load the handbook's data; harmless when done before."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_handbook", verbosity=0, stdout=sys.stderr)
    if runs("PostgreSQL"):
        (settings.VAR_DIR / "prepared").touch()
