"""Reading an uploaded dashboard in the cage: what it costs is limited, what it breaks is not ours."""

from __future__ import annotations

import contextlib
import logging

from django.utils.translation import gettext as _

from documents import cage
from partners.dashboard import reading
from partners.dashboard.sheets import Sheet, Unfit

log = logging.getLogger(__name__)


def sheet_of(content: bytes, name: str) -> Sheet:
    """The table of the file; raises `Unfit` with the sentence why there is none."""
    try:
        sheet = _read(content, name)
    except cage.Escaped as escaped:
        raise Unfit(str(escaped)) from escaped
    except cage.Failed as failed:
        log.warning("a dashboard could not be read: %s", failed)
        raise Unfit(_("This file cannot be read. Save it again as .xlsx or .csv and upload that.")) from failed
    except cage.Unavailable as problem:
        log.exception("the cage does not start")
        raise Unfit(_("Files cannot be read just now. Try again in a minute.")) from problem
    if sheet.refused:
        raise Unfit(sheet.refused)
    if not sheet.lines:
        raise Unfit(_("There is no partner in this file, only its head."))
    return sheet


def _read(content: bytes, name: str) -> Sheet:
    """A process that died may have been ended by the machine: the file gets a second one."""
    with contextlib.suppress(cage.Died):
        return cage.run(reading.read, content, name)
    return cage.run(reading.read, content, name)
