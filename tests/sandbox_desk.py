"""The sandbox as one process per test session, and the desk pointed at it (fixture `sandbox` in tests/conftest.py)."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

KEYS = ("first-key", "second-key")


@dataclass
class VendorSandbox:
    """`python -m sandbox` on free ports, trusting the keys that the settings of the tests sign with."""

    folder: Path
    process: subprocess.Popen[str] = field(init=False)
    url: str = ""

    def __post_init__(self) -> None:
        self.start()

    def start(self, port: int = 0) -> None:
        files = {
            "salesforce-key": settings.SALESFORCE.private_key,
            "docusign-key": settings.DOCUSIGN.private_key,
            "connect-keys": ",".join(KEYS),
        }
        options = ["--state", str(self.folder / "state")]
        for name, content in files.items():
            path = self.folder / name
            path.write_text(content)
            options += [f"--{name}", str(path)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", str(port), "--smtp-port", "0", *options],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[2].rstrip("/")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def restart(self) -> None:
        """On the same port, with what it kept."""
        port = int(self.url.rpartition(":")[2])
        self.end()
        self.start(port)

    def ask(self, path: str, body: Any = None, *, raw: bytes | None = None) -> Any:
        """GET, or POST when there is something to send; the JSON of the answer."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data)  # noqa: S310 - our own http address
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            content = answer.read()
        return json.loads(content) if content[:1] in {b"{", b"["} else content

    def reset(self) -> None:
        """The seed again, no fault, an empty log."""
        for vendor in ("salesforce", "docusign"):
            self.ask(f"/{vendor}/reset", {})
            self.ask(f"/faults/{vendor}", [])
        self.ask("/requests/clear", {})

    def fault(self, vendor: str, *modes: str, times: int = 0, match: str = "", retry_after: int | None = None) -> None:
        """One after the other, each `times` (0: for ever); without a mode all is well again."""
        more = {"times": times, "match": match, "retry_after": retry_after}
        self.ask(f"/faults/{vendor}", [{"mode": mode, **more} for mode in modes])

    def requests(self, vendor: str = "") -> list[dict[str, Any]]:
        """What was asked, newest first: method path query body status answer fault milliseconds …"""
        found: list[dict[str, Any]] = self.ask(f"/requests.json?vendor={vendor}")
        return found
