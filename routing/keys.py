"""How keys of the mapping are compared, and which fiscal year a day belongs to."""

from __future__ import annotations

from datetime import date
from typing import Final

FIRST_MONTH: Final = 2  # a fiscal year begins on 1 February (handbook: FY23Q4 ends in January 2023)


def folded(key: str) -> str:
    """Trimmed, inner blanks single, lower case; never split."""
    return " ".join(key.split()).lower()


def fiscal_year(day: date) -> str:
    """“FY23” for any day from 1 February 2022 to 31 January 2023."""
    return f"FY{(day.year + (day.month >= FIRST_MONTH)) % 100:02}"
