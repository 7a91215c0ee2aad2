"""What the adapter adds to a call: the same request through it and plainly, in turn, over connections kept open."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import requests

from bench import organisation
from integrations import calls, tokens
from integrations.salesforce import auth
from integrations.salesforce.client import client

CALLS = 400
WARM_UP = 20
SOQL = "SELECT Id, Name, OwnerId FROM Account ORDER BY Name LIMIT 20"


class Found(NamedTuple):
    """Milliseconds: the adapter's call, the plain one, and what lies between them."""

    through: float
    plain: float
    p95: float

    @property
    def added(self) -> float:
        return self.through - self.plain


def overhead() -> Found:
    """A query of twenty rows: breaker, token, checks of the answer, and the row of the log included."""
    with organisation.salesforce() as origin:
        asking = client()
        asking.limits()
        token = tokens.get(auth.identity(), lambda: auth.sign_in(asking.session))
        plainly = requests.Session()
        plainly.headers["Authorization"] = f"Bearer {token.value}"
        address = f"{origin}/services/data/v{asking.settings.api_version}/query/"

        def plain() -> Any:
            return plainly.get(address, params={"q": SOQL}, timeout=10).json()

        def through() -> Any:
            return asking.query(SOQL, about="Account")

        with calls.piece_of_work():
            pairs = [(_clocked(through), _clocked(plain)) for _ in range(CALLS + WARM_UP)][WARM_UP:]
    added = sorted(one for one, _other in pairs)
    return Found(
        through=statistics.median(one for one, _other in pairs),
        plain=statistics.median(other for _one, other in pairs),
        p95=added[int(len(added) * 0.95)],
    )


def _clocked(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    assert ask()["records"]
    return (time.perf_counter() - began) * 1000
