"""Amounts as people write them: “USD 12,345.67”, “12.345,67 €”, “CHF 1'200.–”, “$80k”.

money.labelled(sources, ("Total", "Amount"))  →  Found(value="80000.00", unit="USD", …), surest first
"""

# ruff: noqa: RUF001, RUF002 - signs of currencies and dashes are the point here

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from documents.papers import finding
from documents.papers.beside import ALONE
from documents.papers.shapes import Found, Source

UNSURE: Final = 0.6  # where “1.234” may be a thousand or one and a bit
NO_CURRENCY: Final = 0.8
CODES: Final = [
    "USD",
    "EUR",
    "GBP",
    "CHF",
    "JPY",
    "AUD",
    "CAD",
    "NZD",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "RON",
    "INR",
    "SGD",
    "HKD",
    "CNY",
    "KRW",
    "THB",
    "MYR",
    "IDR",
    "PHP",
    "TWD",
    "VND",
    "BRL",
    "MXN",
    "ZAR",
    "AED",
    "SAR",
    "ILS",
    "TRY",
]
_SIGNS: Final = {
    "US$": "USD", "A$": "AUD", "C$": "CAD", "S$": "SGD", "HK$": "HKD", "NZ$": "NZD", "R$": "BRL", "$": "USD",
    "€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "₹": "INR", "₩": "KRW", "Fr.": "CHF", "zł": "PLN",
}  # fmt: skip
_CURRENCY: Final = "|".join([*CODES, *(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))])
_NUMBER: Final = (
    r"\d{1,3}(?:[ .,'’]\d{3})+(?:[.,](?:\d{1,2}|[\-–—]{1,2}))?(?!\d)|\d+(?:[.,](?:\d{1,2}|[\-–—]{1,2}))?(?!\d)"
)
_AMOUNT: Final = re.compile(
    rf"""(?:(?<![\w.])(?P<before>{_CURRENCY})[ ]?(?P<one>{_NUMBER})(?P<k1>[ ]?[kK](?!\w))?(?![\w%])
       |(?<![\w.,'’])(?P<two>{_NUMBER})(?P<k2>[ ]?[kK](?!\w))?[ ]?(?P<after>{_CURRENCY})(?!\w))""",
    re.VERBOSE,
)
_BARE: Final = re.compile(rf"(?<![\w.,'’\-/])(?P<bare>{_NUMBER})(?![\w%\-/])")


class Amount(NamedTuple):
    """Where it stands, how much; the currency is empty where none is said."""

    start: int
    end: int
    value: Decimal
    currency: str
    certain: bool


def find(text: str, *, bare: bool = False) -> list[Amount]:
    """Amounts with a currency, in their order; with `bare` numbers without one as well."""
    found = [_read(match) for match in _AMOUNT.finditer(text)]
    taken = [(one.start, one.end) for one in found]
    if bare:
        numbers = (match for match in _BARE.finditer(text) if not any(a <= match.start() < b for a, b in taken))
        found += [_amount(match.start(), match.end(), match["bare"], "", thousand=False) for match in numbers]
    return sorted(found)


def labelled(sources: Iterable[Source], names: Sequence[str], *, others: Sequence[str] = ()) -> list[Found]:
    """Amounts beside a label; `unit` is the currency, as far as it is said beside it."""
    beside = finding.labelled(sources, names, _EITHER, others=others)
    return finding.best_first(amount for one in beside for amount in _counted(one))


def anywhere(sources: Iterable[Source], *, sure: float = ALONE) -> list[Found]:
    """Every amount that says its currency."""
    return finding.best_first(
        _found(source, page, amount, sure=sure)
        for source in sources
        for page, text in enumerate(source.pages, start=1)
        for amount in find(text)
    )


def _counted(one: Found) -> Iterator[Found]:
    text = one.source.pages[one.page - 1]
    for amount in find(text[one.start : one.end], bare=True)[:1]:
        placed = amount._replace(start=one.start + amount.start, end=one.start + amount.end)
        made = _found(one.source, one.page, placed, sure=one.sure / _doubt(one))
        yield Found(**{**vars(made), "label": one.label, "quote": one.quote})


def _doubt(one: Found) -> float:
    """What was taken off already for its source."""
    return finding.doubt_of(one.source, one.page)


def _found(source: Source, page: int, amount: Amount, *, sure: float) -> Found:
    sure = sure if amount.currency else sure * NO_CURRENCY
    sure = sure if amount.certain else min(sure, UNSURE)
    value = f"{amount.value:.2f}"
    return finding.found(source, page, amount.start, amount.end, sure=sure, value=value, unit=amount.currency)


def _read(match: re.Match[str]) -> Amount:
    said = match["before"] or match["after"]
    number, thousand = match["one"] or match["two"], bool(match["k1"] or match["k2"])
    return _amount(match.start(), match.end(), number, _SIGNS.get(said, said), thousand=thousand)


def _amount(start: int, end: int, number: str, currency: str, *, thousand: bool) -> Amount:
    digits = re.sub(r"[ '’]", "", re.sub(r"[.,][\-–—]+$", "", number))
    last = max(digits.rfind("."), digits.rfind(","))
    behind = len(digits) - last - 1 if last >= 0 else 0
    is_fraction = last >= 0 and behind in {1, 2}
    whole = re.sub(r"[.,]", "", digits[:last] if is_fraction else digits)
    value = Decimal(f"{whole}.{digits[last + 1 :]}" if is_fraction else whole) * (1000 if thousand else 1)
    single = last >= 0 and behind == 3 and not re.search(r"[.,'’ ]", number.strip()[: number.rfind(digits[last])])
    return Amount(start, end, value, currency, certain=not (single and digits[last] == "." and not currency))


_EITHER: Final = re.compile(rf"({_AMOUNT.pattern}|{_BARE.pattern})", re.VERBOSE)
