"""Where words that were found in folded text stand in the text as it was written, with a few words around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tickets.search import fold

READ: Final = 20_000
AROUND: Final = 48
_BETWEEN: Final = r"[\s_\-.+()\[\]]*"


@dataclass(frozen=True, kw_only=True)
class Quote:
    before: str
    words: str
    after: str


def quote(text: str, words: str) -> Quote | None:
    """The first place of `words`; None where they cannot be found again."""
    read = text[:READ]
    span = _span(read, words)
    if span is None:
        return None
    start, end = span
    before, after = read[max(0, start - AROUND) : start], read[end : end + AROUND]
    return Quote(
        before=_front(before, whole=start <= AROUND),
        words=" ".join(read[start:end].split()),
        after=_back(after, whole=end + AROUND >= len(text)),
    )


def _span(text: str, words: str) -> tuple[int, int] | None:
    pattern = re.compile(_BETWEEN.join(re.escape(word) for word in words.split()), re.IGNORECASE)
    if match := pattern.search(text):
        return match.span()
    if text.isascii():
        return None
    folded = [fold(char) for char in text]
    places = [at for at, letters in enumerate(folded) for _letter in letters]
    match = pattern.search("".join(folded))
    return (places[match.start()], places[match.end() - 1] + 1) if match and match.end() else None


def _front(text: str, *, whole: bool) -> str:
    """From a whole word on, its blanks as one."""
    cut = text if whole else text.partition(" ")[2] or text
    line = " ".join(cut.split())
    seam = " " if line and text[-1:].isspace() else ""
    return f"{'' if whole else '… '}{line}{seam}"


def _back(text: str, *, whole: bool) -> str:
    cut = text if whole else text.rpartition(" ")[0] or text
    line = " ".join(cut.split())
    seam = " " if line and text[:1].isspace() else ""
    return f"{seam}{line}{'' if whole else ' …'}"
