"""How a page looks: drawn in the cage when it is first wanted, kept beside the paper; and where its words stand."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from documents import storing
from documents.models import PagePicture, Paper, StoredFile
from documents.pages import drawing
from documents.pages.drawing import Words
from documents.papers import caged
from documents.tables import Unfit

log = logging.getLogger(__name__)

MOST_MARKS: Final = 20
UNDRAWN: Final = "undrawn"
NOTHING: Final = drawing.Drawn(b"", 0, 0)
_PIECE: Final = re.compile(r"\w+")


class Mark(NamedTuple):
    """A box on the picture in shares of its width and height."""

    left: float
    top: float
    right: float
    bottom: float


def picture_of(paper: Paper, number: int) -> PagePicture | None:
    """None where this kind of paper has no pages to look at, or this one cannot be drawn."""
    kept = PagePicture.objects.select_related("picture").filter(paper=paper, number=number).first()
    if kept is not None or not has_pictures(paper) or not 0 < number <= len(paper.pages):
        return kept
    if paper.pages[number - 1].get(UNDRAWN):
        return None
    try:
        drawn = caged.run(drawing.draw, paper.stored.read(), number)
    except OSError as problem:
        log.warning("page %d of paper %s cannot be drawn just now: %s", number, paper.pk, problem)
        return None
    except Unfit as unfit:
        log.warning("page %d of paper %s could not be drawn: %s", number, paper.pk, unfit)
        drawn = NOTHING
    if drawn.picture:
        return _keep(paper, number, drawn)
    _give_up(paper, number)
    return None


def has_pictures(paper: Paper) -> bool:
    """PDFs and pictures look like something; a Word document only where it is made of scans."""
    looks = {Paper.Kind.PDF, Paper.Kind.PICTURE} | ({Paper.Kind.WORD} if paper.scanned else set())
    return not paper.refused and paper.kind in looks


def marks(paper: Paper, number: int, words: str) -> list[Mark]:
    """Where these words stand on the picture of that page."""
    wanted = pieces(words)
    if not wanted or not has_pictures(paper) or not 0 < number <= len(paper.pages):
        return []
    found = _words(paper, number)
    return [mark for start, end in runs(found.texts, wanted) for mark in by_line(found.boxes[start:end])][:MOST_MARKS]


def runs(texts: Sequence[str], wanted: Sequence[str]) -> list[tuple[int, int]]:
    """From which to which of the words the wanted ones stand, one after the other."""
    flat = [(piece, place) for place, text in enumerate(texts) for piece in pieces(text)]
    size = len(wanted)
    return [
        (flat[at][1], flat[at + size - 1][1] + 1)
        for at in range(len(flat) - size + 1)
        if all(flat[at + step][0] == piece for step, piece in enumerate(wanted))
    ]


def by_line(boxes: Sequence[tuple[float, float, float, float]]) -> list[Mark]:
    """One box for the words of a line; those of the next have their own."""
    found: list[Mark] = []
    for left, top, right, bottom in boxes:
        last = found[-1] if found else None
        if last is not None and min(last.bottom, bottom) - max(last.top, top) > (bottom - top) / 2:
            found[-1] = Mark(min(last.left, left), min(last.top, top), max(last.right, right), max(last.bottom, bottom))
        else:
            found.append(Mark(left, top, right, bottom))
    return found


def pieces(words: str) -> list[str]:
    return [piece.casefold() for piece in _PIECE.findall(words)]


def _words(paper: Paper, number: int) -> Words:
    """Those of a scan were kept when it was recognised; those of a PDF are looked for now."""
    kept = paper.pages[number - 1].get("words")
    if kept:
        return Words([row[0] for row in kept], [tuple(row[1:5]) for row in kept])
    try:
        return _in_the_file(paper.stored_id, number)
    except (Unfit, OSError):
        return Words([], [])


@lru_cache(maxsize=16)
def _in_the_file(stored: UUID, number: int) -> Words:
    """One page is asked for several words, one after the other; a stored file never changes."""
    return caged.run(drawing.words, StoredFile.objects.get(pk=stored).read(), number)


def _give_up(paper: Paper, number: int) -> None:
    """A page that takes all the time there is and comes to nothing is not tried at every look."""
    paper.pages[number - 1][UNDRAWN] = True
    paper.save(update_fields=["pages"])


def _keep(paper: Paper, number: int, drawn: drawing.Drawn) -> PagePicture:
    """Two who want it at once keep one."""
    try:
        with transaction.atomic():
            stored = storing.store(drawn.picture, name=f"page-{number}", area="pages")
            return PagePicture.objects.create(
                paper=paper, number=number, picture=stored, width=drawn.width, height=drawn.height
            )
    except IntegrityError:
        return PagePicture.objects.select_related("picture").get(paper=paper, number=number)
