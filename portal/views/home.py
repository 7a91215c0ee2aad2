"""A partner's own requests, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from documents.serving import download
from loa import partner_side
from people.http import DeskRequest, signed_in
from portal import access, stages
from portal.http import for_reader
from tickets import tracking
from tickets.models import Ticket
from tickets.models.ticket import ACTIVE, ENDED
from web.http import respond

PAGE = 25
LETTERS = 50
FILTERS = {
    "": (_("All"), Q()),
    "open": (_("Open"), Q(status__in=ACTIVE)),
    "done": (_("Done"), Q(status__in=ENDED)),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A request in the list."""

    ticket: Ticket
    stages: Sequence[stages.Stage] = ()


@for_reader
@require_safe
@signed_in
def requests(request: DeskRequest) -> HttpResponseBase:
    if request.user.is_colleague:
        return redirect("/queue/")
    show = request.GET.get("show", "")
    show = show if show in FILTERS else ""
    rows = access.requests_of(request.user).filter(FILTERS[show][1]).select_related("assignee").order_by("-id")
    before = _number(request)
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    context = {
        "rows": _rows(found[:PAGE]),
        "letters": list(partner_side.counting(partner_side.letters_of(request.user))[:LETTERS]),
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "newer": before is not None,
        "show": show,
        "filters": [(slug, label) for slug, (label, _rows) in FILTERS.items()],
        "account": getattr(getattr(request.user, "contact", None), "account", None),
    }
    return respond(request, "portal/requests.html", context, part="list")


@require_safe
@signed_in
def letter(request: DeskRequest, pk: int) -> HttpResponseBase:
    """A valid letter of one's own, as the file Legal has signed."""
    return download(access.own_letter(request.user, pk))


@for_reader
@require_safe
@signed_in
def one(request: DeskRequest, reference: str) -> HttpResponseBase:
    """Opens an own request: its tracking page, which takes an answer even after the sign-in has run out."""
    return redirect(tracking.path_for(access.request_of(request.user, reference)))


def _rows(tickets: list[Ticket]) -> list[Row]:
    """Each with its stepper while it is a letter under way."""
    letters = partner_side.of_tickets(tickets)
    return [
        Row(ticket=one, stages=stages.stages(one, letters[one.pk]))
        if one.pk in letters and one.status in ACTIVE
        else Row(ticket=one)
        for one in tickets
    ]


def _number(request: HttpRequest) -> int | None:
    raw = request.GET.get("before", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None
