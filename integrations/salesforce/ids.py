"""Ids of Salesforce: 15 characters with case, or 18 that survive without it. We keep 18 and take both."""

from __future__ import annotations

import re
from typing import Final

ID: Final = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def is_id(text: str) -> bool:
    return bool(ID.fullmatch(text))


def may_be_id(text: str, *, prefix: str) -> bool:
    """Whether somebody may have typed an id of records that begin with `prefix`; 18 characters carry a checksum."""
    return is_id(text) and text.startswith(prefix) and (len(text) == 15 or text[15:].upper() == _checksum(text[:15]))


def full_id(given: str) -> str:
    """With 18 characters; ValueError for what is no id."""
    if not is_id(given):
        msg = f"{given!r} is no id of Salesforce"
        raise ValueError(msg)
    return given if len(given) == 18 else given + _checksum(given)


def same_id(one: str, other: str) -> bool:
    """Whether both mean the same record; nothing means none."""
    return is_id(one) and is_id(other) and one[:15] == other[:15]


def _checksum(short: str) -> str:
    """A letter for every five characters: which of them are capitals."""
    parts = (short[0:5], short[5:10], short[10:15])
    return "".join(LETTERS[sum("A" <= one <= "Z" and 1 << place for place, one in enumerate(part))] for part in parts)
