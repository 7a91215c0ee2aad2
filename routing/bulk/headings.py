"""Which column is which: headings as people write them, in any order; what nobody knows is left aside by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from documents.tables import Cells, Unfit

LOOKED_AT: Final = 20
NO_LETTER: Final = re.compile(r"[\W_]+")

# The first name of a column that is there counts: a report may bring the id of 15 characters beside that of 18.
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "account_id": (
        "accountid18",
        "accountid18characters",
        "18digitaccountid",
        "salesforceaccountid",
        "sfdcaccountid",
        "accountid",
        "accountid15",
        "salesforceid",
        "sfdcid",
        "id",
    ),
    "account_name": ("accountname", "account", "partneraccount", "partnername", "partner"),
    "current_owner": ("currentowner", "currentaccountowner", "oldowner", "accountowner", "owner"),
    "new_owner": ("newowner", "newaccountowner", "newchannelmanager", "newcam"),
    "new_owner_id": ("newownerid", "newaccountownerid", "ownerid"),
    "territories": ("contractedterritories", "contractedterritory", "newcontractedterritories", "territories"),
    "public_sector": ("publicsectorpartner", "publicsector"),
    "reason": ("reason", "why"),
    "approved_by": ("approvedby", "approver"),
}


@dataclass(frozen=True)
class Headings:
    """Where each column stands, the headings that were understood and those that were not."""

    row: int
    places: dict[str, int]
    understood: list[str]
    ignored: list[str]


def find(rows: Sequence[Cells]) -> Headings | None:
    """The first row with an account's id and a new owner; None where there is none."""
    for number, cells in enumerate(rows[:LOOKED_AT]):
        written = [squeezed(cell) for cell in cells]
        places = {name: place for name, known in NAMES.items() if (place := _place(written, known)) is not None}
        if "account_id" in places and places.keys() & {"new_owner", "new_owner_id"}:
            _refuse_doubles(cells, written, places)
            taken = sorted(places.values())
            others = [cell for place, cell in enumerate(cells) if cell and place not in taken]
            return Headings(number, places, [cells[place] for place in taken], others)
    return None


def squeezed(text: str) -> str:
    """Letters and digits only: “Account ID (18)” and “account_id_18” are the same heading."""
    return NO_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())


def _place(written: Sequence[str], known: Sequence[str]) -> int | None:
    return next((written.index(name) for name in known if name in written), None)


def _refuse_doubles(cells: Cells, written: Sequence[str], places: dict[str, int]) -> None:
    for place in places.values():
        if written.count(written[place]) > 1:
            words = _("The column “%(name)s” is there twice. Delete the one that is not meant.")
            raise Unfit(words % {"name": cells[place]})
