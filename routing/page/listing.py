"""Corrections as the list shows them: what was asked, what was answered, what is said to be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Account
from routing import corrections
from routing.models import Correction, Decision
from routing.page.forms import DecideForm

SHOWN: Final = 100
_NAMES: Final = {
    "account": gettext_lazy("Partner"),
    "partner": gettext_lazy("Partner"),
    "country": gettext_lazy("Country"),
    "subdivision": gettext_lazy("State or province"),
    "postal_code": gettext_lazy("Postal code"),
    "track": gettext_lazy("Track"),
    "public_sector": gettext_lazy("Public sector"),
    "segment": gettext_lazy("Owner Segment-Geo-Region-Area"),
    "territory": gettext_lazy("Stamped Account Sales Territory"),
    "opportunity": gettext_lazy("Opportunity"),
    "on": gettext_lazy("As of"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    correction: Correction
    asked: str
    answered: str
    refused: str = ""
    typed: str = ""


def newest() -> list[Correction]:
    """Those that wait first, then what was decided lately."""
    rows = corrections.rows()
    waiting = list(rows.filter(state=Correction.State.OPEN).order_by("id")[:SHOWN])
    return [*waiting, *rows.exclude(state=Correction.State.OPEN)[: max(0, SHOWN - len(waiting))]]


def asked(decision: Decision) -> list[tuple[str, str]]:
    """The question by the names people use, the partner by its name."""
    said: Mapping[str, Any] = decision.question
    account: Account | None = decision.account
    rows = [(str(_NAMES.get(name, name)), str(value)) for name, value in said.items() if name != "account"]
    if account is not None and ("partner" not in said or said["partner"] != account.name):
        return [(_("Partner"), account.name), *(row for row in rows if row[0] != _("Partner"))]
    return rows


def asked_line(decision: Decision) -> str:
    return f"{decision.get_about_display()}: " + ", ".join(value for _name, value in asked(decision))


def answered(decision: Decision) -> str:
    return str(decision.answer.get("sentence", decision.outcome))


def lines(refused: tuple[Correction, DecideForm] | None) -> list[Line]:
    """`refused` is the one somebody tried to decide, with what they typed."""
    return [_line(row, refused) for row in newest()]


def _line(row: Correction, refused: tuple[Correction, DecideForm] | None) -> Line:
    form = refused[1] if refused and refused[0].pk == row.pk else None
    return Line(
        correction=row,
        asked=asked_line(row.decision),
        answered=answered(row.decision),
        refused=form.refused if form else "",
        typed=str(form.data.get("answer", "")) if form else "",
    )
