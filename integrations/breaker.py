"""A vendor that fails is left in peace: after five failures in a minute nobody asks it, then one asks first.

A refused sign-in and a used-up limit open it at once. It lies in Redis, for all processes; without Redis it is closed.
A name is a vendor's, or that of a part of one which fails for itself (Chatter).
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from integrations import shared
from integrations.errors import BREAKER_OPEN, VendorError
from integrations.models import ErrorClass, Vendor
from web import nudging

log = logging.getLogger(__name__)

CHATTER: Final = "chatter"
VENDOR_OF: Final = {Vendor.SALESFORCE.value: Vendor.SALESFORCE, Vendor.DOCUSIGN.value: Vendor.DOCUSIGN}
VENDOR_OF[CHATTER] = Vendor.SALESFORCE
RESUME: Final = "integrations.tasks.resume"

FAILURES: Final = 5
WINDOW: Final = 60
REST: Final = 60.0
REST_WITHOUT_SIGN_IN: Final = 600.0
PROBE: Final = 30  # seconds in which the one who asks first must have an answer
REMEMBERED: Final = 86_400.0
BELIEVED: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class BreakerState:
    open: bool = False
    until: datetime | None = None  # from then on one call tries
    why: str = ""
    kind: str = ""

    @property
    def seconds(self) -> float:
        """How long nobody asks yet."""
        return max(0.0, (self.until - datetime.now(UTC)).total_seconds()) if self.until else 0.0


CLOSED: Final = BreakerState()
_closed_until: dict[str, float] = {}
_overruled: ContextVar[str] = ContextVar("integrations_breaker_overruled", default="")


def check(name: str) -> BreakerState:
    """Raises while the vendor is left in peace; after that one caller may try, whose success closes the breaker.

    That it is closed a process believes for a second, so that a burst of calls does not ask Redis each time.
    """
    if _overruled.get() == VENDOR_OF[name]:
        return state(name)
    if time.monotonic() < _closed_until.get(name, 0.0):
        return CLOSED
    found = state(name)
    if not found.open:
        _closed_until[name] = time.monotonic() + BELIEVED
    if found.open and (found.seconds or not _asks_first(name)):
        raise VendorError(
            VENDOR_OF[name], ErrorClass.BUSY, BREAKER_OPEN, found.why, retry_after=max(found.seconds, 2.0)
        )
    return found


def _asks_first(name: str) -> bool:
    """Whoever came first, for all its calls: its token may have ended meanwhile, so it signs in before it knows."""
    key, me = _key(name, "probe"), f"{socket.gethostname()}.{os.getpid()}.{threading.get_ident()}"
    return shared.claim(key, seconds=PROBE, value=me) is not False or shared.read(key) == me


@contextmanager
def overruled(vendor: str) -> Iterator[None]:
    """A person wants to know: calls inside are made although the breaker is open."""
    token = _overruled.set(vendor)
    try:
        yield
    finally:
        _overruled.reset(token)


def failed(name: str, kind: ErrorClass, *, why: str = "", seconds: float | None = None) -> None:
    """Counts a failure, and opens the breaker where it is one too many or of the kind that helps nobody to repeat."""
    if kind is ErrorClass.LIMIT:
        open_(name, kind, why or _("The limit of calls is reached."), seconds=seconds or until_next_hour())
    elif kind is ErrorClass.AUTH:
        open_(name, kind, why or _("Signing in is refused."), seconds=seconds or REST_WITHOUT_SIGN_IN)
    elif kind in {ErrorClass.BUSY, ErrorClass.AMBIGUOUS}:
        known = state(name)
        if known.open or shared.count(_key(name, "failures"), seconds=WINDOW) >= FAILURES:
            open_(name, kind, why or _("It did not answer several times in a row."), seconds=seconds or REST)


def open_(name: str, kind: ErrorClass, why: str, *, seconds: float) -> None:
    shared.keep(
        _key(name), {"until": time.time() + seconds, "why": why, "kind": kind.value}, seconds=seconds + REMEMBERED
    )
    shared.forget(_key(name, "failures"), _key(name, "probe"))
    _closed_until.pop(name, None)
    log.error("%s is left in peace for %d seconds: %s", name, seconds, why)


def worked(name: str) -> None:
    """It answers: the breaker closes, and what waited for it goes on."""
    if state(name).open:
        close(name)


def close(name: str) -> None:
    shared.forget(_key(name), _key(name, "failures"), _key(name, "probe"))
    log.warning("%s answers again", name)
    nudging.send(RESUME, VENDOR_OF[name].value)


def state(name: str) -> BreakerState:
    found: dict[str, Any] | None = shared.read(_key(name))
    if not found:
        return CLOSED
    until = datetime.fromtimestamp(found["until"], UTC)
    return BreakerState(open=True, until=until, why=found["why"], kind=found["kind"])


def forget_beliefs() -> None:
    """For tests: a process that has just begun."""
    _closed_until.clear()


def until_next_hour() -> float:
    return 3600 - time.time() % 3600


def _key(name: str, what: str = "open") -> str:
    return f"integrations.breaker.{name}.{what}"
