"""What became of a write at a vendor; domain code reads this and never a vendor's class (vendors.md §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    DONE = "done"
    ALREADY = "already"  # it was so before: nothing had to be written
    REFUSED = "refused"  # the vendor, or what we found there, says no; a person decides
    RETRY_LATER = "retry_later"
    UNKNOWN = "unknown"  # perhaps it was done: look before anything is sent again


DONE, ALREADY, REFUSED, RETRY_LATER, UNKNOWN = Kind


@dataclass(frozen=True, kw_only=True)
class Outcome:
    kind: Kind
    ref: str = ""  # the vendor's id of what was written
    code: str = ""
    words: str = ""  # a sentence for people
    after: float = 0.0  # seconds
    data: Mapping[str, Any] = field(default_factory=dict)  # what else there is to know, as JSON: row by row

    @property
    def worked(self) -> bool:
        return self.kind in {DONE, ALREADY}


def done(ref: str = "", words: str = "", data: Mapping[str, Any] | None = None) -> Outcome:
    return Outcome(kind=DONE, ref=ref, words=words, data=data or {})


def already(ref: str = "", words: str = "", data: Mapping[str, Any] | None = None) -> Outcome:
    return Outcome(kind=ALREADY, ref=ref, words=words, data=data or {})


def refused(code: str, words: str, data: Mapping[str, Any] | None = None) -> Outcome:
    return Outcome(kind=REFUSED, code=code, words=words, data=data or {})


def retry_later(after: float, words: str, code: str = "") -> Outcome:
    return Outcome(kind=RETRY_LATER, after=after, words=words, code=code)


def unknown(words: str, after: float = 0.0, code: str = "") -> Outcome:
    return Outcome(kind=UNKNOWN, words=words, after=after, code=code)
