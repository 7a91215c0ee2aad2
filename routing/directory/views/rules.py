"""The page of a rule with its history, and the forms that change, end or take it back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.http import DeskRequest, colleagues_only, leads_only
from routing import history
from routing.directory import rules
from routing.directory.rule_forms import ChangeForm, ChangeRowForm, EndForm, KeyForm, PartnerForm, PlaceForm
from routing.history import Refused
from routing.models import Correction, Coverage
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@colleagues_only
def rule(request: DeskRequest, kind: str, pk: int) -> HttpResponseBase:
    found = rules.page(_row(kind, pk), on=timezone.localdate())
    return respond(request, "routing/directory/rule.html", {"page": found, "may_act": request.user.leads})


@require_safe
@colleagues_only
def partners(request: DeskRequest) -> HttpResponseBase:
    """The rules by partner, table by table; `?q=` narrows them."""
    asked = request.GET.get("q", "").strip()
    found = rules.tables(on=timezone.localdate(), asked=asked)
    context = {"tables": found, "asked": asked, "may_act": request.user.leads}
    return respond(request, "routing/directory/partners.html", context, part="answer")


@require_http_methods(["GET", "POST"])
@leads_only
def new_place(request: DeskRequest) -> HttpResponseBase:
    form = PlaceForm(request.POST or None, place=request.GET.get("place", ""), track=request.GET.get("track", ""))
    return _new(request, form, "routing/directory/place_form.html")


@require_http_methods(["GET", "POST"])
@leads_only
def new_partner(request: DeskRequest) -> HttpResponseBase:
    start = {name: request.GET.get(name, "") for name in ("partner", "table")}
    return _new(request, PartnerForm(request.POST or None, **start), "routing/directory/partner_form.html")


@require_http_methods(["GET", "POST"])
@leads_only
def new_key(request: DeskRequest) -> HttpResponseBase:
    start = {name: request.GET.get(name, "") for name in ("table", "key")}
    return _new(request, KeyForm(request.POST or None, **start), "routing/directory/key_form.html")


@require_http_methods(["GET", "POST"])
@leads_only
def change(request: DeskRequest, kind: str, pk: int) -> HttpResponseBase:
    row = _row(kind, pk)
    said = Correction.objects.filter(pk=_number(request.GET.get("correction", ""))).first()
    form_of = ChangeRowForm if rules.may_name_nobody(row) else ChangeForm
    form = form_of(request.POST or None, row=row, seen=history.version_of(row), said=said)
    if request.method == "POST" and form.is_valid():
        act = history.change_coverage if isinstance(row, Coverage) else history.change_rule
        try:
            row = act(row, **form.given(), by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, _said(row))
            return redirect("directory:rule", kind, row.pk)
    return _form(request, form, row, "change")


@require_http_methods(["GET", "POST"])
@leads_only
def end(request: DeskRequest, kind: str, pk: int) -> HttpResponseBase:
    row = _row(kind, pk)
    form = EndForm(request.POST or None, row=row, seen=history.version_of(row))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            history.end(row, on=given["on"], by=request.user, why=given["why"], seen=given["seen"] or 0)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            day = date_format(given["on"], "j M Y")
            toast(request, _("From %(day)s on no rule says who it is.") % {"day": day})
            return redirect("directory:rule", kind, pk)
    return _form(request, form, row, "end")


@require_POST
@leads_only
def take_back(request: DeskRequest, kind: str, pk: int) -> HttpResponseBase:
    row = _row(kind, pk)
    try:
        before = history.take_back(row, by=request.user, why=request.POST.get("why", "").strip()[:500])
        toast(request, _("Taken back: what was set for later does not happen."))
    except Refused as refused:
        toast_error(request, str(refused))
        return redirect("directory:rule", kind, pk)
    if before is not None:
        return redirect("directory:rule", kind, before.pk)
    return redirect({"coverage": "routing:roster", "keyrule": "routing:mapping"}.get(kind, "directory:partners"))


def _new(request: DeskRequest, form: Any, template: str) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        try:
            row: Any = history.add(form.row(), by=request.user, why=form.cleaned_data["why"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, _said(row))
            return redirect("directory:rule", rules.kind_of(row), row.pk)
    return respond(request, template, {"form": form}, status=422 if form.errors else 200)


def _form(request: DeskRequest, form: ChangeForm | EndForm, row: Any, act: str) -> HttpResponseBase:
    context = {"form": form, "row": row, "kind": rules.kind_of(row), "title": rules.title_of(row), "act": act}
    return respond(request, "routing/directory/rule_form.html", context, status=422 if form.errors else 200)


def _row(kind: str, pk: int) -> Any:
    if kind not in rules.KINDS:
        raise Http404(_("There is no such rule."))
    return get_object_or_404(rules.KINDS[kind].objects.select_related("manager"), pk=pk)


def _number(text: str) -> int:
    """0, which is no row's, where it is not one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _said(row: Any) -> str:
    day, said = date_format(row.valid_from, "j M Y"), row.manager or getattr(row, "result", "")
    return _("%(title)s: %(name)s from %(day)s on.") % {"title": rules.title_of(row), "name": said, "day": day}
