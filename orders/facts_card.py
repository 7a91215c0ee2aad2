"""The card of what was read in an order, where it stands, and what is missing; a person corrects it in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.dateformat import format as date_format
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from orders import complete, correcting, fact_forms
from orders.models import OrderRequest
from tickets import history, panels
from tickets.page import Page
from tickets.panels import Panel

KINDS: Final = frozenset(complete.NEEDED)
UNSURE: Final = 0.65
MONO: Final = frozenset({"po_no", "quote_no"})
DAYS: Final = frozenset({"start_date", "end_date"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One value. `others` are further ones that were found, `also` another way to read this one."""

    name: str
    label: str
    value: str
    source: str
    quote: str
    link: str
    unsure: bool
    corrected: bool
    mono: bool
    others: Sequence[str]
    also: str = ""


def register() -> None:
    panels.register(Panel(slug="order", order=25, template="orders/facts_card.html", context=context))
    history.name_values({name: field.label or name for name, field in fact_forms.Facts.base_fields.items()})


def context(page: Page) -> Mapping[str, Any] | None:
    """One statement, for tickets about orders only; nothing before a worker has read it."""
    if page.ticket.kind not in KINDS:
        return None
    request = OrderRequest.objects.filter(ticket=page.ticket, read__isnull=False).first()
    if request is None:
        return None
    missing = complete.missing(request)
    return {
        "order": request,
        "rows": list(_rows(request)),
        "missing": missing,
        "asking": complete.asking(missing),
        "form": fact_forms.of(request) if page.may_work else None,
    }


def _rows(request: OrderRequest) -> Iterator[Row]:
    for name, field in fact_forms.Facts.base_fields.items():
        found = request.facts.get(name, [])
        value = correcting.value_of(request, name)
        if not value and found:
            value = str(found[0].get("value", ""))
        if value and name != "currency":
            yield _row(request, name, str(field.label), value, found)


def _row(request: OrderRequest, name: str, label: str, value: str, found: Sequence[Mapping[str, Any]]) -> Row:
    first = found[0] if found else {}
    also = [_shown(name, str(one)) for one in first.get("also", ())]
    return Row(
        name=name,
        label=label,
        value=f"{request.currency} {_shown(name, value)}".strip() if name == "amount" else _shown(name, value),
        source=str(first.get("source", "")),
        quote=str(first.get("quote", "")),
        link=str(first.get("link", "")),
        unsure=bool(also) or float(first.get("sure", 1)) < UNSURE,
        corrected=name in request.corrected,
        mono=name in MONO,
        others=[] if name in request.corrected else _others(name, value, found),
        also=_("or %(day)s") % {"day": also[0]} if also else "",
    )


def _others(name: str, value: str, found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Not the same number with more around it."""
    further = [str(one["value"]) for one in found[1:]]
    return [_shown(name, one) for one in further if name not in MONO or value not in one][:2]


def _shown(name: str, value: str) -> str:
    if name == "amount":
        return _amount(value)
    day = parse_date(value) if name in DAYS else None
    return date_format(day, "j M Y") if day else value


def _amount(value: str) -> str:
    whole, _point, rest = value.partition(".")
    return f"{int(whole):,}.{rest or '00'}" if whole.isdigit() else value
