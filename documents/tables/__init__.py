"""Spreadsheets as rows of texts: `read(content, name, tab=…)`, in the cage, with a sentence where it cannot be."""

from __future__ import annotations

from documents.tables.asking import caged, read
from documents.tables.cells import Cells, Table, Unfit, clean, folded

__all__ = ["Cells", "Table", "Unfit", "caged", "clean", "folded", "read"]
