"""The page that compares an Impartner export: what was given, read, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from documents import limits
from documents.tables import Unfit
from partners.models import Account
from routing.models import RosterChange
from routing.team import errands, impartner

LONGEST: Final = 2_000_000  # letters pasted


def context(change: RosterChange, given: Mapping[str, Any], files: MultiValueDict[str, Any] | None) -> dict[str, Any]:
    """For the template: the comparison, or the sentence why there is none."""
    found: dict[str, Any] = {"change": change, "title": errands.title_of(change), "compared": None, "refused": ""}
    if files is None:
        return found
    pasted = str(given.get("pasted", ""))[:LONGEST]
    found["pasted"] = pasted
    try:
        content, name = _content(files.get("file"), pasted)
        wanted = Account.objects.filter(hand_overs__roster_change=change).distinct().order_by("name")
        found["compared"] = impartner.compare(content, name, wanted=wanted)
    except Unfit as unfit:
        found["refused"] = str(unfit)
    return found


def _content(upload: Any, pasted: str) -> tuple[bytes, str]:
    if upload is not None:
        refusal = limits.refuse_together([upload])
        if refusal:
            raise Unfit(refusal)
        return upload.read(), str(upload.name)
    if pasted.strip():
        return pasted.encode(), "pasted.csv"
    raise Unfit(_("Choose a file, or paste the lines of the export."))
