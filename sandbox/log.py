"""What was asked of the sandbox's vendors and what it answered: for people and for tests. Secrets are masked."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import deque
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from sandbox.web import Request, Response

KEPT = 1000
SHOWN = 4000
NAMES = "assertion|password|client_secret|access_token|refresh_token"
SECRET = re.compile(rf"({NAMES})([\"']?\s*[=:]\s*[\"']?)[^&\"'\s]+", re.IGNORECASE)
SIGNING = re.compile(r"(/sign/(?:session/)?)[\w-]+")  # whoever has the address may sign


class Log:
    """The newest requests, in memory."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rows: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.numbers = itertools.count(1)

    def add(self, vendor: str, request: Request, response: Response, *, fault: str, began: float) -> None:
        query = urlencode(request.query, doseq=True)
        row = {
            "id": next(self.numbers),
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "vendor": vendor,
            "method": request.method,
            "path": request.path,
            "query": masked(query),
            "body": text(request.body),
            "headers": {name: value for name, value in request.headers.items() if name != "authorization"},
            "authorized": "authorization" in request.headers,
            "status": None if response.manner in {"silence", "hang"} else response.status,
            "answer": text(response.body),
            "fault": fault,
            "milliseconds": round((time.perf_counter() - began) * 1000, 1),
        }
        with self.lock:
            self.rows.append(row)

    def newest(self, vendor: str = "") -> list[dict[str, Any]]:
        with self.lock:
            return [row for row in reversed(self.rows) if not vendor or row["vendor"] == vendor]

    def clear(self) -> None:
        with self.lock:
            self.rows.clear()


def text(body: bytes) -> str:
    """Readable and short; what is no text is named by its size."""
    try:
        words = body[:SHOWN].decode("utf-8", errors="strict" if len(body) <= SHOWN else "ignore")
    except UnicodeDecodeError:
        return f"({len(body):,} bytes)"
    if "\0" in words:
        return f"({len(body):,} bytes)"
    return masked(words) + (f" … ({len(body):,} bytes)" if len(body) > SHOWN else "")


def masked(words: str) -> str:
    return SIGNING.sub(r"\1…", SECRET.sub(r"\1\2…", words))
