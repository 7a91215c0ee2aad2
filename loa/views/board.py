"""The letters' page with its panel, the page of one request, its file, and the list of letters in force as a file."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents import serving
from loa import access
from loa.board import asking, exporting, papers, record
from loa.board.audit import Audit
from loa.board.opened import Opened
from loa.board.page import Letters
from people.http import DeskRequest, colleagues_only, desk_only
from web.http import respond

PARTS = {"letter-panel": "panel", "letters-main": "main", "letter-live": "live", "letter-audit": "audit"}


@require_safe
@colleagues_only
def board(request: DeskRequest) -> HttpResponseBase:
    """Board or list; `?request=` opens one beside it. htmx asks for the panel or for what the filters leave."""
    page = Letters(asking.asked_for(request.GET), request.user)
    return respond(request, "loa/board.html", {"page": page, "opened": page.opened}, part=_part(request))


@require_safe
@colleagues_only
def letter(request: DeskRequest, pk: int) -> HttpResponseBase:
    """All of one request: how it went, what was checked, both texts, its papers and everything that happened."""
    found = access.request_for(request.user, pk)
    since = request.GET.get("since", "")
    shown = {
        "opened": Opened(found, request.user),
        "papers": papers.of(found, today=timezone.localdate()),
        "audit": Audit(found, int(since) if since.isascii() and since.isdigit() and len(since) < 19 else None),
    }
    return respond(request, "loa/request.html", shown, part=_part(request))


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


@require_POST
@desk_only
def ask_record(request: DeskRequest, pk: int) -> HttpResponseBase:
    """A worker reads what DocuSign has written down about the envelope; the page waits for it."""
    since = record.ask(access.request_for(request.user, pk))
    return redirect(reverse("loa:request", args=[pk]) + f"?since={since}#audit-title")


def _part(request: DeskRequest) -> str | None:
    """What of the page htmx puts in its place."""
    return PARTS.get(str(getattr(request.htmx, "target", "") or ""))
