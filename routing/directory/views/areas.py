"""Groups of countries, parts of states and the order of the tables, on one page with their forms."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.http import DeskRequest, colleagues_only, leads_only
from routing import places
from routing.dating import Refused
from routing.directory import areas, telling
from routing.directory.area_forms import GroupForm, PartForm
from routing.models import CountryGroup, PrecedenceStep, SubdivisionPart
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@colleagues_only
def all_areas(request: DeskRequest) -> HttpResponseBase:
    groups = list(CountryGroup.objects.all())
    steps = list(PrecedenceStep.objects.all())
    context = {
        "groups": [(one, ", ".join(places.name_of(code) for code in one.codes)) for one in groups],
        "parts": [(one, places.name_of(one.place)) for one in SubdivisionPart.objects.all()],
        "steps": steps,
        "told": telling.about(steps),
        "may_act": request.user.leads,
    }
    return respond(request, "routing/directory/areas.html", context)


@require_http_methods(["GET", "POST"])
@leads_only
def group(request: DeskRequest, pk: int | None = None) -> HttpResponseBase:
    one = get_object_or_404(CountryGroup, pk=pk) if pk else CountryGroup()
    form = GroupForm(request.POST or None, group=one, seen=areas.version_of(one))
    return _kept(request, form, one)


@require_http_methods(["GET", "POST"])
@leads_only
def part(request: DeskRequest, pk: int | None = None) -> HttpResponseBase:
    one = get_object_or_404(SubdivisionPart, pk=pk) if pk else SubdivisionPart()
    form = PartForm(request.POST or None, part=one, seen=areas.version_of(one))
    return _kept(request, form, one)


@require_POST
@leads_only
def precedence(request: DeskRequest, pk: int) -> HttpResponseBase:
    """`?up` or down, by one place."""
    step = get_object_or_404(PrecedenceStep, pk=pk)
    order = areas.move(step, up=request.POST.get("to") == "up", by=request.user)
    words = ", ".join(str(one) for one in order)
    toast(request, _("An opportunity's partner is looked for in this order: %(tables)s.") % {"tables": words})
    return redirect("directory:areas")


def _kept(request: DeskRequest, form: GroupForm | PartForm, one: Any) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            areas.keep(one, form.values(), by=request.user, why=given["why"], seen=given["seen"] or 0)
            toast(request, _("%(name)s is as you said, from now on.") % {"name": given["name"]})
        except Refused as refused:
            toast_error(request, str(refused))
        return redirect("directory:areas")
    context = {"form": form, "one": one, "told": telling.about([one]) if one.pk else []}
    return respond(request, "routing/directory/area_form.html", context, status=422 if form.errors else 200)
