"""The columns of the table, from `data/columns.toml`: their order, their headings, what they hold."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

DATA: Final = Path(__file__).resolve().parents[1] / "data" / "columns.toml"
Holds = Literal["text", "email", "phone", "country", "flag", "active", "admin", "course"]
YES_OR_NO: Final = frozenset({"flag", "active", "admin", "course"})
_WORD: Final = re.compile(r"[^\W_]+")
_CUSTOM: Final = re.compile(r"__cf?$", re.IGNORECASE)  # what Salesforce and Impartner put behind fields of our own


@dataclass(frozen=True, kw_only=True)
class Column:
    """One of them: Impartner's field, the heading a partner reads, every spelling it is known by."""

    field: str
    title: str
    holds: Holds
    keys: frozenset[str]

    @property
    def is_course(self) -> bool:
        return self.holds == "course"

    @property
    def is_yes_or_no(self) -> bool:
        return self.holds in YES_OR_NO


@cache
def columns() -> tuple[Column, ...]:
    """In the order of the table."""
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["column"]
    return tuple(_column(row["field"], row.get("title", ""), row["holds"], row.get("also", [])) for row in rows)


@cache
def place(holds: Holds) -> int:
    """Where the only column of this kind stands."""
    return next(at for at, column in enumerate(columns()) if column.holds == holds)


def key(head: str) -> str:
    """“User: Full Name”, “full_name” and “FULL  NAME” are the same heading: fullname."""
    plain = _CUSTOM.sub("", unicodedata.normalize("NFKC", head).strip())
    words = _WORD.findall(plain.casefold())
    return "".join(words[1:] if len(words) > 1 and words[0] in {"user", "users"} else words)


def titles() -> tuple[str, ...]:
    return tuple(column.title for column in columns())


def _column(field: str, title: str, holds: Holds, also: list[str]) -> Column:
    if holds not in get_args(Holds):
        raise ValueError(f"{DATA.name}: nothing holds “{holds}”.")
    heads = (field, title or field, *also)
    return Column(field=field, title=title or field, holds=holds, keys=frozenset(key(head) for head in heads))
