"""The pages of the requirements: colleagues read, leads change, and see first whom it would affect."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.gates import GATES
from partners.models import Gate
from partners.requirements import acts, effects, showing
from partners.requirements.acts import Refused
from partners.requirements.effects import Effects
from partners.requirements.forms import EndForm, RequirementForm
from people.http import DeskRequest, colleagues_only, leads_only
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@colleagues_only
def requirements(request: DeskRequest) -> HttpResponseBase:
    shown = showing.gates_shown(timezone.localdate())
    return respond(request, "partners/requirements/all.html", {"gates": shown, "may_act": request.user.leads})


@require_http_methods(["GET", "POST"])
@leads_only
def new(request: DeskRequest, gate: str) -> HttpResponseBase:
    if gate not in GATES:
        raise Http404(_("There is no such gate."))
    form = RequirementForm(request.POST) if request.method == "POST" else RequirementForm()
    if request.method == "POST" and form.is_valid():
        wish, kind = form.wish(), form.cleaned_data["check_kind"]
        if "look" in request.POST:
            added = acts.new_row(gate, kind, wish)
            return _form(request, gate, form, found=effects.of_change(gate, on=wish.since, added=added))
        acts.add(gate, kind, wish, by=request.user)
        toast(request, _("The requirement holds from %(day)s on.") % {"day": date_format(wish.since, "j M Y")})
        return redirect("requirements:all")
    return _form(request, gate, form)


@require_http_methods(["GET", "POST"])
@leads_only
def edit(request: DeskRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(Gate, pk=pk)
    form = RequirementForm(request.POST or None, row=row, seen=acts.version_of(row))
    if request.method == "POST" and form.is_valid():
        wish = form.wish()
        if "look" in request.POST:
            added = acts.successor(row, wish)
            found = effects.of_change(row.gate, on=wish.since, without=row, added=added)
            return _form(request, row.gate, form, row=row, found=found)
        try:
            acts.change(row, wish, by=request.user, seen=form.cleaned_data["seen"] or 0)
            toast(request, _("The requirement is changed from %(day)s on.") % {"day": date_format(wish.since, "j M Y")})
        except Refused as refused:
            toast_error(request, str(refused))
        return redirect("requirements:all")
    return _form(request, row.gate, form, row=row)


@require_http_methods(["GET", "POST"])
@leads_only
def end(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Also with a look first at whom it would affect."""
    row = get_object_or_404(Gate, pk=pk)
    start = {"on": max(timezone.localdate(), row.valid_from), "seen": acts.version_of(row)}
    form = EndForm(request.POST or None, initial=start)
    found = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if "look" in request.POST:
            found = effects.of_change(row.gate, on=given["on"], without=row)
        else:
            return _ended(request, row, form)
    context = {"row": row, "form": form, "effects": found, "title": GATES.get(row.gate, row.gate)}
    return respond(request, "partners/requirements/end.html", context, status=422 if form.errors else 200)


def _ended(request: DeskRequest, row: Gate, form: EndForm) -> HttpResponseBase:
    given = form.cleaned_data
    try:
        acts.end(row, on=given["on"], why=given["end_why"], by=request.user, seen=given["seen"] or 0)
        toast(request, _("Not required any more from %(day)s on.") % {"day": date_format(given["on"], "j M Y")})
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("requirements:all")


def _form(
    request: DeskRequest, gate: str, form: RequirementForm, *, row: Gate | None = None, found: Effects | None = None
) -> HttpResponseBase:
    over = row is not None and acts.is_over(row)
    context = {"form": form, "row": row, "effects": found, "title": GATES.get(gate, gate), "over": over}
    return respond(request, "partners/requirements/form.html", context, status=422 if form.errors else 200)
