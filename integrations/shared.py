"""What processes tell each other through Redis. It may be away: then each knows only what it has seen itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

T = TypeVar("T")
log = logging.getLogger(__name__)

REST_SECONDS: Final = 5.0
_resting_until: dict[str, float] = {}


def read(key: str) -> Any:
    return _ask(lambda: cache.get(key), otherwise=None)


def take(key: str) -> Any:
    """What lies there, for one asker only: whoever comes second finds nothing."""

    def ask() -> Any:
        found = cache.get(key)
        return found if cache.delete(key) else None

    return _ask(ask, otherwise=None)


def keep(key: str, value: Any, *, seconds: float) -> None:
    _ask(lambda: cache.set(key, value, timeout=max(1, int(seconds))), otherwise=None)


def forget(*keys: str) -> None:
    _ask(lambda: cache.delete_many(keys), otherwise=None)


def claim(key: str, *, seconds: float, value: str | int = 1) -> bool | None:
    """True for one asker only until it is forgotten or the time is over; None when Redis is away."""
    return _ask(lambda: bool(cache.add(key, value, timeout=max(1, int(seconds)))), otherwise=None)


def count(key: str, *, seconds: float) -> int:
    """How often this was said within `seconds` of the first time; 0 when nobody can count."""

    def ask() -> int:
        cache.add(key, 0, timeout=max(1, int(seconds)))
        return int(cache.incr(key))

    return _ask(ask, otherwise=0)


def _ask(ask: Callable[[], T], *, otherwise: T) -> T:
    """After a failure Redis is left alone for five seconds, so that no call waits for it twice."""
    if time.monotonic() < _resting_until.get("redis", 0):
        return otherwise
    try:
        return ask()
    except (RedisError, OSError, ValueError) as problem:  # ValueError: what was counted fell out in between
        if not isinstance(problem, ValueError):
            _resting_until["redis"] = time.monotonic() + REST_SECONDS
            log.warning("Redis does not answer (%s); this process goes by what it knows itself", type(problem).__name__)
        return otherwise
