"""Channel managers and solutions architects: the lists, a person, and their absences."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.away import Person
from people.http import DeskRequest, colleagues_only, leads_only
from people.models import Absence
from routing.dating import Refused
from routing.directory import people, staff
from routing.directory.people import MODELS, Kind
from routing.directory.staff_forms import AbsenceForm, PersonForm
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@colleagues_only
def listing(request: DeskRequest, *, kind: Kind) -> HttpResponseBase:
    """Those who are here; `?q=` and `?show=` narrow it."""
    asked, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
    found = people.listing(kind, on=timezone.localdate(), asked=asked, show=show)
    context = {"kind": kind, "page": found, "asked": asked, "keep": [("show", show)] if show else []}
    return respond(request, "routing/directory/people.html", context, part="answer")


@require_safe
@colleagues_only
def person(request: DeskRequest, pk: int, *, kind: Kind) -> HttpResponseBase:
    one: Any = get_object_or_404(MODELS[kind], pk=pk)
    context = {"kind": kind, "page": people.page(one, on=timezone.localdate()), "person": one}
    return respond(request, "routing/directory/person.html", context)


@require_http_methods(["GET", "POST"])
@leads_only
def new(request: DeskRequest, *, kind: Kind) -> HttpResponseBase:
    form = PersonForm(request.POST or None, person=MODELS[kind](name=request.GET.get("name", "")[:120]))
    if request.method == "POST" and form.is_valid():
        added: Any = staff.add(cast("Any", MODELS[kind](**form.values())), by=request.user)
        toast(request, _("%(name)s is in the directory.") % {"name": added.name})
        return redirect(f"directory:{kind}", added.pk)
    return _form(request, form, kind)


@require_http_methods(["GET", "POST"])
@leads_only
def edit(request: DeskRequest, pk: int, *, kind: Kind) -> HttpResponseBase:
    one: Any = get_object_or_404(MODELS[kind], pk=pk)
    form = PersonForm(request.POST or None, person=one, seen=staff.version_of(one))
    if request.method == "POST" and form.is_valid():
        try:
            staff.change(one, form.values(), by=request.user, seen=form.cleaned_data["seen"] or 0)
            toast(request, _("%(name)s is as you said.") % {"name": form.cleaned_data["name"]})
        except Refused as refused:
            toast_error(request, str(refused))
        return redirect(f"directory:{kind}", pk)
    return _form(request, form, kind)


@require_http_methods(["GET", "POST"])
@leads_only
def away(request: DeskRequest, pk: int, *, kind: Kind) -> HttpResponseBase:
    one: Any = get_object_or_404(MODELS[kind], pk=pk)
    return _absence(request, one, kind, AbsenceForm(request.POST or None, person=one))


@require_http_methods(["GET", "POST"])
@leads_only
def absence(request: DeskRequest, pk: int, absence: int, *, kind: Kind) -> HttpResponseBase:
    row = get_object_or_404(Absence, pk=absence, **{kind: pk})
    one: Any = getattr(row, kind)
    return _absence(request, one, kind, AbsenceForm(request.POST or None, person=one, absence=row), row)


@require_POST
@leads_only
def call_off(request: DeskRequest, pk: int, absence: int, *, kind: Kind) -> HttpResponseBase:
    row = get_object_or_404(Absence, pk=absence, **{kind: pk})
    staff.call_off(row, by=request.user)
    toast(request, _("The absence is called off."))
    return redirect(f"directory:{kind}", pk)


def _absence(
    request: DeskRequest, one: Person, kind: Kind, form: AbsenceForm, row: Absence | None = None
) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        try:
            staff.set_away(one, form.away(), by=request.user, absence=row)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, _("The absence of %(name)s is set.") % {"name": one.name})
            return redirect(f"directory:{kind}", one.pk)
    context = {"kind": kind, "person": one, "form": form, "absence": row}
    return respond(request, "routing/directory/absence.html", context, status=422 if form.errors else 200)


def _form(request: DeskRequest, form: PersonForm, kind: Kind) -> HttpResponseBase:
    context = {"kind": kind, "person": form.person, "form": form}
    return respond(request, "routing/directory/person_form.html", context, status=422 if form.errors else 200)
