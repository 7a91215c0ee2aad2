"""Having a paper read in the cage: what is wrong with it is an `Unfit`; that nobody can read just now is not."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from django.utils.translation import gettext as _

from documents import cage
from documents.cage.parcels import Mismatch
from documents.tables import Unfit

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Values = TypeVarTuple("Values")


def run(task: Callable[[*Values], Result], *values: *Values) -> Result:
    """Raises `Unfit` with its cause, or `cage.Unavailable` (an OSError): then it is asked again later."""
    try:
        with contextlib.suppress(cage.Died):  # the machine may have ended it: the file gets a second process
            return cage.run(task, *values)
        return cage.run(task, *values)
    except cage.Died as died:
        raise Unfit(_("It stops the program that reads it, as a damaged or a hostile file does.")) from died
    except cage.Escaped as escaped:
        raise Unfit(_("%(cause)s A person has to look at it.") % {"cause": escaped}) from escaped
    except (cage.Failed, Mismatch) as failed:
        log.warning("a paper could not be read: %s", failed)
        raise Unfit(_("This file is damaged, or not what its type promises. Open it yourself.")) from failed
