"""Bytes → sheets of rows whose cells are the texts as they stand. Runs in the cage: files come from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final

from django.utils.translation import gettext as _

from certification.table import separated
from documents.tables import Cells, Unfit
from documents.tables.opening import OLE, is_workbook

HTML: Final = (b"<!doctype", b"<html", b"<?xml", b"<table")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A tab of a workbook, or a CSV: rows by the number a spreadsheet program shows, read once; what is odd in it."""

    title: str
    rows: Iterator[tuple[int, Cells]]
    notes: Callable[[int], list[str]]  # given the number of the row of headings
    ragged: bool = False  # a row without its last cells has lost them


def sheets(content: bytes) -> Iterator[Sheet]:
    """`Unfit` with a sentence where there are none."""
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise Unfit(_("This file is empty. Export all found records again."))
    if content.startswith(OLE):
        raise Unfit(_("This is an old Excel file or one with a password. Save it as .xlsx without a password."))
    if is_workbook(content):
        yield from _workbook().sheets(content)
        return
    if content[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(HTML):
        raise Unfit(_("This is a web page, not an export: the portal may have asked to sign in. Export it again."))
    rows, notes = separated.table(content)
    yield Sheet(title="", rows=rows, notes=lambda _row: notes, ragged=True)


@cache
def _workbook() -> Any:
    """Its library is 13 MB: only the process in the cage opens workbooks."""
    return import_module("certification.table.workbook")
