"""Where the value of a label may stand: behind it, in the next cell, on the next line, in the column under it."""

# ruff: noqa: RUF001 - colons and dashes of other scripts are the point here

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from documents.papers import labels, lines
from documents.papers.lines import Cell, Line

AFTER_A_COLON: Final = 0.95
IN_THE_NEXT_CELL: Final = 0.9
UNDER_A_HEAD: Final = 0.85
ON_THE_NEXT_LINE: Final = 0.8
IN_A_SENTENCE: Final = 0.7
BESIDE: Final = 0.6
ALONE: Final = 0.5
FURTHER_ROWS: Final = 20
LONGEST_LEAD: Final = 30
LOOKED_AT: Final = 400  # signs behind a label
MOST_HITS: Final = 200  # of a page: nobody names a thing more often
_SEPARATOR: Final = re.compile(r"[ ]*(?P<sign>[:：=]|\.{3,}|…+|_{3,}(?=\w)|[–—-](?=[ ]))[ .…:]*")
_COPULA: Final = re.compile(r"[ ]+(?:is|was|are|being|ist|lautet|est|es|è|é)[ ]*:?[ ]+", re.IGNORECASE)
_LEAD: Final = re.compile(r"[\W_]*(?:\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}[.)]?|[a-zA-Z][.)])[ ]+)?[\W_]*")
_NEXT_LABEL: Final = re.compile(r"[ ]{2,}|[ ](?=[A-Z][\w\-]*(?:[ ][A-Za-z][\w\-]*){0,3}[:：])|[ ]*[|•·][ ]*")
_ABBREVIATED: Final = re.compile(
    r"(?:\b(?:Inc|Ltd|Co|Corp|Bros|Mrs?|Ms|Dr|St|No|Nr|Art|Pty|Pvt|e\.V)|\b\w)$", re.IGNORECASE
)
_SENTENCE: Final = re.compile(r"[.!?](?=\s|$)|[,;](?=\s)|\s(?:and|und|et|y)\s(?=(?:the|our|die|der|le|la)\s)")


class Hit(NamedTuple):
    """From where to where the value may stand on its page, how sure that is; `since` is where the label begins."""

    label: str
    since: int
    start: int
    end: int
    sure: float
    loose: bool = False  # nothing but words parts the label from what may be prose


@dataclass(frozen=True, kw_only=True)
class Look:
    """One page looked over for one label. `others` name other values; with `bound` the value has a form of its own."""

    page: Sequence[Line]
    wanted: re.Pattern[str]
    others: re.Pattern[str] | None
    bound: bool

    def hits(self) -> Iterator[Hit]:
        """In their order, as many as somebody could want."""
        return islice(self._all(), MOST_HITS)

    def _all(self) -> Iterator[Hit]:
        for number, line in enumerate(self.page):
            for place, cell in enumerate(line.cells):
                for match in self.wanted.finditer(cell.text):
                    yield from self._of(number, place, match)

    def _of(self, number: int, place: int, match: re.Match[str]) -> Iterator[Hit]:
        cell = self.page[number].cells[place]
        leads = match.start() <= LONGEST_LEAD and _LEAD.fullmatch(cell.text, 0, match.start()) is not None
        separator = _SEPARATOR.match(cell.text, match.end())
        begin = separator.end() if separator else match.end()
        if not cell.text[begin : begin + LOOKED_AT].strip(" *_.:"):
            if leads:
                yield from self._elsewhere(number, place, match)
        elif separator:
            sure = AFTER_A_COLON if leads else ON_THE_NEXT_LINE
            yield self._behind(cell, match, begin, sure=sure, prose=not leads)
        elif copula := _COPULA.match(cell.text, match.end()):
            yield self._behind(cell, match, copula.end(), sure=IN_A_SENTENCE, prose=True, loose=True)
        elif leads or self.bound:
            sure = BESIDE if leads and self.bound else ALONE
            yield self._behind(cell, match, begin, sure=sure, prose=not leads, loose=True)

    def _elsewhere(self, number: int, place: int, match: re.Match[str]) -> Iterator[Hit]:
        """The label fills its cell: the value is beside it, or under it."""
        cells = self.page[number].cells
        beside = cells[place + 1] if place + 1 < len(cells) else None
        since = cells[place].start + match.start()
        if beside is not None and not self._names(beside):
            yield Hit(match["label"], since, beside.start, beside.end, IN_THE_NEXT_CELL)
        elif len(cells) > 1:
            yield from self._under(number, place, match["label"])
        elif number + 1 < len(self.page) and not self._names(below := self.page[number + 1].cells[0]):
            yield Hit(match["label"], since, below.start, below.end, ON_THE_NEXT_LINE)

    def _under(self, number: int, place: int, label: str) -> Iterator[Hit]:
        """Of rows that have as many cells as their head; of others nobody can say which stands under which."""
        size = len(self.page[number].cells)
        for row in self.page[number + 1 : number + 1 + FURTHER_ROWS]:
            if len(row.cells) != size or self._names(row.cells[place]):
                return
            cell = row.cells[place]
            yield Hit(label, cell.start, cell.start, cell.end, UNDER_A_HEAD)

    def _names(self, cell: Cell) -> bool:
        return labels.is_label(cell.text, self.others) or lines.begins_with_label(cell.text)

    def _behind(
        self, cell: Cell, match: re.Match[str], begin: int, *, sure: float, prose: bool, loose: bool = False
    ) -> Hit:
        """Up to the next label, the next column or, in prose, the end of the sentence."""
        rest = cell.text[begin : begin + LOOKED_AT]
        ends = [found.start() for found in (_NEXT_LABEL.search(rest.rstrip(), 1),) if found]
        if self.others is not None:
            ends += [found.start() for found in self.others.finditer(rest) if found.start() and _parts(rest, found)]
        if prose and not self.bound:
            ends += stops_in(rest)[:1]
        start = cell.start + begin
        end = start + min(ends, default=len(rest))
        return Hit(match["label"], cell.start + match.start(), start, end, sure, loose)


def stops_in(rest: str) -> list[int]:
    """Where a sentence in it ends; the full stop of “Inc.” ends none."""
    found = (match.start() for match in _SENTENCE.finditer(rest))
    return [stop for stop in found if rest[stop] != "." or not _ABBREVIATED.search(rest[:stop])]


def without_stop(words: str) -> str:
    """Without the full stop of its sentence; that of “Inc.” stays."""
    return words[:-1] if words.endswith(".") and not _ABBREVIATED.search(words[:-1]) else words


def _parts(rest: str, match: re.Match[str]) -> bool:
    """Another label is one here: something stands behind it as behind a label."""
    return _SEPARATOR.match(rest, match.end()) is not None or _COPULA.match(rest, match.end()) is not None
