"""One `Call` row for each request to a vendor, tied together by the piece of work it belongs to.

A row says what was asked, not about whom: no query, no body, no name. Writing it never fails the work.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import uuid4

from django.db import DatabaseError, InterfaceError, connection
from django.db.models.functions import Now

from integrations import breaker
from integrations.errors import VendorError
from integrations.models import Call, ErrorClass

log = logging.getLogger(__name__)

KEPT: Final = timedelta(days=30)
BATCH: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Seconds: for a connection, for the next bytes of an answer, for all of it."""

    connect: float = 3.0
    read: float
    total: float


READ: Final = Patience(read=10.0, total=40.0)
WRITE: Final = Patience(read=30.0, total=45.0)
FILE: Final = Patience(read=60.0, total=80.0)


@dataclass(frozen=True, kw_only=True)
class Doing:
    """What the next request is for. `changes`: it may leave something behind, so silence is no “no”.

    `file`: what is answered is a file, not data.
    """

    operation: str
    patience: Patience
    changes: bool
    breaker: str = ""
    file: bool = False


@dataclass(kw_only=True)
class Measured:
    """What becomes a `Call`; the transport fills it in."""

    operation: str
    status: int | None = None
    received: int = 0
    trace: str = ""
    limit_used: int | None = None
    limit_total: int | None = None


_work: ContextVar[str] = ContextVar("integrations_work", default="")
_doing: ContextVar[Doing | None] = ContextVar("integrations_doing", default=None)


@contextmanager
def piece_of_work(correlation: str = "") -> Iterator[str]:
    """Every call inside carries the same id; a piece inside a piece is part of it."""
    current = correlation or _work.get() or uuid4().hex
    token = _work.set(current[:32])
    try:
        yield current
    finally:
        _work.reset(token)


def correlation() -> str:
    return _work.get() or uuid4().hex


@contextmanager
def doing(
    operation: str, *, patience: Patience = READ, changes: bool = False, breaker: str = "", file: bool = False
) -> Iterator[None]:
    """Names what the requests inside are for."""
    token = _doing.set(Doing(operation=operation, patience=patience, changes=changes, breaker=breaker, file=file))
    try:
        yield
    finally:
        _doing.reset(token)


def current(method: str) -> Doing:
    reads = method.upper() in {"GET", "HEAD"}
    return _doing.get() or Doing(operation=method, patience=READ if reads else WRITE, changes=not reads)


@contextmanager
def record(vendor: str, *, method: str, operation: str = "") -> Iterator[Measured]:
    """Around one request: asks the breaker first, writes the row at the end, tells the breaker how it went."""
    outside_transaction()
    now = current(method)
    name = now.breaker or vendor
    before = breaker.check(name)
    measured, began = Measured(operation=operation or now.operation), time.perf_counter()
    try:
        yield measured
    except VendorError as problem:
        _write(vendor, method, measured, problem, seconds=time.perf_counter() - began)
        _tell(name, problem, was_open=before.open)
        raise
    _write(vendor, method, measured, None, seconds=time.perf_counter() - began)
    _tell(name, None, was_open=before.open)


def forget_old() -> int:
    """Removes what is older than thirty days; how many rows."""
    removed = 0
    while True:
        old = Call.objects.filter(created__lt=Now() - KEPT).order_by("id").values("pk")[:BATCH]
        gone, _by_model = Call.objects.filter(pk__in=old).delete()
        removed += gone
        if gone < BATCH:
            return removed


def outside_transaction() -> None:
    """No vendor is asked while rows are locked; the transaction a test runs in does not count."""
    blocks = connection.atomic_blocks
    if blocks and not blocks[-1]._from_testcase:  # type: ignore[attr-defined]  # noqa: SLF001 - as `durable` asks
        msg = "A vendor must not be called inside a database transaction."
        raise RuntimeError(msg)


def _tell(name: str, problem: VendorError | None, *, was_open: bool) -> None:
    if problem is not None and problem.kind in {ErrorClass.BUSY, ErrorClass.AMBIGUOUS, ErrorClass.LIMIT}:
        breaker.failed(name, problem.kind, why=problem.words)
    elif was_open and (problem is None or problem.kind is not ErrorClass.AUTH):
        breaker.worked(name)


def _write(vendor: str, method: str, measured: Measured, problem: VendorError | None, *, seconds: float) -> None:
    values = [
        vendor,
        measured.operation[:80],
        method[:8],
        measured.status,
        problem.kind.value if problem else "",
        problem.code[:80] if problem else "",
        int(seconds * 1000),
        measured.received,
        correlation(),
        measured.trace[:64],
        measured.limit_used,
        measured.limit_total,
    ]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, values)
    except (DatabaseError, InterfaceError) as trouble:
        log.warning("a call of %s could not be noted (%s)", vendor, type(trouble).__name__)


# A note lost with the power is no loss: it need not wait for the disk.
_INSERT: Final = """
INSERT INTO integrations_call (vendor, operation, method, status, error_class, error_code, milliseconds, received,
                               correlation, trace, limit_used, limit_total, created)
SELECT %s, %s, %s, %s::smallint, %s, %s, %s, %s, %s, %s, %s::integer, %s::integer, statement_timestamp()
WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL
"""
