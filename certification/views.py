"""The pages of the certification reports: the list with its upload, one report, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification import cards, correcting, forms, requests
from certification.models import Report
from certification.reports import access, attaching, flagging, making, owning, standing, withdrawing
from certification.reports.forms import AttachForm, PartnerForm, RowsForm, UploadForm
from certification.reports.listing import Listing, asked_for
from certification.reports.opened import Opened
from documents.serving import download
from partners.certified import tabs
from people.http import DeskRequest, desk_only
from tickets.access import ticket_for
from tickets.actions import Refused
from web.http import respond
from web.toasts import toast, toast_error

LIST, PAGE, TICKET = "certification:reports", "certification:report", "tickets:ticket"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def reports(request: DeskRequest) -> HttpResponseBase:
    """The list; POST makes a report of an export. On a ticket its procedure goes on, and one comes back there."""
    if request.method != "POST":
        return _list(request, UploadForm(user=request.user))
    form = UploadForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _not_made(request, form)
    given = form.cleaned_data
    try:
        made = making.make(
            given["file"].read(), name=given["file"].name or "", by=request.user, account=given["partner"],
            ticket=given["ticket"], as_of=given["as_of"],
        )  # fmt: skip
    except Refused as refused:
        form.add_error("file", str(refused))
        return _not_made(request, form)
    toast(request, _("The table is made: %(n)d people.") % {"n": made.rows_count})
    return redirect(TICKET, given["ticket"].reference) if given["ticket"] else redirect(PAGE, pk=made.pk)


@require_safe
@desk_only
def report(request: DeskRequest, pk: int) -> HttpResponseBase:
    opened = Opened(access.report_for(request.user, pk), request.user, request.GET, {})
    return respond(request, "certification/report.html", {"opened": opened})


@require_safe
@desk_only
def file(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The table, once nothing speaks against sending it."""
    found = access.report_for(request.user, pk)
    why = standing.why_not_sent(found)
    if why or found.result is None:
        toast_error(request, why)
        return redirect(PAGE, pk=pk)
    return download(found.result)


@require_safe
@desk_only
def source(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The export as it came from the portal."""
    found = access.report_for(request.user, pk).source
    if found is None:
        raise Http404(_("This export is not kept any more."))
    return download(found)


@require_POST
@desk_only
def rows(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Which rows belong to the partner."""
    found = access.report_for(request.user, pk)
    form = RowsForm(request.POST, flagged=list(found.foreign))
    return _done(
        request, found, "rows", form, lambda: flagging.decide(found, leave_out=form.leave_out, by=request.user)
    )


@require_POST
@desk_only
def assign(request: DeskRequest, pk: int) -> HttpResponseBase:
    found, form = access.report_for(request.user, pk), PartnerForm(request.POST)
    return _done(
        request, found, "partner", form, lambda: owning.assign(found, form.cleaned_data["partner"], by=request.user)
    )


@require_POST
@desk_only
def attach(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Into the composer of a ticket; a person reads and sends it there."""
    found, form = access.report_for(request.user, pk), AttachForm(request.POST, user=request.user)
    if not form.is_valid():
        return _wrong(request, found, {"attach": form})
    ticket = form.cleaned_data["ticket"]
    try:
        attaching.attach(found, ticket, by=request.user)
    except Refused as refused:
        return _wrong(request, found, {"attach": form}, str(refused))
    toast(request, _("The reply with the table stands in the composer. Read it, then send it."))
    return redirect(TICKET, ticket.reference)


@require_POST
@desk_only
def withdraw(request: DeskRequest, pk: int) -> HttpResponseBase:
    found = access.report_for(request.user, pk)
    try:
        withdrawing.withdraw(found, why=request.POST.get("why", "")[:500], by=request.user)
    except Refused as refused:
        return _wrong(request, found, {}, str(refused))
    toast(request, _("The report is withdrawn."))
    return redirect(LIST)


@require_POST
@desk_only
def correct(request: DeskRequest, reference: str) -> HttpResponseBase:
    """What the request really says; its procedure looks again."""
    found = requests.of(ticket_for(request.user, reference))
    if found is None:
        raise Http404(_("This ticket asks for no certification report."))
    form = forms.Facts(request.POST, auto_id="certification-%s")
    if form.is_valid():
        correcting.correct(found, form.cleaned_data, by=request.user)
    else:
        toast_error(request, " ".join(str(one) for said in form.errors.values() for one in said))
    return redirect(TICKET, reference)


def _list(request: DeskRequest, form: UploadForm) -> HttpResponseBase:
    listing = Listing(asked_for(request.GET), request.user)
    context = {"listing": listing, "form": form, "most": making.MOST_BYTES, "tabs": tabs.shown(cards.TAB)}
    return respond(request, "certification/reports.html", context, part="main", status=422 if form.errors else 200)


def _not_made(request: DeskRequest, form: UploadForm) -> HttpResponseBase:
    """From a ticket one goes back there with the sentence."""
    ticket = getattr(form, "cleaned_data", {}).get("ticket")
    if ticket is None:
        return _list(request, form)
    toast_error(request, " ".join(str(one) for said in form.errors.values() for one in said))
    return redirect(TICKET, ticket.reference)


def _done(request: DeskRequest, found: Report, name: str, form: Any, act: Callable[[], object]) -> HttpResponseBase:
    if not form.is_valid():
        return _wrong(request, found, {name: form})
    try:
        act()
    except Refused as refused:
        return _wrong(request, found, {name: form}, str(refused))
    toast(request, _("Kept."))
    return redirect(PAGE, pk=found.pk)


def _wrong(request: DeskRequest, found: Report, wrong: dict[str, Any], refused: str = "") -> HttpResponseBase:
    said = refused or " ".join(str(one) for form in wrong.values() for said in form.errors.values() for one in said)
    opened = Opened(access.report_for(request.user, found.pk), request.user, request.GET, wrong, said)
    return respond(request, "certification/report.html", {"opened": opened}, status=422)
