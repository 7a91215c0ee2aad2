"""Checking a request again, saying whose letter it is, and asking DocuSign for its own record."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loa import access, finding
from loa.board import choosing, record
from people.http import DeskRequest, desk_only
from tickets.actions import Refused
from web.http import respond
from web.toasts import toast, toast_error


@require_POST
@desk_only
def check(request: DeskRequest, pk: int) -> HttpResponseBase:
    """A worker looks once more."""
    found = access.request_for(request.user, pk)
    try:
        finding.check_again(found, by=request.user)
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect(_back(request, pk))


@require_http_methods(["GET", "POST"])
@desk_only
def account(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Who may be meant, or whoever is called as typed; POST says who it is."""
    page = choosing.read(access.request_for(request.user, pk), asked=request.GET.get("q", ""))
    if request.method != "POST":
        return respond(request, "loa/account.html", {"page": page}, part="found")
    try:
        name = choosing.choose(page.request, request.POST, by=request.user)
    except Refused as refused:
        toast_error(request, str(refused))
    else:
        toast(request, _("It is the letter of %(name)s. It is checked again.") % {"name": name})
    return redirect(_back(request, pk))


@require_POST
@desk_only
def ask_record(request: DeskRequest, pk: int) -> HttpResponseBase:
    """A worker reads what DocuSign has written down about the envelope; the page waits for it."""
    found = access.request_for(request.user, pk)
    since = record.ask(found)
    return redirect(reverse("loa:request", args=[pk]) + f"?since={since}#audit-title")


def _back(request: DeskRequest, pk: int) -> str:
    """Where the button stood; never another site."""
    back = request.POST.get("back", "")
    here = back.startswith("/loa/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if here else reverse("loa:request", args=[pk])
