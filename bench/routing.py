"""Who manages what, with 5,000 rules: the function in this process, and the API over HTTP."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import cycle, islice
from typing import NamedTuple
from urllib.parse import urlencode

from bench.client import Call, Maker
from people.models import ChannelManager
from routing import book
from routing.keys import folded
from routing.models import KeyRule, PartnerRule
from routing.owners import Deal, Where, account_owner, opportunity_owner

RULES = 5_000
LOOK_UPS = 6_000
FIRST_DAY = date(2022, 2, 1)
MARK = "bench"
SEGMENTS, TERRITORIES = 1_000, 3_000


class Found(NamedTuple):
    """Milliseconds, look-ups a second, and how long the rules of a day take to read."""

    median: float
    p95: float
    rate: float
    read: float


@contextmanager
def rules() -> Iterator[None]:
    """5,000 rules of our own beside the handbook's; gone afterwards."""
    _forget()
    managers = list(ChannelManager.objects.all())
    KeyRule.objects.bulk_create(
        [_key("segment", f"Bench-{at}-AMER-East", at, managers) for at in range(SEGMENTS)]
        + [_key("territory", f"Bench-{at}-AMER-East-Named-{at % 9}", at, managers) for at in range(TERRITORIES)]
    )
    PartnerRule.objects.bulk_create(
        [_partner(f"Bench Partner {at} Ltd", at, managers) for at in range(RULES - SEGMENTS - TERRITORIES)]
    )
    book.forget()
    try:
        yield
    finally:
        _forget()
        book.forget()


def looked_up() -> Found:
    """Countries, states, keys as written and in other capitals, keys that are only close, parts of a state."""
    asks = list(islice(cycle(_asks()), LOOK_UPS))
    book.forget()
    began = time.perf_counter()
    asks[0]()
    read = (time.perf_counter() - began) * 1000
    for ask in asks[:200]:
        ask()
    taken = sorted(_clocked(ask) for ask in asks)
    return Found(
        median=statistics.median(taken),
        p95=taken[int(len(taken) * 0.95)],
        rate=1000 * len(taken) / sum(taken),
        read=read,
    )


def over_http(token: str) -> Maker:
    """Each call asks something else."""
    headers = {"Authorization": f"Token {token}"}
    account = "/api/v1/routing/account/?"
    questions = [
        account + urlencode({"country": "US", "subdivision": "NY"}),
        account + urlencode({"country": "Deutschland", "track": "select"}),
        account + urlencode({"country": "US", "subdivision": "PA"}),
        "/api/v1/routing/opportunity/?" + urlencode({"segment": "Bench-7-AMER-East"}),
        "/api/v1/routing/opportunity/?" + urlencode({"segment": "Bench 7 AMER East"}),
    ]
    return lambda number: Call(path=questions[number % len(questions)], headers=headers)


def _asks() -> list[Callable[[], object]]:
    wheres = [
        Where(country="US", subdivision="NY"),
        Where(country="Deutschland", track="select"),
        Where(country="US", subdivision="PA"),
        Where(country="US", subdivision="PA", postal_code="19103"),
        Where(country="Hong Kong"),
        Where(country="Poland", track="open"),
    ]
    deals = [
        Deal(segment="Bench-700-AMER-East"),
        Deal(segment=" bench-701-amer-EAST "),
        Deal(segment="Bench-0-AMER-East", territory="Bench-2999-AMER-East-Named-2"),
        Deal(segment="Bench 702 AMER East"),
    ]
    return [*(_account(one) for one in wheres), *(_opportunity(one) for one in deals)]


def _account(where: Where) -> Callable[[], object]:
    return lambda: account_owner(where)


def _opportunity(deal: Deal) -> Callable[[], object]:
    return lambda: opportunity_owner(deal)


def _clocked(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _key(table: str, key: str, at: int, managers: list[ChannelManager]) -> KeyRule:
    manager = managers[at % len(managers)] if at or table != "segment" else None
    result = manager.name if manager else "Look at Territory"
    return KeyRule(
        table=table, key=key, folded=folded(key), result=result, manager=manager, valid_from=FIRST_DAY, remark=MARK
    )


def _partner(name: str, at: int, managers: list[ChannelManager]) -> PartnerRule:
    manager = managers[at % len(managers)]
    return PartnerRule(
        table="gsi",
        partner_name=name,
        folded=folded(name),
        result=manager.name,
        manager=manager,
        valid_from=FIRST_DAY,
        remark=MARK,
    )


def _forget() -> None:
    KeyRule.objects.filter(remark=MARK).delete()
    PartnerRule.objects.filter(remark=MARK).delete()
