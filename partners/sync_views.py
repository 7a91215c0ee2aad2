"""What changed in Salesforce and here with it, how fresh that is, and asking for more now."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners import sync, sync_page
from people.http import DeskRequest, colleagues_only
from web.http import respond, wants_part
from web.toasts import toast

CHANGES = "partner_sync:changes"


@require_safe
@colleagues_only
def changes(request: DeskRequest) -> HttpResponseBase:
    """The runs, newest first, and what they changed; `?run=` is one of them, `?part=now` what moves by itself."""
    page = sync_page.read(request.GET.get("run", ""), before=request.GET.get("before", ""))
    part = "now" if request.GET.get("part") == "now" else None
    answer = respond(request, "partners/changes.html", {"page": page, "may_all": request.user.leads}, part=part)
    if part and wants_part(request) and page.working is None:
        answer["HX-Refresh"] = "true"  # it is done: what it changed is shown with it
    return answer


@require_http_methods(["GET", "POST"])
@colleagues_only
def refresh(request: DeskRequest) -> HttpResponseBase:
    """POST asks for a pull; either way the line that says how fresh everything is, for who asks by htmx."""
    if request.method == "POST":
        full = bool(request.POST.get("full"))
        if full and not request.user.leads:
            raise PermissionDenied
        sync.ask(full=full, by=request.user)
        if not wants_part(request):
            toast(request, _("Salesforce is being read. What changed will be here in a moment."))
    if wants_part(request):
        return render(request, "partners/freshness.html", {"freshness": sync.state()})
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else CHANGES)
