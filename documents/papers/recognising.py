"""Scans as text: our own drawing of a page, given to Tesseract where the machine has it; else a person reads them.

The program sees no byte a stranger wrote, only the picture the cage drew, and runs behind walls of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from documents.cage import program
from documents.pages import drawing
from documents.pages.tidying import tidy
from documents.papers import caged, tongues
from documents.pdf import layout
from documents.pdf.layout import Word
from documents.tables import Unfit

MOST_PAGES: Final = 10
PATIENCE: Final = 40.0  # seconds for all pages of a file: what is left then, a person reads
SURE: Final = 30.0  # of a hundred: below it is no word
SURE_ENOUGH: Final = 55.0  # on average: below it is no text
WORD: Final = "5"  # the level of a line that is a word
LESS_SURE: Final = 5.0  # so much less another language may be, and has read it better
Told = tuple[list[Word], float]  # the words, and how sure they are on average


def recognise(content: bytes, pages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same pages; those that are pictures only with the text and places of their words, as far as they are told."""
    until = time.monotonic() + PATIENCE
    left = MOST_PAGES
    done = []
    for number, page in enumerate(pages, start=1):
        wanted = bool(page["scan"]) and not page["ocr"] and left > 0 and time.monotonic() < until
        left -= wanted
        done.append(_recognised(content, number, page, until=until) if wanted else page)
    return done


def _recognised(content: bytes, number: int, page: dict[str, Any], *, until: float) -> dict[str, Any]:
    try:
        drawn = caged.run(drawing.draw_to_recognise, content, number)
    except Unfit:
        return page
    words, sure = _told(drawn.picture, until=until) if drawn.picture else ([], 0.0)
    if not words or sure < SURE_ENOUGH:
        return page
    boxes = [[word.text, *_shares(word, drawn.width, drawn.height)] for word in words]
    text = "\n".join(part for part in (page["text"], tidy(layout.text(words))) if part)
    return {**page, "text": text, "ocr": True, "words": boxes}


def _told(picture: bytes, *, until: float) -> Told:
    """As English; then in the language that it seems to be, or in other scripts where it made no sense."""
    first = _read(picture, tongues.FIRST, until=until)
    if first[1] >= SURE_ENOUGH:
        other = tongues.seems(word.text for word in first[0])
        again = _read(picture, other, until=until) if other else first
        return again if again[1] >= first[1] - LESS_SURE else first
    for script in tongues.scripts() if first[0] else ():
        told = _read(picture, script, until=until)
        if told[1] >= SURE_ENOUGH:
            return told
    return first


def _read(picture: bytes, languages: str, *, until: float) -> Told:
    seconds = max(1.0, until - time.monotonic())  # a task of a worker ends before long
    arguments = ("stdin", "stdout", "-l", languages, "--psm", "3", "tsv")
    said = program.run(tongues.PROGRAM, arguments, picture, seconds=seconds)
    return _words((said or b"").decode("utf-8", "replace"))


def _words(table: str) -> Told:
    """With their boxes, of the table that the program writes."""
    found = list(_rows(table))
    sure = sum(one for _word, one in found) / len(found) if found else 0.0
    return [word for word, _sure in found], sure


def _rows(table: str) -> Iterator[tuple[Word, float]]:
    for line in table.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) != 12 or cells[0] != WORD or not cells[11].strip():
            continue
        left, top, width, height = (float(cell) for cell in cells[6:10])
        if float(cells[10]) >= SURE:
            yield Word(cells[11].strip(), left, top, left + width, top + height), float(cells[10])


def _shares(word: Word, width: int, height: int) -> list[float]:
    left, top, right, bottom = word.box
    return [round(share, 4) for share in (left / width, top / height, right / width, bottom / height)]
