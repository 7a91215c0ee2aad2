"""A paper's row: read once, whoever asks; what cannot be read is kept with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from documents.models import Paper, StoredFile
from documents.pages import reading
from documents.pages.shapes import Page, Read
from documents.papers import caged, recognising
from documents.tables import Unfit
from web.words import filesize

LARGEST: Final = 50 * 1024 * 1024


def read(stored: StoredFile) -> Paper:
    """What it says. Only a worker may call this: it computes for seconds; twice gives the same row.

    Raises OSError where it cannot be read just now; whatever is wrong with the file itself is in the row.
    """
    row = Paper.objects.filter(stored=stored).first()
    if row is None:
        Paper.objects.bulk_create([_same(stored) or _row(stored)], ignore_conflicts=True)
        row = Paper.objects.get(stored=stored)
    return row


def known(stored: Iterable[UUID]) -> dict[UUID, Paper]:
    """Those that are read already, by their file."""
    wanted = list(stored)
    return {row.stored_id: row for row in Paper.objects.filter(stored__in=wanted)} if wanted else {}


def text_of(paper: Paper) -> str:
    """All its pages, parted by a form feed."""
    return "\f".join(str(page.get("text", "")) for page in paper.pages)


def signatures_of(paper: Paper) -> list[str]:
    """The days of its digital signatures, as their writers say: 2022-11-18, or nothing where none is said."""
    return [str(day) for page in paper.pages[:1] for day in page.get("signed", ())]


def _same(stored: StoredFile) -> Paper | None:
    """The same bytes under the same name came before: they say the same."""
    before = Paper.objects.filter(stored__sha256=stored.sha256, stored__size=stored.size, stored__name=stored.name)
    row = before.order_by("-pk").first()
    if row is not None:
        row.pk, row.stored = None, stored
    return row


def _row(stored: StoredFile) -> Paper:
    found, content = _read(stored)
    pages = [_json(page) for page in found.pages]
    if pages and found.signed:
        pages[0]["signed"] = found.signed
    return Paper(
        stored=stored,
        kind=found.kind,
        refused=found.refused,
        warnings=found.warnings,
        page_count=found.count,
        pages=recognising.recognise(content, pages),
        scanned=any(page.scan for page in found.pages),
    )


def _read(stored: StoredFile) -> tuple[Read, bytes]:
    if stored.size == 0:
        return Read(refused=_("This file is empty.")), b""
    if stored.size > LARGEST:
        words = _("This file is %(size)s. Files up to %(limit)s are read; open this one yourself.")
        return Read(refused=words % {"size": filesize(stored.size), "limit": filesize(LARGEST)}), b""
    content = stored.read()
    try:
        return caged.run(reading.read, content, stored.name), content
    except Unfit as unfit:
        return Read(refused=str(unfit)), content


def _json(page: Page) -> dict[str, Any]:
    return {"text": page.text, "scan": page.scan, "ocr": page.recognised}
