"""The list of partners."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from partners import listing
from people.http import DeskRequest, colleagues_only
from web.http import respond, wants_part


@require_safe
@colleagues_only
def partners(request: DeskRequest) -> HttpResponseBase:
    shown = listing.read(listing.asked_for(request.GET), request.user)
    return respond(request, "partners/list.html", {"page": shown, "beside": wants_part(request)}, part="list")
