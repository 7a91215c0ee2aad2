"""The pages of changes of owners: colleagues read, the desk prepares and decides."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.http import DeskRequest, colleagues_only, desk_only
from routing.models import OwnershipChange
from routing.ownership import acting, asking, detail, listing
from routing.ownership.deciding import Refused
from web.http import respond
from web.toasts import toast, toast_error

PAGE = "ownership:change"


@require_safe
@colleagues_only
def changes(request: DeskRequest) -> HttpResponseBase:
    """The history; `?state=` and `?kind=` narrow it."""
    context = {"page": listing.read(request.GET.dict()), "may_act": request.user.on_desk}
    return respond(request, "routing/changes/list.html", context)


@require_http_methods(["GET", "POST"])
@desk_only
def new(request: DeskRequest) -> HttpResponseBase:
    """For one account; POST prepares it and shows the preview. Nothing is written before that."""
    asked = asking.read(request.user, request.GET, posted=request.POST if request.method == "POST" else None)
    if request.method == "POST" and asked.form.is_valid():
        return redirect(PAGE, pk=asking.prepare(asked, by=request.user).pk)
    status = 422 if asked.form.errors else 200
    return respond(request, "routing/changes/new.html", {"asked": asked}, part="territories", status=status)


@require_safe
@colleagues_only
def change(request: DeskRequest, pk: int) -> HttpResponseBase:
    """One change of any kind; `?rows=` shows the accounts of one state. It looks again by itself while it moves."""
    found = get_object_or_404(OwnershipChange.objects.select_related(*asking.BESIDE), pk=pk)
    shown = detail.read(found, request.user, asked=request.GET.dict())
    return respond(request, "routing/changes/change.html", {"page": shown, "now": timezone.now()}, part="live")


@require_POST
@desk_only
def decide(request: DeskRequest, pk: int, verb: str) -> HttpResponseBase:
    """What a button says; an undo leads to the change that it makes."""
    found = get_object_or_404(OwnershipChange.objects.select_related(*asking.BESIDE), pk=pk)
    if verb not in acting.DOES:
        raise Http404(_("A change of owners knows no such act."))
    try:
        found = acting.DOES[verb](found, by=request.user)
        toast(request, str(acting.SAID[verb]))
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect(PAGE, pk=found.pk)
