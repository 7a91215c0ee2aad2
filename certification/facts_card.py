"""The card of what was read in a request for a report, where it stands; a person corrects it in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from certification import forms, reading, requests
from certification.models import ReportRequest
from tickets import history, panels
from tickets.page import Page
from tickets.panels import Panel


@dataclass(frozen=True, kw_only=True)
class Row:
    label: str
    value: str
    source: str
    quote: str
    link: str
    unsure: bool


def register() -> None:
    panels.register(Panel(slug="certification", order=25, template="certification/facts_card.html", context=context))
    history.name_values({name: field.label or name for name, field in forms.Facts.base_fields.items()})


def context(page: Page) -> Mapping[str, Any] | None:
    """One statement, for requests of a report only; nothing before a worker has read it."""
    if page.ticket.kind != requests.KIND:
        return None
    request = requests.of(page.ticket)
    if request is None or request.read is None:
        return None
    return {
        "request": request,
        "rows": list(_rows(request)),
        "form": form_of(request) if page.may_work else None,
    }


def form_of(request: ReportRequest) -> forms.Facts:
    initial = {name: getattr(request, name) for name in reading.BY_A_PERSON}
    return forms.Facts(initial=initial, auto_id="certification-%s")


def _rows(request: ReportRequest) -> Iterator[Row]:
    for name, field in forms.Facts.base_fields.items():
        value, found = getattr(request, name), reading.surest(request, name)
        if value:
            yield Row(
                label=str(field.label),
                value=value,
                source=str(found.get("source", "")),
                quote=str(found.get("quote", "")),
                link=str(found.get("link", "")),
                unsure=bool(found) and float(found.get("sure", 1)) < reading.UNSURE,
            )
