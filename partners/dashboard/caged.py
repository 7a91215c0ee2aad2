"""Reading an uploaded dashboard in the cage."""

from __future__ import annotations

from django.utils.translation import gettext as _

from documents import tables
from documents.tables import Unfit
from partners.dashboard import reading
from partners.dashboard.sheets import Sheet


def sheet_of(content: bytes, name: str) -> Sheet:
    """The table of the file; raises `Unfit` with the sentence why there is none."""
    sheet = tables.caged(reading.read, content, name)
    if sheet.refused:
        raise Unfit(sheet.refused)
    if not sheet.lines:
        raise Unfit(_("There is no partner in this file, only its head."))
    return sheet
