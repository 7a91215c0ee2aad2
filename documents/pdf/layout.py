"""A page of a PDF as it is looked at: words with their boxes, lines from top to bottom, a tab where a column ends."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from documents.pdf.reading import library

COLUMN: Final = 0.9  # of the height of a line: a wider gap parts two cells
WORD: Final = 0.2
SAME_LINE: Final = 0.5
MOST_SIGNS: Final = 60_000  # of one page
TURNED_SAMPLE: Final = 40


Box = tuple[float, float, float, float]  # left, top, right, bottom


class Word(NamedTuple):
    """Its box in points as the writing is read, from the left and from the top."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def box(self) -> Box:
        return self.left, self.top, self.right, self.bottom


class _Sign(NamedTuple):
    text: str
    left: float
    top: float
    right: float
    bottom: float
    made_up: bool  # by the library, where it thinks that a word ends


def words(page: Any) -> list[Word]:
    """In the order of the file; each ends at a blank, at a gap or where its line ends."""
    found: list[Word] = []
    inside: list[_Sign] = []
    for sign in _signs(page):
        ends = sign.made_up or sign.text.isspace()
        if inside and (ends or _is_apart(inside[-1], sign)):
            found.append(_word(inside))
            inside = []
        if not ends:
            inside.append(sign)
    if inside:
        found.append(_word(inside))
    return found


def text(found: Sequence[Word]) -> str:
    """Line by line, as somebody reads it from the left."""
    return "\n".join(_line(sorted(line, key=lambda word: word.left)) for line in lines(found))


def lines(found: Iterable[Word]) -> list[list[Word]]:
    """Words whose middles are at one height stand in one line."""
    rows: list[list[Word]] = []
    for word in sorted(found, key=lambda one: (one.top + one.bottom) / 2):
        last = rows[-1][0] if rows else None
        if last is not None and _is_beside(last, word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def on_the_picture(page: Any) -> list[Word]:
    """Words with their boxes on the page as it is shown, in shares of its width and height."""
    reading = _Reading(page, page.get_textpage())
    quarters = (page.get_rotation() // 90 - reading.quarters) % 4
    size = reading.size if reading.quarters % 2 == 0 else reading.size[::-1]
    width, height = size if quarters % 2 == 0 else size[::-1]
    shown = ((word.text, *turned(word.box, quarters, size)) for word in words(page))
    return [
        Word(text, left / width, top / height, right / width, bottom / height)
        for text, left, top, right, bottom in shown
    ]


def _line(row: Sequence[Word]) -> str:
    parts = [row[0].text]
    for before, word in pairwise(row):
        height = max(before.bottom - before.top, word.bottom - word.top)
        gap = word.left - before.right
        parts.append("\t" if gap > COLUMN * height else " ")
        parts.append(word.text)
    return "".join(parts)


def _is_beside(one: Word, other: Word) -> bool:
    lower = min(one.bottom - one.top, other.bottom - other.top)
    return abs((one.top + one.bottom) - (other.top + other.bottom)) / 2 < SAME_LINE * lower


def _is_apart(before: _Sign, sign: _Sign) -> bool:
    height = max(before.bottom - before.top, sign.bottom - sign.top, 0.1)
    if abs((before.top + before.bottom) - (sign.top + sign.bottom)) / 2 > SAME_LINE * height:
        return True
    gap = sign.left - before.right
    return gap > WORD * height or gap < -2 * height


def _word(signs: Sequence[_Sign]) -> Word:
    letters = "".join(sign.text for sign in signs).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Word(
        letters,
        min(sign.left for sign in signs),
        min(sign.top for sign in signs),
        max(sign.right for sign in signs),
        max(sign.bottom for sign in signs),
    )


def _signs(page: Any) -> Iterable[_Sign]:
    raw = library().raw
    texts = page.get_textpage()
    reading = _Reading(page, texts)
    rect = raw.FS_RECTF()
    for number in range(min(texts.count_chars(), MOST_SIGNS)):
        sign = chr(raw.FPDFText_GetUnicode(texts.raw, number))
        if raw.FPDFText_IsGenerated(texts.raw, number) == 1 or sign.isspace():
            yield _Sign(" ", 0, 0, 0, 0, made_up=True)
        elif raw.FPDFText_GetLooseCharBox(texts.raw, number, ctypes.byref(rect)):
            yield _Sign(sign, *reading.box(rect.left, rect.bottom, rect.right, rect.top), made_up=False)


class _Reading:
    """From the page's own space, counted from its bottom, to the way its writing is read, counted from the top."""

    def __init__(self, page: Any, texts: Any) -> None:
        self.left, bottom, right, self.top = page.get_cropbox()
        self.size = (right - self.left, self.top - bottom)
        self.quarters = -_writing(texts) % 4

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        box = (left - self.left, self.top - top, right - self.left, self.top - bottom)
        return turned(box, self.quarters, self.size)


def turned(box: Box, quarters: int, size: tuple[float, float]) -> Box:
    """The same box after its page was turned to the right so many times; `size` is that of the page before."""
    left, top, right, bottom = box
    width, height = size
    if quarters == 1:
        return height - bottom, left, height - top, right
    if quarters == 2:
        return width - right, height - bottom, width - left, height - top
    if quarters == 3:
        return top, width - right, bottom, width - left
    return box


def _writing(texts: Any) -> int:
    """How many quarters to the right most of its writing is turned, where a page was laid on its side."""
    raw = library().raw
    count = min(texts.count_chars(), TURNED_SAMPLE)
    angles = [raw.FPDFText_GetCharAngle(texts.raw, number) for number in range(count)]
    quarters = [round(angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0]
    return max(set(quarters), key=quarters.count, default=0)
