"""The page of the vendors: whether they answer, what waits for them, what was asked of them."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from integrations import ledger, overview, state
from integrations.models import ExternalAction, Vendor
from people.http import DeskRequest, colleagues_only, desk_only, leads_only
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@colleagues_only
def vendors(request: DeskRequest) -> HttpResponseBase:
    context = {"page": overview.read(), "may_try": request.user.on_desk, "may_act": request.user.leads}
    return respond(request, "integrations/vendors.html", context, part="answer")


@require_POST
@desk_only
def try_now(request: DeskRequest, vendor: str) -> HttpResponseBase:
    """Asks a worker to knock at the vendor, whatever the breaker says."""
    if vendor not in Vendor.values:
        raise Http404
    state.probe(vendor)
    toast(request, _("Trying %(vendor)s now.") % {"vendor": Vendor(vendor).label})
    return redirect("integrations:vendors")


@require_POST
@leads_only
def try_again(request: DeskRequest, pk: int) -> HttpResponseBase:
    action = ledger.try_again(get_object_or_404(ExternalAction, pk=pk), by=request.user)
    _told(request, action, wanted=ExternalAction.State.WAITING, words=_("It is tried again."))
    return redirect("integrations:vendors")


@require_POST
@leads_only
def cancel(request: DeskRequest, pk: int) -> HttpResponseBase:
    action = get_object_or_404(ExternalAction, pk=pk)
    action = ledger.cancel(action, by=request.user, why=request.POST.get("why", "").strip())
    _told(request, action, wanted=ExternalAction.State.CANCELLED, words=_("It is not tried any more."))
    return redirect("integrations:vendors")


def _told(request: DeskRequest, action: ExternalAction, *, wanted: str, words: str) -> None:
    if action.state == wanted:
        toast(request, words)
    else:
        toast_error(request, _("It has ended meanwhile, or runs right now. Nothing was changed."))
