"""A paper's row: read once for each content, whoever asks; what cannot be read is kept with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from documents import tables
from documents.models import Paper, StoredFile
from documents.pages import reading
from documents.pages.reading import Read
from documents.tables import Unfit
from web.words import filesize

LARGEST = 50 * 1024 * 1024


def read(stored: StoredFile) -> Paper:
    """What it says. Only a worker may call this: it computes for seconds; twice gives the same row."""
    row = Paper.objects.filter(stored=stored).first()
    if row is None:
        Paper.objects.bulk_create([_same(stored) or _row(stored, _read(stored))], ignore_conflicts=True)
        row = Paper.objects.get(stored=stored)
    return row


def known(stored: Iterable[UUID]) -> dict[UUID, Paper]:
    """Those that are read already, by their file."""
    return {row.stored_id: row for row in Paper.objects.filter(stored__in=list(stored))}


def text_of(paper: Paper) -> str:
    """All its pages, parted by a form feed."""
    return "\f".join(str(page.get("text", "")) for page in paper.pages)


def _same(stored: StoredFile) -> Paper | None:
    """The same bytes came before: they say the same."""
    before = Paper.objects.filter(stored__sha256=stored.sha256, stored__size=stored.size, stored__name=stored.name)
    row = before.order_by("-pk").first()
    if row is not None:
        row.pk, row.stored = None, stored
    return row


def _row(stored: StoredFile, found: Read) -> Paper:
    return Paper(
        stored=stored,
        kind=found.kind,
        refused=found.refused,
        warnings=found.warnings,
        page_count=found.count,
        pages=[page.as_json() for page in found.pages],
        scanned=any(page.scan for page in found.pages),
    )


def _read(stored: StoredFile) -> Read:
    if stored.size == 0:
        return Read.refusal(_("This file is empty."))
    if stored.size > LARGEST:
        words = _("This file is %(size)s. Files up to %(limit)s are read; open this one yourself.")
        return Read.refusal(words % {"size": filesize(stored.size), "limit": filesize(LARGEST)})
    try:
        return tables.caged(reading.read, stored.read(), stored.name)
    except Unfit as unfit:
        return Read.refusal(str(unfit))
