"""How many statements a request takes, and how long its queries take by themselves."""

from __future__ import annotations

import statistics
import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.client import Call

AGAIN = 15


def statements_of(call: Call) -> list[str]:
    """Every statement of one warm request, savepoints included."""
    client = Client(SERVER_NAME="127.0.0.1")
    headers = {name: value for name, value in call.headers.items() if name != "Cookie"}
    client.cookies.load(call.headers.get("Cookie", ""))
    with CaptureQueriesContext(connection) as seen:
        kind = headers.pop("Content-Type", "application/octet-stream")
        answer = client.generic(call.method, call.path, call.body, content_type=kind, headers=headers)
    if answer.status_code != call.expect:
        raise RuntimeError(f"{call.method} {call.path}: {answer.status_code}")
    return [one["sql"] for one in seen.captured_queries]


def bare(sql: list[str]) -> float:
    """Milliseconds of the reading queries alone, one after the other, from this process."""
    reading = [one for one in sql if one.lstrip().upper().startswith(("SELECT", "WITH")) and " FOR " not in one[-40:]]
    return sum(_median(one) for one in reading)


def _median(sql: str) -> float:
    taken = []
    with connection.cursor() as cursor:
        for _ in range(AGAIN):
            began = time.perf_counter()
            cursor.execute(sql)
            cursor.fetchall()
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)
