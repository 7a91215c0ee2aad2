"""Correcting what was read in an NFR request, on the ticket's page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nfr import correcting, facts_form, requests
from people.http import DeskRequest, desk_only
from tickets import access
from tickets.actions import Refused
from tickets.views.ticket import changed


@require_POST
@desk_only
def correct(request: DeskRequest, reference: str) -> HttpResponseBase:
    """Keeps what was typed; 422 with the form where one of the values cannot be."""
    found = access.ticket_for(request.user, reference)
    row = requests.known(found)
    if row is None:
        raise Http404(_("Nothing was read on this ticket yet."))
    form = facts_form.of(row, request.POST)
    more: dict[str, Any] = {}
    if form.is_valid():
        try:
            correcting.correct(row, form.values, by=request.user, why=form.cleaned_data["why"])
        except Refused as refused:
            form.add_error(None, str(refused))
    if form.errors:
        more = {"nfr_form": form}
    return changed(request, found.reference, status=422 if more else 200, more=more)
