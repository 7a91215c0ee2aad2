"""Having a file read in the cage: what it costs is limited, what it breaks is not ours."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from django.utils.translation import gettext as _

from documents import cage
from documents.tables import reading
from documents.tables.cells import Table, Unfit

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Values = TypeVarTuple("Values")


def read(content: bytes, name: str, *, tab: str = "") -> list[Table]:
    """The tables of an .xlsx or a CSV, only `tab` where the file has it; `Unfit` with a sentence when it has none."""
    found = caged(reading.read, content, name, tab)
    if found.refused:
        raise Unfit(found.refused)
    tables = [table for table in found.tables if table.rows]
    if not tables:
        raise Unfit(_("This file is empty."))
    return tables


def caged(task: Callable[[*Values], Result], *values: *Values) -> Result:
    """What an allowed task of the cage finds; whatever happens to it there is an `Unfit` with its sentence."""
    try:
        return _run(task, *values)
    except cage.Escaped as escaped:
        raise Unfit(str(escaped)) from escaped
    except cage.Failed as failed:
        log.warning("a file could not be read: %s", failed)
        raise Unfit(_("This file cannot be read. Save it again as .xlsx or .csv and upload that.")) from failed
    except cage.Unavailable as problem:
        log.exception("the cage does not start")
        raise Unfit(_("Files cannot be read just now. Try again in a minute.")) from problem


def _run(task: Callable[[*Values], Result], *values: *Values) -> Result:
    """A process that died may have been ended by the machine: the file gets a second one."""
    with contextlib.suppress(cage.Died):
        return cage.run(task, *values)
    return cage.run(task, *values)
