"""A partner's own requests, newest first."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from people.http import DeskRequest, signed_in
from portal import access
from portal.http import for_reader
from tickets import tracking
from tickets.models.ticket import ACTIVE, ENDED
from web.http import respond

PAGE = 25
FILTERS = {
    "": (_("All"), Q()),
    "open": (_("Open"), Q(status__in=ACTIVE)),
    "done": (_("Done"), Q(status__in=ENDED)),
}


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
        "tickets": found[:PAGE],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "newer": before is not None,
        "show": show,
        "filters": [(slug, label) for slug, (label, _rows) in FILTERS.items()],
        "account": getattr(getattr(request.user, "contact", None), "account", None),
    }
    return respond(request, "portal/requests.html", context, part="list")


@for_reader
@require_safe
@signed_in
def one(request: DeskRequest, reference: str) -> HttpResponseBase:
    """Opens an own request: its tracking page, which takes an answer even after the sign-in has run out."""
    return redirect(tracking.path_for(access.request_of(request.user, reference)))


def _number(request: HttpRequest) -> int | None:
    raw = request.GET.get("before", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None
