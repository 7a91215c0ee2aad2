"""Having a PDF read in the cage: what it costs is limited, what it breaks is not ours."""

from __future__ import annotations

from documents import tables
from documents.pdf import reading
from documents.pdf.reading import Pdf
from documents.tables import Unfit


def read(content: bytes) -> Pdf:
    """Its text and pages; raises `Unfit` with a sentence where it cannot be read."""
    found = tables.caged(reading.read, content)
    if found.refused:
        raise Unfit(found.refused)
    return found
