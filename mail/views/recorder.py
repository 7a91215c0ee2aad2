"""“Did you get my mail?”: one box, and the way of every message (features.md §4 item 9)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from mail import recorder as flight
from mail.views.forms import RecorderForm
from mail.views.places import around
from people.http import DeskRequest, desk_only
from web.http import respond


@require_safe
@desk_only
def recorder(request: DeskRequest) -> HttpResponseBase:
    """`?q=` an address, a domain, a Message-ID, a reference or words; `outcome` and `day` narrow it."""
    form = RecorderForm(request.GET)
    form.is_valid()
    asked = {name: form.cleaned_data.get(name) or "" for name in ("q", "outcome")}
    day, before = form.cleaned_data.get("day"), request.GET.get("before", "")
    trace = flight.trace(asked["q"], outcome=asked["outcome"], day=day, before=before)
    kept = urlencode({**asked, "day": day.isoformat() if day else ""})
    context = {"trace": trace, "asked": asked, "day": day, "form": form, "kept": kept, "before": before}
    context |= {"outcomes": flight.outcome_words(), **around("recorder")}
    return respond(request, "mail_pages/recorder.html", context, part="answer")
