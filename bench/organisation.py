"""A sandbox of our own that plays Salesforce, and the desk pointed at it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.test import override_settings

from bench.server import free_port
from integrations import breaker


@contextmanager
def salesforce(*, accounts: int = 0, contacts: int = 0) -> Iterator[str]:
    """Its origin; with so many partners and people beside the seed."""
    with tempfile.TemporaryDirectory() as folder:
        key, port = Path(folder) / "key", free_port()
        key.write_text(settings.SALESFORCE.private_key)
        options = ["--port", str(port), "--smtp-port", "0", "--state", folder, "--salesforce-key", str(key)]
        process = subprocess.Popen([sys.executable, "-m", "sandbox", *options], stdout=subprocess.PIPE)
        try:
            assert process.stdout is not None
            process.stdout.readline()
            origin = f"http://127.0.0.1:{port}"
            if accounts or contacts:
                body = json.dumps({"accounts": accounts, "contacts": contacts}).encode()
                with urllib.request.urlopen(f"{origin}/salesforce/bulk", data=body):  # noqa: S310 - our own http address
                    pass
            with override_settings(SALESFORCE=replace(settings.SALESFORCE, base_url=origin)):
                breaker.close("salesforce")
                yield origin
        finally:
            process.terminate()
            process.wait(timeout=20)
