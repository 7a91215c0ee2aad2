"""Checking a letter again, and saying which partner it is for."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loa import access, choosing, finding
from loa.choosing import Choosing
from people.http import DeskRequest, desk_only
from tickets.actions import Refused
from web.http import respond
from web.toasts import toast, toast_error

PAGE = "loa/account.html"


@require_POST
@desk_only
def again(request: DeskRequest, pk: int) -> HttpResponseBase:
    found = access.request_for(request.user, pk)
    try:
        finding.check_again(found, by=request.user)
    except Refused as refused:
        toast_error(request, str(refused))
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else found_at(pk))


@require_http_methods(["GET", "POST"])
@desk_only
def account(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Who may be meant, or whom `?q=` finds; POST chooses one."""
    found, asked = access.request_for(request.user, pk), request.GET.get("q", "").strip()[:200]
    if request.method == "GET":
        return respond(request, PAGE, {"choosing": Choosing(found, asked)}, part="choices" if asked else None)
    remember = bool(request.POST.get("remember"))
    try:
        choosing.choose(found, request.POST.get("account", ""), remember=remember, by=request.user)
    except Refused as refused:
        return respond(request, PAGE, {"choosing": Choosing(found, asked, str(refused))}, status=422)
    toast(request, _("%(name)s is chosen and being checked.") % {"name": found.account})
    return redirect(found_at(pk))


def found_at(pk: int) -> str:
    return f"/loa/{pk}/"
