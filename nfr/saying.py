"""What a partner's words say about their seats: that they are fewer now, that it still says too many, or neither.

Pure, and careful: a promise, a question, a “not yet”, a part of it is no word that it is done; then a person reads it.
Six languages, as the recognisers.
"""

# ruff: noqa: RUF001 - stops of other scripts are the point here

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from nfr import said_words
from tickets.search import fold

Verdict = Literal["reduced", "still", ""]
READ: Final = 4_000
LONGEST: Final = 240


@dataclass(frozen=True, kw_only=True)
class Said:
    """`count` is how many seats are in use by their own words; `quote` is the sentence it was read from.

    `removed` is how many people they name as gone; `open` that the sentence leaves something of it to be done.
    """

    verdict: Verdict = ""
    count: int | None = None
    quote: str = ""
    removed: int = 0
    open: bool = False

    @property
    def reduced(self) -> bool:
        return self.verdict == "reduced"

    @property
    def still(self) -> bool:
        return self.verdict == "still"


def read(text: str, *, allowed: int | None = None, used: int | None = None) -> Said:
    """The newest words of a partner; where they say both, “still too many” is what somebody has to answer.

    `used` is the number we told them: who has removed fewer than are too many has more to do.
    """
    found = [_of(part, allowed) for part in said_words.CUT.split(text[:READ]) if part.strip()]
    counts = [one for one in found if one.count is not None]
    told = [one for one in found if one.verdict]
    chosen = next((one for one in told if one.still), None) or next(iter(told), Said())
    if chosen.count is None and counts and not chosen.still:
        chosen = _with(chosen, counts[-1], allowed)
    if chosen.reduced and chosen.count is None and _more_to_do(found, allowed, used):
        return Said(quote=chosen.quote)
    return chosen


def _of(part: str, allowed: int | None) -> Said:
    words = f" {' '.join(fold(part.replace(said_words.APOSTROPHE, chr(39))).split())} "
    quote = " ".join(part.split())[:LONGEST]
    count = _count(words, allowed)
    if (
        said_words.STILL.search(words)
        and (count is not None or said_words.SHOWN.search(words))
        and not _fits(count, allowed)
    ):
        return Said(verdict="still", count=count, quote=quote)
    if part.rstrip().endswith(("?", "？")) or said_words.NOT.search(words):
        return Said(quote=quote, open=said_words.REMOVING.search(words) is not None)
    if said_words.REDUCED.search(words) or (count is not None and _fits(count, allowed)):
        verdict: Verdict = "still" if _over(count, allowed) else "reduced"
        return Said(verdict=verdict, count=count, quote=quote, removed=_removed(words))
    return Said(verdict="still" if _over(count, allowed) else "", count=count, quote=quote)


def _with(chosen: Said, counted: Said, allowed: int | None) -> Said:
    """“We removed four people. Now it is nine.”"""
    verdict: Verdict = "still" if _over(counted.count, allowed) else chosen.verdict
    return Said(verdict=verdict, count=counted.count, quote=f"{chosen.quote} {counted.quote}".strip()[:LONGEST])


def _more_to_do(found: list[Said], allowed: int | None, used: int | None) -> bool:
    """“The third one will be removed tomorrow.” Or one has gone, where three are too many."""
    removed = sum(one.removed for one in found)
    needed = used - allowed if used is not None and allowed is not None else 0
    return any(one.open for one in found) or 0 < removed < needed


def _count(words: str, allowed: int | None) -> int | None:
    """How many are in use; not how many have gone, nor how many days, questions, administrators there are."""
    for count in _counts(words, allowed):
        return count
    found = next((int(match[1]) for match in said_words.STILL_AT.finditer(words)), None)
    return found if _over(found, allowed) or allowed is None else None


def _counts(words: str, allowed: int | None) -> Iterator[int]:
    for match in said_words.OF.finditer(words):
        if _is_in_use(words, match.span(1)) and (allowed is None or int(match[2]) == allowed):
            yield _number(match[1])
    for match in said_words.COUNT.finditer(words):
        group = next(index for index, one in enumerate(match.groups(), start=1) if one)
        if _is_in_use(words, match.span(group)):
            yield _number(match[group])


def _is_in_use(words: str, span: tuple[int, int]) -> bool:
    return not said_words.GONE_BEFORE.search(words[: span[0]]) and not said_words.GONE_AFTER.match(words[span[1] :])


def _removed(words: str) -> int:
    return sum(_number(next(one for one in match.groups() if one)) for match in said_words.REMOVED.finditer(words))


def _number(written: str) -> int:
    return int(written) if written.isdigit() else said_words.NUMBERS[written]


def _fits(count: int | None, allowed: int | None) -> bool:
    return count is not None and allowed is not None and count <= allowed


def _over(count: int | None, allowed: int | None) -> bool:
    return count is not None and allowed is not None and count > allowed
