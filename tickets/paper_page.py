"""The page on which a file is looked at: one page of it, its text, its marks, its warnings, and the ways on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import Http404
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from documents import papers
from documents.models import PagePicture, Paper
from documents.papers import pictures
from documents.papers.pictures import Mark
from tickets import papers as of_ticket
from tickets.models import Attachment

LONGEST_WORDS: Final = 300
FINE: Final = 1000  # the drawing's own measure: a picture is so wide


@dataclass(frozen=True, kw_only=True)
class Box:
    """A mark in the drawing's measure."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class PaperPage:
    """What the template shows; `paper` is None as long as no worker has read the file."""

    file: Attachment
    paper: Paper | None
    number: int
    words: str
    picture: PagePicture | None
    marks: Sequence[Box]
    text: SafeString
    found: int  # how often the words stand in the text

    @property
    def count(self) -> int:
        return len(self.paper.pages) if self.paper else 0

    @property
    def height(self) -> int:
        return round(FINE * self.picture.height / self.picture.width) if self.picture else 0

    @property
    def picture_url(self) -> str:
        return of_ticket.picture_url(self.file, self.number)

    @property
    def before(self) -> str:
        return of_ticket.page_url(self.file, self.number - 1, self.words) if self.number > 1 else ""

    @property
    def behind(self) -> str:
        return of_ticket.page_url(self.file, self.number + 1, self.words) if self.number < self.count else ""

    @property
    def row(self) -> dict[str, object]:
        """The page as it was read."""
        return self.paper.pages[self.number - 1] if self.paper and self.count else {}

    @property
    def is_scan(self) -> bool:
        return bool(self.row.get("scan"))

    @property
    def is_recognised(self) -> bool:
        return bool(self.row.get("ocr"))

    @property
    def warnings(self) -> list[str]:
        return [*self.paper.warnings] if self.paper else []


def of(file: Attachment, number: int, *, words: str = "") -> PaperPage:
    """Raises 404 for a page it does not have."""
    paper = papers.known([file.stored_id]).get(file.stored_id)
    if number < 1 or number > max(1, len(paper.pages) if paper else 1):
        raise Http404(_("%(name)s has no page %(number)d.") % {"name": file.filename, "number": number})
    wanted = words[:LONGEST_WORDS]
    text = str(paper.pages[number - 1].get("text", "")) if paper and paper.pages else ""
    places = places_in(text, wanted)
    picture = pictures.picture_of(paper, number) if paper else None
    return PaperPage(
        file=file,
        paper=paper,
        number=number,
        words=wanted,
        picture=picture,
        marks=_boxes(pictures.marks(paper, number, wanted), picture) if paper and picture else [],
        text=marked(text, places),
        found=len(places),
    )


def picture_of(file: Attachment, number: int) -> PagePicture | None:
    paper = papers.known([file.stored_id]).get(file.stored_id)
    return pictures.picture_of(paper, number) if paper else None


def places_in(text: str, words: str) -> list[tuple[int, int]]:
    """Where the words stand, whatever blanks and stops are between them."""
    pieces = pictures.pieces(words)
    if not pieces:
        return []
    pattern = re.compile(r"(?<!\w)" + r"\W+".join(map(re.escape, pieces)) + r"(?!\w)", re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)][: pictures.MOST_MARKS]


def marked(text: str, places: Sequence[tuple[int, int]]) -> SafeString:
    parts, at = [], 0
    for start, end in places:
        parts += [format_html("{}<mark>{}</mark>", text[at:start], text[start:end])]
        at = end
    return format_html_join("", "{}", [(part,) for part in [*parts, format_html("{}", text[at:])]])


def _boxes(found: Sequence[Mark], picture: PagePicture) -> list[Box]:
    """A little wider than the words."""
    high, seam = FINE * picture.height / picture.width, 3
    return [
        Box(
            x=round(one.left * FINE) - seam,
            y=round(one.top * high) - seam,
            width=round((one.right - one.left) * FINE) + 2 * seam,
            height=round((one.bottom - one.top) * high) + 2 * seam,
        )
        for one in found
    ]
