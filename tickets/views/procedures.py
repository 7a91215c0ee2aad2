"""How the procedures go: all of them, one with its steps, and the switch that keeps a step from writing."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.http import DeskRequest, desk_only, leads_only
from tickets import procedure_list, steps
from tickets.actions import Refused
from tickets.kinds import kind_of
from tickets.procedures import Procedure, procedure_of
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@desk_only
def procedures(request: DeskRequest) -> HttpResponseBase:
    found = procedure_list.overview()
    context = {"found": found, "total": procedure_list.total(found), **_held(request)}
    return respond(request, "tickets/procedures.html", context)


@require_safe
@desk_only
def procedure(request: DeskRequest, kind: str) -> HttpResponseBase:
    one = _procedure(kind)
    found = procedure_list.overview()
    context = {
        "found": found,
        "procedure": one,
        "kind": kind_of(one.kind),
        "rows": procedure_list.rows(one),
        "total": next(entry.now for entry in found if entry.kind == kind),
        **_held(request, one),
    }
    return respond(request, "tickets/procedure.html", context)


@require_POST
@leads_only
def shadow(request: DeskRequest, kind: str, slug: str) -> HttpResponseBase:
    one, on = _procedure(kind), request.POST.get("shadow") == "1"
    plan = one.plan(slug)
    if plan is None:
        raise Http404(_("The procedure has no such step."))
    try:
        steps.set_shadow(kind, slug, on, by=request.user)
        said = _("“%(title)s” only shows what it would write.") if on else _("“%(title)s” writes from now on.")
        toast(request, said % {"title": plan.title})
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("tickets:procedure", kind)


def _procedure(kind: str) -> Procedure:
    found = procedure_of(kind)
    if found is None:
        raise Http404(_("This kind of request has no procedure."))
    return found


def _held(request: DeskRequest, one: Procedure | None = None) -> dict[str, object]:
    names = ("step", "for", "stuck", "trying")
    asked = {name: request.GET[name].replace("\x00", "") for name in names if name in request.GET}
    held = procedure_list.held(asked, kind=one.slug if one else "")
    most = procedure_list.MOST_SHOWN
    return {
        "asked": asked,
        "held": held[:most],
        "more": len(held) > most,
        "held_title": procedure_list.words_of(asked, one),
    }
