"""The list of proofs, the list as a file, and the page of one proof with its documents."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from people.http import DeskRequest, colleagues_only, desk_only
from service_attach import access, correcting
from service_attach.board import exporting, opened
from service_attach.board.asked import asked_for
from service_attach.board.listing import Listing
from service_attach.board.opened import Opened
from tickets.actions import Refused
from web.http import respond
from web.toasts import toast


@require_safe
@colleagues_only
def proofs(request: DeskRequest) -> HttpResponseBase:
    """By stage, quarter and tier; htmx asks for what the filters leave."""
    listing = Listing(asked_for(request.GET), request.user)
    return respond(request, "service_attach/list.html", {"listing": listing}, part="main")


@require_safe
@colleagues_only
def export(request: DeskRequest) -> HttpResponseBase:
    listing = Listing(asked_for(request.GET), request.user)
    return exporting.proofs(listing, workbook=request.GET.get("format") == "xlsx")


@require_safe
@colleagues_only
def proof(request: DeskRequest, pk: int) -> HttpResponseBase:
    """What was read beside the page it was read from."""
    found = access.proof_for(request.user, pk)
    return respond(request, "service_attach/proof.html", {"opened": Opened(found, request.user, request.GET)})


@require_http_methods(["POST"])
@desk_only
def correct(request: DeskRequest, pk: int) -> HttpResponseBase:
    """A person says what it really says; the procedure goes on with that."""
    found, refused = access.proof_for(request.user, pk), ""
    form = opened.form_for(found, request.POST)
    if form.is_valid():
        try:
            kept = correcting.correct(found, form.values, by=request.user, why=form.cleaned_data["why"])
        except Refused as problem:
            refused = str(problem)
        else:
            toast(request, opened.saved_words(kept))
            return redirect("service_attach:proof", pk=pk)
    page = Opened(found, request.user, request.GET, form, refused)
    return respond(request, "service_attach/proof.html", {"opened": page}, status=422)
