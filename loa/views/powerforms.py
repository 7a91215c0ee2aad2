"""The PowerForms: colleagues read where partners are sent and how each is decided, leads change it."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loa import powerforms
from loa.models import PowerForm
from loa.powerform_editing import PowerFormForm, change
from people.http import DeskRequest, desk_only, leads_only
from web.toasts import toast


@require_safe
@desk_only
def page(request: DeskRequest) -> HttpResponseBase:
    return _page(request)


@require_POST
@leads_only
def edit(request: DeskRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(PowerForm, pk=pk)
    form = PowerFormForm(request.POST, row=row)
    if not form.is_valid():
        return _page(request, wrong=(row, form), status=422)
    changed = change(row, form, by=request.user)
    toast(request, _("%(name)s is changed.") % {"name": changed})
    return redirect("loa:powerforms")


def _page(
    request: DeskRequest, *, wrong: tuple[PowerForm, PowerFormForm] | None = None, status: int = 200
) -> HttpResponseBase:
    lines = [
        {
            "row": row,
            "address": powerforms.address_of(row),
            "form": wrong[1] if wrong and wrong[0] == row else PowerFormForm(row=row),
        }
        for row in powerforms.everything()
    ]
    return render(request, "loa/powerforms.html", {"lines": lines, "may_act": request.user.leads}, status=status)
