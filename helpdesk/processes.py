"""The programs the desk consists of, by name: what `make demo` starts together and a container starts one of.

`python -m helpdesk.processes web` becomes that program.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
QUEUES = ("default", "mail", "steps", "bulk")


@dataclass(frozen=True, kw_only=True)
class Program:
    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def command(self) -> list[str]:
        return [sys.executable, *self.arguments]


def programs(environment: Mapping[str, str]) -> dict[str, Program]:
    """All of them, with the ports and folders this environment names."""
    var = Path(environment.get("VAR_DIR") or tempfile.gettempdir())
    manage = str(BASE_DIR / "manage.py")
    worker = ("-m", "celery", "-A", "helpdesk", "worker", "--without-gossip", "--without-mingle")
    beat = ("-m", "celery", "-A", "helpdesk.clock", "beat", "--pidfile=", "-s", str(var / "beat"))
    sandbox = ("-m", "sandbox", "--port", environment.get("SANDBOX_PORT", "8001"))
    catcher = ("--smtp-port", environment.get("SANDBOX_SMTP_PORT", "8026"), "--state", str(var / "sandbox"))
    hook = f"http://127.0.0.1:{environment.get('PORT', '8000')}/hooks/docusign/"
    vendors = (*known_keys(var / "secrets"), "--connect-url", hook)
    table = [
        Program(name="sandbox", arguments=(*sandbox, *catcher, *vendors, "--past")),
        Program(
            name="web",
            arguments=("-m", "gunicorn", "-c", str(BASE_DIR / "gunicorn.conf.py"), "helpdesk.wsgi"),
            environment={"PROMETHEUS_MULTIPROC_DIR": str(var / "metrics")},  # its processes add up their figures there
        ),
        Program(
            name="worker",
            arguments=(*worker, "-c", environment.get("WORKERS", "3"), "-Q", ",".join(QUEUES)),
            environment={"REMAP_SIGTERM": "SIGQUIT"},  # with the soft shutdown time in the settings: ends within 10 s
        ),
        Program(name="beat", arguments=beat),
        Program(name="smtp", arguments=(manage, "smtp_door")),
        Program(name="fetch", arguments=(manage, "fetch_mail")),
        Program(name="release", arguments=(manage, "release")),
    ]
    return {program.name: program for program in table}


def known_keys(folder: Path) -> list[str]:
    """What the sandbox believes: the keys local mode made. Where others are named elsewhere it catches mail only."""
    files = {
        "--salesforce-key": folder / "salesforce_private_key",
        "--docusign-key": folder / "docusign_private_key",
        "--connect-keys": folder / "docusign_hmac_keys",
    }
    return [word for option, path in files.items() if path.exists() for word in (option, str(path))]


def main() -> None:
    known = programs(os.environ)
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in known:
        sys.exit(f"Name one of: {', '.join(known)}.")
    os.execve(sys.executable, known[name].command, {**os.environ, **known[name].environment})  # noqa: S606  our own table


if __name__ == "__main__":
    main()
