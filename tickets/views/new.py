"""A specialist opens a ticket for somebody who called, chatted or wrote elsewhere."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents import limits
from partners import matching
from partners.models import Contact
from people.http import DeskRequest, desk_only
from tickets.opening import OpenForm, open_for
from tickets.queue.filters import accounts_for
from web.http import respond
from web.toasts import toast

TEMPLATE = "tickets/new.html"
SHORTEST_NAME = 3


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def new(request: DeskRequest) -> HttpResponseBase:
    form = OpenForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        done = open_for(form.cleaned_data, by=request.user)
        words = _("%(reference)s is open.") if done.fresh else _("%(reference)s was open already.")
        if form.cleaned_data["acknowledge"] and done.fresh and not done.acknowledged:
            words = _("%(reference)s is open. No acknowledgement was sent: that address gets no automatic mail now.")
        toast(request, words % {"reference": done.ticket.reference})
        return redirect("tickets:ticket", done.ticket.reference)
    shown = {"form": form, "limits": limits, "most": limits.MAX_FILE_BYTES}
    return respond(request, TEMPLATE, shown, status=422 if form.is_bound else 200)


@require_safe
@desk_only
def new_partners(request: DeskRequest) -> HttpResponseBase:
    """Names for the list below the partner field, and whom the address points to."""
    asked = request.GET.get("partner", "").replace("\x00", "").strip()[:80]
    address = request.GET.get("email", "").replace("\x00", "").strip()[:254]
    known = Contact.objects.filter(email__lower=address.lower(), double_of=None).first() if address else None
    shown = {
        "accounts": accounts_for(request.user, asked)[:20],
        "match": matching.match(email=address, company=asked if len(asked) >= SHORTEST_NAME else ""),
        "known": known,
        "chosen": request.GET.get("account", ""),
    }
    return respond(request, "tickets/new_partners.html", shown)
