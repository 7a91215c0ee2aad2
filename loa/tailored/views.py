"""Pages of letters with wording of their own, and of the report about the process."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.models import LegalRequest
from loa.tailored import acts, cases, problems
from loa.tailored.forms import CaseForm, DropForm, LegalRequestForm, ProblemForm
from people.http import DeskRequest, colleagues_only, desk_only
from tickets.access import ticket_for
from tickets.actions import Refused
from web.http import respond
from web.toasts import toast, toast_error

PAGE = "loa_tailored:one"
BESIDE = ("ticket__requester", "ticket__channel_manager", "account__channel_manager", "by", "action")


@require_http_methods(["GET", "POST"])
@desk_only
def new(request: DeskRequest, reference: str) -> HttpResponseBase:
    """The draft of the case for one ticket; nothing is opened yet."""
    ticket = ticket_for(request.user, reference)
    form = LegalRequestForm(request.POST or None, initial=acts.first_values(ticket))
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(PAGE, pk=cases.prepare(ticket, **form.cleaned_data, by=request.user).pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    status = 422 if form.errors else 200
    return respond(request, "loa/tailored/new.html", {"ticket": ticket, "form": form}, status=status)


@require_safe
@colleagues_only
def one(request: DeskRequest, pk: int) -> HttpResponseBase:
    found = _found(request, pk)
    context = {"page": acts.read(found, request.user), "link_form": CaseForm(), "drop_form": DropForm()}
    return respond(request, "loa/tailored/one.html", context, part="live")


@require_POST
@colleagues_only
def act(request: DeskRequest, pk: int, verb: str) -> HttpResponseBase:
    """What a button says."""
    found = _found(request, pk)
    if verb not in acts.DOES:
        raise Http404(_("A legal request knows no such act."))
    if not cases.may_open(request.user, found):
        raise PermissionDenied
    try:
        toast(request, acts.do(found, verb, request.POST, by=request.user))
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect(PAGE, pk=found.pk)


@require_http_methods(["GET", "POST"])
@desk_only
def problem(request: DeskRequest, reference: str) -> HttpResponseBase:
    """The filled report; nothing is kept of it and nothing is sent from here."""
    ticket = ticket_for(request.user, reference)
    form = ProblemForm(request.POST or None)
    what = form.cleaned_data["what"] if form.is_bound and form.is_valid() else ""
    report = problems.report(ticket, what=what, by=request.user)
    return respond(request, "loa/tailored/problem.html", {"ticket": ticket, "form": form, "report": report})


def _found(request: DeskRequest, pk: int) -> LegalRequest:
    """Who may read the ticket may read its request."""
    found = get_object_or_404(LegalRequest.objects.select_related(*BESIDE), pk=pk)
    ticket_for(request.user, found.ticket.reference)
    return found
