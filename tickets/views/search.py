"""Searching tickets, partners and people; the same address answers the palette."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from people.http import DeskRequest, colleagues_only
from tickets.queue import finding, rows
from web.http import respond
from web.keyset import Way


@require_safe
@colleagues_only
def search(request: DeskRequest) -> HttpResponseBase:
    """`?q=`; a whole reference leads straight to its ticket."""
    text = finding.clean(request.GET.get("q", ""))
    if request.GET.get("palette"):
        return _palette(request, text)
    if finding.is_reference(text) and (named := finding.ticket_named(request.user, text)):
        return redirect(f"/tickets/{named.reference}/")
    way: Way = "before" if request.GET.get("before") else "after"
    to = rows.reader(request.user, mark=finding.marker(text))
    found = finding.find(text, to, cursor=request.GET.get(way, ""), way=way) if text else None
    return respond(request, "tickets/search.html", {"found": found, "text": text})


def _palette(request: DeskRequest, text: str) -> HttpResponseBase:
    """The first few of everything, as options of the palette."""
    to = rows.reader(request.user, mark=finding.marker(text))
    found = finding.find(text, to, size=6, others=4) if text else None
    return respond(request, "tickets/search_palette.html", {"found": found, "text": text})
