"""The letters' page with its panel, the page of one request, its file, and the list of letters in force as a file."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents import serving
from loa import access
from loa.board import asking, audit, exporting, papers
from loa.board.opened import Opened
from loa.board.page import Letters
from people.http import DeskRequest, colleagues_only
from web.http import respond

PARTS = {"letter-panel": "panel", "letters-main": "main"}


@require_safe
@colleagues_only
def board(request: DeskRequest) -> HttpResponseBase:
    """Board or list; `?request=` opens one beside it. htmx asks for the panel or for what the filters leave."""
    page = Letters(asking.asked_for(request.GET), request.user)
    part = PARTS.get(str(getattr(request.htmx, "target", "") or ""))
    return respond(request, "loa/board.html", {"page": page, "opened": page.opened}, part=part)


@require_safe
@colleagues_only
def letter(request: DeskRequest, pk: int) -> HttpResponseBase:
    """All of one request: how it went, what was checked, both texts, its papers and everything that happened."""
    found = access.request_for(request.user, pk)
    shown = {
        "opened": Opened(found, request.user),
        "papers": papers.of(found, today=timezone.localdate()),
        "entries": audit.of(found),
    }
    return respond(request, "loa/request.html", shown)


@require_safe
@colleagues_only
def file(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The signed copy; 404 where it was never stored."""
    return serving.download(access.signed_copy(request.user, pk))


@require_safe
@colleagues_only
def export(request: DeskRequest) -> HttpResponseBase:
    asked = asking.asked_for(request.GET)
    return exporting.letters_in_force(asked, request.user, workbook=request.GET.get("format") == "xlsx")
