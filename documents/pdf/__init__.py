"""PDFs that strangers made, read in the cage: their text and how many pages they have."""

from __future__ import annotations

from documents.pdf.asking import read
from documents.pdf.reading import Pdf

__all__ = ["Pdf", "read"]
