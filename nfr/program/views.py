"""The pages of the terms: colleagues read, leads change, and see first whom it would affect."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nfr.models import Terms
from nfr.program import acts, effects, showing
from nfr.program.effects import Effects
from nfr.program.forms import TermsForm
from partners.requirements.forms import EndForm
from people.http import DeskRequest, colleagues_only, leads_only
from tickets.actions import Refused
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@colleagues_only
def terms(request: DeskRequest) -> HttpResponseBase:
    context = {"tracks": showing.tracks(timezone.localdate()), "may_act": request.user.leads}
    return respond(request, "nfr/program/all.html", context)


@require_http_methods(["GET", "POST"])
@leads_only
def new(request: DeskRequest) -> HttpResponseBase:
    form = TermsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wish = form.wish()
        if "look" in request.POST:
            return _form(request, form, found=effects.of_change(on=wish.since, added=acts.new_row(wish)))
        try:
            acts.add(wish, by=request.user)
        except Refused as refused:
            form.add_error("track", str(refused))
        else:
            toast(request, _("The terms hold from %(day)s on.") % {"day": date_format(wish.since, "j M Y")})
            return redirect("nfr_register:terms")
    return _form(request, form)


@require_http_methods(["GET", "POST"])
@leads_only
def edit(request: DeskRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(Terms, pk=pk)
    form = TermsForm(request.POST or None, row=row, seen=acts.version_of(row))
    if request.method == "POST" and form.is_valid():
        wish = form.wish()
        if "look" in request.POST:
            found = effects.of_change(on=wish.since, without=row, added=acts.successor(row, wish))
            return _form(request, form, row=row, found=found)
        try:
            acts.change(row, wish, by=request.user, seen=form.cleaned_data["seen"] or 0)
            toast(request, _("The terms are changed from %(day)s on.") % {"day": date_format(wish.since, "j M Y")})
        except Refused as refused:
            toast_error(request, str(refused))
        return redirect("nfr_register:terms")
    return _form(request, form, row=row)


@require_http_methods(["GET", "POST"])
@leads_only
def end(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Also with a look first at whom it would affect."""
    row = get_object_or_404(Terms, pk=pk)
    start = {"on": max(timezone.localdate(), row.valid_from), "seen": acts.version_of(row)}
    form, found = EndForm(request.POST or None, initial=start), None
    if request.method == "POST" and form.is_valid():
        if "look" not in request.POST:
            return _ended(request, row, form)
        found = effects.of_change(on=form.cleaned_data["on"], without=row)
    context = {"row": row, "form": form, "effects": found}
    return respond(request, "nfr/program/end.html", context, status=422 if form.errors else 200)


def _ended(request: DeskRequest, row: Terms, form: EndForm) -> HttpResponseBase:
    given = form.cleaned_data
    try:
        acts.end(row, on=given["on"], why=given["end_why"], by=request.user, seen=given["seen"] or 0)
        toast(request, _("The terms hold until %(day)s.") % {"day": date_format(given["on"], "j M Y")})
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("nfr_register:terms")


def _form(
    request: DeskRequest, form: TermsForm, *, row: Terms | None = None, found: Effects | None = None
) -> HttpResponseBase:
    context = {"form": form, "row": row, "effects": found, "over": row is not None and acts.is_over(row)}
    return respond(request, "nfr/program/form.html", context, status=422 if form.errors else 200)
