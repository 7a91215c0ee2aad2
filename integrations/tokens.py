"""Access tokens, one for all processes: sealed in Redis, and whoever finds none or a refused one signs in alone.

Eight workers that meet an expired token make one login (vendors.md §2.1): the first takes a lock, the others wait and
find what it brought. Without Redis each process keeps its own and its threads wait for each other.
"""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from integrations import boxes, shared
from integrations.boxes import InvalidToken

PURPOSE: Final = b"integrations.tokens"
LOGIN: Final = 20.0  # seconds after which somebody else may sign in instead
GLANCE: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class Token:
    """`seconds`: how long it may be used from `minted` on; `extra` is what came with it (the instance, the account)."""

    value: str = field(repr=False)
    seconds: float
    minted: float = field(default_factory=time.time)
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        return time.time() < self.minted + self.seconds


_known: dict[str, Token] = {}
_threads: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


def get(identity: str, mint: Callable[[], Token], *, refused: str | None = None) -> Token:
    """The token of `identity`; `refused` is the one the vendor does not take any more. `mint` signs in."""
    found = _fit(_known.get(identity), refused) or _read(identity, refused)
    if found is None:
        with _threads[identity]:
            found = _fit(_known.get(identity), refused) or _alone(identity, mint, refused)
    _known[identity] = found
    return found


def forget(identity: str) -> None:
    _known.pop(identity, None)
    shared.forget(_key(identity))


def forget_known() -> None:
    """For tests: a process that has just begun."""
    _known.clear()


def _alone(identity: str, mint: Callable[[], Token], refused: str | None) -> Token:
    """Signs in, unless another process did meanwhile."""
    lock, owner, until = _key(identity) + ".login", uuid4().hex, time.monotonic() + LOGIN
    while (found := _read(identity, refused)) is None:
        taken = shared.claim(lock, seconds=LOGIN, value=owner)
        if taken is not False or time.monotonic() > until:
            break
        time.sleep(GLANCE)
    if found is not None:
        return found
    try:
        found = _read(identity, refused) or mint()
        shared.keep(_key(identity), _seal(found), seconds=found.seconds)
        _known[identity] = found
    finally:
        if shared.read(lock) == owner:
            shared.forget(lock)
    return found


def _fit(token: Token | None, refused: str | None) -> Token | None:
    return token if token and token.usable and token.value != refused else None


def _read(identity: str, refused: str | None) -> Token | None:
    sealed = shared.read(_key(identity))
    try:
        return _fit(_open(sealed), refused) if sealed else None
    except (InvalidToken, ValueError, TypeError):  # sealed under a key that is gone: sign in anew
        return None


def _seal(token: Token) -> str:
    words = {"value": token.value, "seconds": token.seconds, "minted": token.minted, "extra": dict(token.extra)}
    return boxes.box(PURPOSE).encrypt(json.dumps(words).encode()).decode()


def _open(sealed: str) -> Token:
    return Token(**json.loads(boxes.box(PURPOSE).decrypt(sealed.encode())))


def _key(identity: str) -> str:
    return f"integrations.token.{identity}"
