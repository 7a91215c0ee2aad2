"""The step between upload and check: what was read, which columns were understood, and what is guessed of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from documents.models import StoredFile
from routing.bulk import acts
from routing.bulk.sheets import Sheet

COLUMNS: Final = (
    "AccountId18",
    "AccountName",
    "CurrentOwner",
    "NewOwner",
    "NewOwnerId",
    "ContractedTerritories",
    "PublicSectorPartner",
    "Reason",
    "ApprovedBy",
)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A file that was read and not checked yet."""

    file: StoredFile
    sheet: Sheet

    @property
    def guessed(self) -> dict[str, Any]:
        """What the form is filled with: the file's own name, date and reasons."""
        return {
            "title": acts.title_of(self.file.name),
            "taken_at": acts.saved_before_now(self.sheet),
            "why": acts.reasons_of(self.sheet.lines),
        }

    @property
    def approvers(self) -> str:
        return ", ".join(acts.approvers_of(self.sheet.lines))


def at(file: StoredFile) -> Seen:
    """Raises `Unfit` where the file cannot be read any more."""
    return Seen(file=file, sheet=acts.read(file.read()))
