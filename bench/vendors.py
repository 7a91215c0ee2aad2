"""A sandbox of our own that plays both vendors and catches our mail, and this process pointed at it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import override_settings

from integrations import breaker


@dataclass(frozen=True)
class Vendors:
    """Where it is, as an origin and as our mail server."""

    origin: str
    smtp: str

    def ask(self, path: str, body: Any = None, *, form: bytes = b"") -> bytes:
        """GET, or POST where there is something to send."""
        data = form or (None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(self.origin + path, data=data) as answer:  # noqa: S310 - our own http address
            return bytes(answer.read())

    @property
    def environment(self) -> dict[str, str]:
        """For processes beside this one."""
        addresses = {"SALESFORCE_BASE_URL": self.origin, "DOCUSIGN_BASE_URL": self.origin}
        return {**addresses, "EMAIL_URL": f"smtp://{self.smtp}"}


@contextmanager
def running() -> Iterator[Vendors]:
    with tempfile.TemporaryDirectory() as folder:
        options = ["--port", "0", "--smtp-port", "0", "--state", folder]
        for vendor, key in (("salesforce", settings.SALESFORCE), ("docusign", settings.DOCUSIGN)):
            path = Path(folder) / f"{vendor}-key"
            path.write_text(key.private_key)
            options += [f"--{vendor}-key", str(path)]
        process = subprocess.Popen([sys.executable, "-m", "sandbox", *options], stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            words = process.stdout.readline().split()  # “sandbox ready: http://…/ smtp …”
            found = Vendors(words[2].rstrip("/"), words[4])
            with override_settings(
                SALESFORCE=replace(settings.SALESFORCE, base_url=found.origin),
                DOCUSIGN=replace(settings.DOCUSIGN, base_url=found.origin),
            ):
                breaker.close("salesforce")
                breaker.close("docusign")
                yield found
        finally:
            process.terminate()
            process.wait(timeout=20)
