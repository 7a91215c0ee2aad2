"""gunicorn: two processes of four threads; more by WEB_CONCURRENCY."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
preload_app = True  # one copy of the code in memory
timeout = 60
graceful_timeout = 4
keepalive = 5
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  only a heartbeat's file

if _figures := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):  # empty at each start
    shutil.rmtree(_figures, ignore_errors=True)
    Path(_figures).mkdir(parents=True)


def when_ready(_server: Any) -> None:
    """What is loaded is not looked through again: a process that writes nothing into these pages shares them."""
    gc.collect()
    gc.freeze()


def child_exit(_server: Any, worker: Any) -> None:
    if _figures:
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
