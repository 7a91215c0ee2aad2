"""The roster page."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.http import DeskRequest, colleagues_only
from routing import roster
from web.http import respond


@require_safe
@colleagues_only
def published(request: DeskRequest) -> HttpResponseBase:
    """Who looks after which area, as published; `?q=` narrows it."""
    asked = request.GET.get("q", "").strip()
    found = roster.read(on=timezone.localdate(), asked=asked)
    context = {"roster": found, "asked": asked, "gap": roster.unnamed_sentence(found.unnamed_asked)}
    return respond(request, "routing/roster.html", context, part="answer")
