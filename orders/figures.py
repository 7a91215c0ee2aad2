"""Amounts and days of an order: the total with its currency, the term from and to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from documents.papers import Found, Source, days, finding, money

Labels = Mapping[str, Sequence[str]]
USD: Final = re.compile(r"(\bUSD\b|\bUS\$|\bUS dollars?\b|\$(?=\s?\d))", re.IGNORECASE)
WHOLE: Final = re.compile(r"grand|order|net|due|gesamt|montant total|合計|総額", re.IGNORECASE)
PLAIN: Final = re.compile(r"total|totale|summe|importe|importo", re.IGNORECASE)
LESS_PLAIN, LEAST_PLAIN = 0.95, 0.8
_SURE: Final = 0.8


def of(sources: Sequence[Source], labels: Labels) -> dict[str, Iterable[Found]]:
    written = [one for one in sources if one.kind != "name"]
    amounts = list(_amounts(written, labels))
    return {
        "amount": amounts,
        "currency": [replace(one, value=one.unit, unit="") for one in amounts if one.unit],
        "usd": [
            *(replace(one, value=one.unit, unit="") for one in amounts if one.unit == "USD"),
            *(replace(one, value="USD") for one in finding.matching(written, USD, sure=_SURE)),
        ],
        "start_date": days.labelled(written, labels["start_date"], others=_others(labels, "start_date")),
        "end_date": days.labelled(written, labels["end_date"], others=_others(labels, "end_date")),
    }


def _amounts(sources: Sequence[Source], labels: Labels) -> Iterator[Found]:
    """The total of all before the total of a line: by its label, and of equal ones the largest."""
    found = money.labelled(sources, labels["amount"], others=_others(labels, "amount"))
    for one in sorted(found, key=lambda one: -Decimal(one.value)):
        yield replace(one, sure=one.sure * _weight(one.label))


def _weight(label: str) -> float:
    if WHOLE.search(label):
        return 1.0
    return LESS_PLAIN if PLAIN.search(label) else LEAST_PLAIN


def _others(labels: Labels, name: str) -> list[str]:
    return [label for other, names in labels.items() if other != name for label in names]
