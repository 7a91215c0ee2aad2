"""A file of a ticket to look at, page by page: its picture, its text, the words that were asked for marked."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.serving import download
from people.http import DeskRequest, colleagues_only
from tickets import access, paper_page
from web.http import respond


@require_safe
@colleagues_only
def page(request: DeskRequest, reference: str, pk: int, page: int) -> HttpResponseBase:
    """One page with its picture, where it has one, and its text beside it; `?words=` are marked in both."""
    found = access.ticket_for(request.user, reference)
    file = access.attachment_for(request.user, found, pk)
    shown = paper_page.of(file, page, words=request.GET.get("words", ""))
    return respond(request, "tickets/paper.html", {"ticket": found, "paper": shown})


@require_safe
@colleagues_only
def picture(request: DeskRequest, reference: str, pk: int, page: int) -> HttpResponseBase:
    """How the page looks."""
    found = access.ticket_for(request.user, reference)
    drawn = paper_page.picture_of(access.attachment_for(request.user, found, pk), page)
    if drawn is None:
        raise Http404(_("This page has no picture."))
    return download(drawn.picture, inline=True)
