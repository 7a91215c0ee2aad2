"""Bytes → the tabs of a workbook, or the one table of a CSV. Runs in the cage: files come from outside."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Final

from django.utils.translation import gettext as _

from documents.tables import separated
from documents.tables.cells import Tab, Unfit
from documents.tables.separated import Width

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def tabs(content: bytes, *, first: str = "", width: Width = separated.regular) -> Iterator[Tab]:
    """The tab named `first` at the front, where there is one; `width` finds out the separator of a CSV."""
    if content.startswith(OLE):
        raise Unfit(_("This is an old Excel file or one with a password. Save it as .xlsx without a password."))
    if is_workbook(content):
        found: Iterator[Tab] = workbook().tabs(content, first=first)
        return found
    return iter([separated.table(content, width=width)])


def is_workbook(content: bytes) -> bool:
    return content.startswith(b"PK")


@cache
def workbook() -> Any:
    """Its library is 13 MB: every process of the desk knows `read`, only the one in the cage opens workbooks."""
    return import_module("documents.tables.workbook")
