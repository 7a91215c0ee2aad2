"""The pages of the certification dashboard: everybody reads, the desk imports, assigns and withdraws."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.models import StoredFile
from documents.serving import download
from documents.tables import Unfit
from journal.record import actor_of
from partners.certified import tabs
from partners.dashboard import acts, exporting, listing
from partners.dashboard import preview as previews
from partners.dashboard.acts import Refused
from partners.dashboard.forms import DayForm, PartnerForm, UploadForm
from partners.dashboard.listing import FILTERS, Asked
from partners.learning import CannotRemember
from partners.models import DashboardReport
from people.http import DeskRequest, colleagues_only, desk_only
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@colleagues_only
def current(request: DeskRequest) -> HttpResponseBase:
    """The dashboard that counts today, or another one by `?report=`."""
    report = listing.report_of(request.GET.get("report", ""), on=timezone.localdate())
    page = listing.page(report, _asked(request)) if report else None
    kept = [(name, request.GET[name]) for name in ("show", "report") if request.GET.get(name)]
    context = {
        "page": page,
        "tabs": tabs.shown(tabs.DASHBOARD),
        "may_act": request.user.on_desk,
        "is_current": "report" not in request.GET,
        "kept": kept,
    }
    return respond(request, "partners/dashboard/current.html", context, part="answer")


@require_safe
@colleagues_only
def export(request: DeskRequest) -> HttpResponseBase:
    report = listing.report_of(request.GET.get("report", ""), on=timezone.localdate())
    if report is None:
        toast_error(request, _("There is no dashboard to export yet."))
        return redirect("dashboard:current")
    return exporting.response(report, listing.filtered(report, _asked(request)).iterator(chunk_size=2000))


@require_safe
@colleagues_only
def history(request: DeskRequest) -> HttpResponseBase:
    context = {"kept": listing.history(on=timezone.localdate()), "may_act": request.user.on_desk}
    return respond(request, "partners/dashboard/history.html", context)


@require_http_methods(["GET", "POST"])
@desk_only
def upload(request: DeskRequest) -> HttpResponseBase:
    """The file; what it would change is shown before anything is."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = acts.keep(file.read(), name=file.name or "", by=request.user)
        except Unfit as unfit:
            form.add_error("file", str(unfit))
        else:
            return redirect("dashboard:preview", pk=kept.pk)
    status = 422 if form.errors else 200
    return respond(request, "partners/dashboard/upload.html", {"form": form, "most": acts.MOST_BYTES}, status=status)


@require_http_methods(["GET", "POST"])
@desk_only
def preview(request: DeskRequest, pk: UUID) -> HttpResponseBase:
    """What the file would change; POST takes it over."""
    file = acts.waiting_file(pk)
    if file is None:
        toast_error(request, _("This file was taken over already, or is not kept any more. Upload it again."))
        return redirect("dashboard:history")
    form = DayForm(request.POST) if request.method == "POST" else DayForm()
    try:
        if request.method == "POST" and form.is_valid():
            return _take_over(request, file, form)
        return _preview(request, previews.of(file), form)
    except Unfit as unfit:
        toast_error(request, str(unfit))
        return redirect("dashboard:upload")


@require_POST
@desk_only
def assign(request: DeskRequest) -> HttpResponseBase:
    """A name is a partner's: remembered, and linked on every dashboard."""
    form = PartnerForm(request.POST)
    if not form.is_valid():
        toast_error(request, " ".join(str(one) for found in form.errors.values() for one in found))
        return redirect(_back(request))
    name, account = form.cleaned_data["name"], form.cleaned_data["account"]
    try:
        acts.assign(name, account, by=request.user)
        toast(request, _("“%(name)s” is %(partner)s from now on.") % {"name": name, "partner": account})
    except CannotRemember as refused:
        toast_error(request, str(refused))
    return redirect(_back(request))


@require_POST
@desk_only
def release(request: DeskRequest) -> HttpResponseBase:
    name = request.POST.get("name", "")[:255]
    try:
        acts.release(name, by=request.user)
        toast(request, _("“%(name)s” is not remembered any more.") % {"name": name})
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect(_back(request))


@require_POST
@desk_only
def look_again(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Partners that came since the import."""
    count = acts.look_again(_report(pk), by=actor_of(request.user))
    words = ngettext("%(count)d line found its partner.", "%(count)d lines found their partner.", count)
    toast(request, words % {"count": count} if count else _("No line found a partner."))
    return redirect(_back(request))


@require_POST
@desk_only
def withdraw(request: DeskRequest, pk: int) -> HttpResponseBase:
    try:
        report = acts.withdraw(_report(pk), why=request.POST.get("why", "")[:500], by=request.user)
        words = _("The %(dashboard)s does not count any more.") % {"dashboard": acts.described(report)}
        toast(request, words, undo=reverse("dashboard:put_back", args=[pk]))
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("dashboard:history")


@require_POST
@desk_only
def put_back(request: DeskRequest, pk: int) -> HttpResponseBase:
    report = acts.put_back(_report(pk), by=request.user)
    toast(request, _("The %(dashboard)s counts again.") % {"dashboard": acts.described(report)})
    return redirect("dashboard:history")


@require_safe
@colleagues_only
def original(request: DeskRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - the door has looked at it
    """The file as it was uploaded."""
    return download(_report(pk).file)


def _report(pk: int) -> DashboardReport:
    return get_object_or_404(DashboardReport.objects.select_related("file"), pk=pk)


def _asked(request: DeskRequest) -> Asked:
    show = request.GET.get("show", "")
    return Asked(
        show=show if show in FILTERS else "",
        text=request.GET.get("q", "").replace("\0", "").strip()[:200],
        after=_number(request.GET.get("after", "")),
        before=_number(request.GET.get("before", "")),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _back(request: DeskRequest) -> str:
    """Where the form stood, when that is a page of ours."""
    to = request.POST.get("next", "")
    ours = to.startswith("/certification/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None)
    return to if ours else reverse("dashboard:current")


def _take_over(request: DeskRequest, file: StoredFile, form: DayForm) -> HttpResponseBase:
    report = acts.take_over(file, as_of=form.cleaned_data["as_of"], by=actor_of(request.user))
    toast(request, _("The %(dashboard)s is taken over.") % {"dashboard": acts.described(report)})
    return redirect("dashboard:current")


def _preview(request: DeskRequest, shown: previews.Preview, form: DayForm) -> HttpResponseBase:
    if not form.is_bound:
        form = DayForm(initial={"as_of": shown.guessed})
    context = {"page": shown, "form": form, "newer": _newer(shown, form)}
    return respond(request, "partners/dashboard/preview.html", context, status=422 if form.errors else 200)


def _newer(shown: previews.Preview, form: DayForm) -> bool:
    """A newer dashboard stays the one that counts."""
    return bool(shown.before and shown.before.as_of > (form.initial.get("as_of") or shown.guessed))
