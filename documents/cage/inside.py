"""The process of the cage: reads a task, runs it, answers, until its keeper is gone or it has grown."""

from __future__ import annotations

import importlib
import os
import resource
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings

from documents.cage import parcels, walls, wire

OUT_OF_MEMORY: Final = 71  # exit status
LIFE: Final = 500
GROWN: Final = 256 * 1024 * 1024
PAGE: Final = resource.getpagesize()


def main(keeper: str, with_keeper: str, *names: str) -> None:
    connection = socket.socket(fileno=0)
    settings.configure(USE_I18N=False, USE_TZ=True, TIME_ZONE="UTC")  # sentences as they stand; no other setting
    try:
        for name in names:
            find(name)
        filtered = walls.raise_walls(keeper=int(keeper), with_keeper=with_keeper == "1")
    except Exception:  # noqa: BLE001 - the keeper reads what is wrong
        wire.send(connection, {"broken": traceback.format_exc()})
        return
    wire.send(connection, {"filtered": filtered})
    serve(connection)


def serve(connection: socket.socket) -> None:
    stream = connection.makefile("rb")
    for number in range(1, LIFE + 1):
        try:
            message, blobs = wire.receive(stream)
        except EOFError:
            return
        walls.begin_task(cpu_seconds=message["cpu_seconds"], megabytes=message["megabytes"])
        answer, parts = answered(message, blobs)
        last = number == LIFE or is_grown()
        wire.send(connection, {**answer, "last": last}, parts)
        del message, blobs, answer, parts  # nothing of a task stays while the next is waited for
        if last:
            return


def answered(message: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """What a task returned, or why it did not."""
    parts: list[bytes] = []
    try:
        task = find(message["task"])
        values, result = parcels.signature(task)
        outcome = task(*values.unpack(message["values"], blobs))
        return {"value": result.pack(outcome, parts)}, parts
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except RecursionError:
        return {"too_deep": True}, []
    except Exception:  # noqa: BLE001 - the keeper raises it again
        return {"raised": traceback.format_exc()[-10_000:]}, []


def find(name: str) -> Callable[..., Any]:
    module, _colon, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def is_grown() -> bool:
    """More memory held than a fresh process needs; asked only where the peak says it may be so."""
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < GROWN:
        return False
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - once a task, without a Path
        return int(statm.read().split()[1]) * PAGE > GROWN


if __name__ == "__main__":
    main(*sys.argv[1:])
