"""Links and texts to look up: everything for colleagues, what is meant for them for partners."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from people.http import DeskRequest, signed_in
from tickets.lookup import holding
from tickets.models import Resource
from web.http import respond


@require_safe
@signed_in
def resources(request: DeskRequest) -> HttpResponseBase:
    """All sections, or with `?q=` what holds every word asked for."""
    asked = request.GET.get("q", "").strip()
    found = holding(Resource.objects.visible_to(request.user), asked)
    sections = [(name, list(rows)) for name, rows in groupby(found, key=lambda row: row.section)]
    page = "tickets/resources.html" if request.user.is_colleague else "tickets/resources_partner.html"
    return respond(request, page, {"sections": sections, "asked": asked, "total": len(found)}, part="answer")
