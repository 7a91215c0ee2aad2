"""Correcting what was read in an order, on the ticket's page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders import correcting, fact_forms
from people.http import DeskRequest, desk_only
from tickets import access
from tickets.views.ticket import changed


@require_POST
@desk_only
def correct(request: DeskRequest, reference: str) -> HttpResponseBase:
    """Keeps what was typed; 422 with the form where one of the values cannot be."""
    found = access.ticket_for(request.user, reference)
    order = correcting.request_of(found)
    if order is None:
        raise Http404(_("Nothing was read on this ticket yet."))
    form = fact_forms.of(order, request.POST)
    more: dict[str, Any] = {}
    if form.is_valid():
        correcting.correct(order, form.values(), by=request.user)
    else:
        more = {"order_form": form}
    return changed(request, found.reference, status=422 if more else 200, more=more)


@require_POST
@desk_only
def say_order_ops(request: DeskRequest, reference: str) -> HttpResponseBase:
    """The other way round than it was seen: `there` is yes or no."""
    found = access.ticket_for(request.user, reference)
    order = correcting.request_of(found)
    if order is None:
        raise Http404(_("Nothing was read on this ticket yet."))
    correcting.say_order_ops(order, there=request.POST.get("there") == "yes", by=request.user)
    return changed(request, found.reference, status=200, more={})
