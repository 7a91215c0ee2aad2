"""For what a partner must have something, and the rows that say what, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Gate
from web import datafiles
from web.datafiles import Loaded, Row

DATA: Final = Path(__file__).parent / "data"

GATES: Final[Mapping[str, Promise]] = {
    "loa": gettext_lazy("Letter of authorization"),
    "nfr": gettext_lazy("NFR licence"),
    "nfr_renewal": gettext_lazy("Renewal of an NFR licence"),
    "deal_registration": gettext_lazy("Deal registration"),
    "quote": gettext_lazy("Quotes and orders"),
    "service_attach": gettext_lazy("Service attach rebate"),
    "program_discount": gettext_lazy("Programme discounts"),
    "open": gettext_lazy("Open level"),
}
OF_KIND: Final[Mapping[str, str]] = {
    "loa": "loa",
    "nfr": "nfr",
    "quote_request": "quote",
    "purchase_order": "quote",
    "service_attach": "service_attach",
}


def for_kind(kind: str) -> str:
    """The gate a kind of ticket asks for; empty where nothing is required."""
    return OF_KIND.get(kind, "")


def valid_on(on: date) -> QuerySet[Gate]:
    """The requirements that hold on a day, gate by gate in their order."""
    begun = Gate.objects.filter(valid_from__lte=on)
    return begun.filter(Q(valid_until=None) | Q(valid_until__gt=on)).order_by("gate", "position", "id")


def load() -> list[Loaded]:
    """Safe to call again; what the desk changed since stays as it is."""
    file = datafiles.read(DATA / "gates.toml")
    key = ["gate", "check_kind", "words", "valid_from"]
    return [datafiles.load(Gate, _rows(file), key=key, what=_("Requirements"), later=["link"])]


def _rows(file: Mapping[str, Any]) -> Iterator[Row]:
    for gate in file["gate"]:
        for number, row in enumerate(gate["row"], start=1):
            yield {
                "gate": gate["slug"],
                "check_kind": row["check"],
                "values": row.get("values", []),
                "at_least": row.get("at_least", 1),
                "words": row["words"],
                "how": row["how"],
                "link": row.get("link", ""),
                "source": row["source"],
                "advisory": row.get("advisory", False),
                "position": number * 10,
                "valid_from": row["from"],
                "valid_until": row.get("until"),
            }
