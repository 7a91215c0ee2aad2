"""The audit page, its files, and the change of owners that a finding prepares."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.http import DeskRequest, colleagues_only, desk_only
from routing.audit import exporting, preparing
from routing.audit.page import page
from routing.audit.reading import read
from web.http import respond
from web.toasts import toast


@require_safe
@colleagues_only
def audit(request: DeskRequest) -> HttpResponseBase:
    """What is wrong today; `?kind=` narrows it."""
    found = read(timezone.localdate())
    shown = page(found, kind=request.GET.get("kind", ""), user=request.user)
    return respond(request, "routing/audit.html", {"page": shown}, part="findings")


@require_safe
@colleagues_only
def export(request: DeskRequest) -> HttpResponseBase:
    """All findings, those of `?kind=`, or every row of one `?finding=`."""
    found = read(timezone.localdate())
    slug = request.GET.get("finding", "")
    if not slug:
        return exporting.everything(found, request.GET.get("kind", ""))
    finding = found.one(slug)
    if finding is None or not finding.listed:
        raise Http404
    return exporting.one(found, finding)


@require_POST
@desk_only
def prepare(request: DeskRequest, slug: str) -> HttpResponseBase:
    change = preparing.prepare(slug, on=timezone.localdate(), by=request.user)
    if change is None:
        toast(request, _("Nothing differs this way any more."))
        return redirect("routing_audit:page")
    return redirect("ownership:change", pk=change.pk)
