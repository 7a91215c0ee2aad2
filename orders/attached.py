"""What came with a request: which of its files are documents; the order as a PDF, a screenshot of the dashboard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from documents import papers as documents
from documents.models import Paper
from tickets import papers
from tickets.models import Attachment, Ticket

_ORDER: Final = re.compile(
    r"\bpurchase order\b|\bp\.?o\.?\b|\border form\b|\bbestellung\b|\bbon de commande\b|\borden de compra\b"
    r"|\bpedido de compra\b|\bordine d'acquisto\b|注文書|発注書",
    re.IGNORECASE,
)
_DASHBOARD: Final = re.compile(
    r"dash[ \-_]?board|screen[ \-_]?shot|screen[ \-_]?capture|bildschirmfoto|capture", re.IGNORECASE
)
_READ: Final = 1_500
NAMED, ANY = 0.9, 0.6
PDF, PICTURE = "application/pdf", "image/"
PASTED: Final = 40_000  # bytes of a picture inside a text: below it is the logo under a name


def is_document(one: Attachment) -> bool:
    """A file beside the text; a screenshot that was pasted into it is one too, and so is a PDF that is shown there."""
    if not one.inline:
        return True
    return one.content_type == PDF or (one.content_type.startswith(PICTURE) and one.size >= PASTED)


def of(ticket: Ticket) -> dict[str, list[dict[str, Any]]]:
    """Facts that are files: their value is the file's name."""
    files = [one for one in papers.files_of(ticket) if is_document(one)]
    read = documents.known([one.stored_id for one in files])
    rows = [(one, read.get(one.stored_id)) for one in files]
    return {"pdf": _orders(rows), "dashboard": _dashboards(rows)}


def _orders(files: Iterable[tuple[Attachment, Paper | None]]) -> list[dict[str, Any]]:
    """PDFs, first those that call themselves an order."""
    found = [
        _row(one, NAMED if _ORDER.search(f"{_words(one.filename)} {_head(paper)}") else ANY)
        for one, paper in files
        if one.content_type == PDF and not (paper and paper.refused)
    ]
    return sorted(found, key=lambda row: -float(row["sure"]))


def _dashboards(files: Iterable[tuple[Attachment, Paper | None]]) -> list[dict[str, Any]]:
    """A picture somebody attached, or a file of that name."""
    return [
        _row(one, NAMED if _DASHBOARD.search(one.filename) else ANY)
        for one, _paper in files
        if one.content_type.startswith(PICTURE) or _DASHBOARD.search(one.filename)
    ]


def _row(one: Attachment, sure: float) -> dict[str, Any]:
    link = papers.page_url(one, 1)
    return {"value": one.filename, "source": one.filename, "quote": "", "sure": sure, "link": link, "page": 1}


def _words(filename: str) -> str:
    return re.sub(r"[_\-.]+", " ", filename)


def _head(paper: Paper | None) -> str:
    return str(paper.pages[0].get("text", ""))[:_READ] if paper and paper.pages else ""
