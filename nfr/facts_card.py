"""The card of an NFR request beside its ticket: what was read and where, what Support is told; corrected here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.record import events_of
from nfr import facts_form, reading, requests, support
from nfr.guides import links, progress
from nfr.guides import steps as guides
from nfr.guides.known import Known
from nfr.issuing import offers
from nfr.models import LicenceRequest, SupportRequest, Type
from tickets import history, panels
from tickets.page import Page
from tickets.panels import Panel

UNSURE: Final = 0.65
MONO: Final = frozenset({"namespace", "support_ticket"})
DAYS: Final = reading.DATES
SHOWN: Final = (
    "types", "namespace", "tier", "seats", "trial_ends", "contact_name", "contact_email", "seats_used",
    "seats_allowed", "seats_by", "support_ticket",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Row:
    """One value with its place; `others` are further ones that were found."""

    label: str
    value: str
    source: str = ""
    quote: str = ""
    link: str = ""
    unsure: bool = False
    mono: bool = False
    others: Sequence[str] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Guided:
    """How far the partner is in the guide, by their own ticks; `address` shows it as they see it."""

    done: Sequence[str]
    all: int
    newest: datetime | None
    address: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What Support is told about one licence; `state` in a word."""

    row: SupportRequest
    state: str
    tone: str


def register() -> None:
    panels.register(Panel(slug="nfr", order=25, template="nfr/facts_card.html", context=context))
    labels = {f"nfr_{name}": field.label or name for name, field in facts_form.Facts.base_fields.items()}
    history.name_values({**labels, "nfr_topic": gettext_lazy("It is about")})


def context(page: Page) -> Mapping[str, Any] | None:
    """Three statements for tickets about NFR licences only, one more where the partner has ticked something.

    Nothing before a worker has read it.
    """
    if page.ticket.kind != requests.KIND:
        return None
    request = requests.known(page.ticket)
    if request is None or request.read is None:
        return None
    request.ticket = page.ticket
    asked = [_asked(one) for one in support.of(request)]
    return {
        "nfr": request,
        "rows": [*rows_of(request)],
        "guided": _guided(request),
        "asked": asked,
        "form_url": support.form_url() if asked else "",
        "form": facts_form.of(request) if page.may_work else None,
    }


def rows_of(request: LicenceRequest) -> Iterator[Row]:
    fields = facts_form.Facts.base_fields
    for name in SHOWN:
        value = _shown(request, name)
        if value:
            yield _row(request, name, str(fields[name].label), value)
    if problem := reading.why_no_namespace(request):
        found = next(one for one in request.facts["namespace"] if one.get("problem"))
        label = str(fields["namespace"].label)
        yield Row(label=label, value=str(found.get("written", "")), unsure=True, mono=True, problem=problem)
    if request.licence is not None:
        label, ends = str(fields["licence"].label), request.licence.ends
        until = _("until %(day)s") % {"day": date_format(ends, "j M Y")} if ends else ""
        value = ", ".join(part for part in (str(request.licence), until) if part)
        yield Row(label=label, value=value, source=_("the register"), link=offers.page_of(request.licence.pk))


def _guided(request: LicenceRequest) -> Guided | None:
    """Nothing where there is no guide to it, or nobody was sent there."""
    if request.topic not in links.GUIDED or (request.asked is None and not request.guide_done):
        return None
    guide = guides.guide(request.topic, Known())
    done = progress.done_of(request, guide)
    ticks = events_of(request).filter(verb=progress.TICKED) if done else None
    newest = ticks.order_by("-pk").values_list("created", flat=True).first() if ticks is not None else None
    titles = [step.title for step in guide.steps if step.slug in done]
    return Guided(done=titles, all=len(guide.steps), newest=newest, address=links.path_for(request))


def _row(request: LicenceRequest, name: str, label: str, value: str) -> Row:
    first = reading.best(request, name) or {}
    further = [str(one["value"]) for one in request.facts.get(name, []) if not one.get("problem")]
    others = (
        []
        if name in request.corrected or name == "types"
        else [one for one in further if one != str(first.get("value"))]
    )
    return Row(
        label=label,
        value=value,
        source=str(first.get("source", "")),
        quote=str(first.get("quote", "")),
        link=str(first.get("link", "")),
        unsure=float(first.get("sure", 1)) < UNSURE,
        mono=name in MONO,
        others=list(dict.fromkeys(others))[:2],
        problem=str(first.get("remark", "")),
    )


def _shown(request: LicenceRequest, name: str) -> str:
    value = getattr(request, name)
    if name == "types":
        return ", ".join(str(Type(one).label) for one in value)
    if name == "tier":
        return str(request.get_tier_display())
    if name in DAYS:
        return date_format(value, "j M Y") if value else ""
    return "" if value is None else str(value)


def _asked(row: SupportRequest) -> Asked:
    if row.outcome:
        is_done = row.outcome == SupportRequest.Outcome.DONE
        return Asked(row=row, state=str(row.get_outcome_display()), tone="green" if is_done else "red")
    if row.number:
        return Asked(row=row, state=_("asked"), tone="amber")
    return Asked(row=row, state=_("to be asked"), tone="")
