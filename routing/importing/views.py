"""The pages of the mapping: colleagues read, leads import, compare, confirm, take back and explain."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.serving import download
from documents.tables import Unfit, writing
from people.http import DeskRequest, colleagues_only, leads_only
from people.models import ChannelManager
from routing.dating import Refused
from routing.importing import acts, exporting, layout, listing, showing, years
from routing.importing.forms import NameForm, ReadForm, UploadForm
from routing.importing.listing import Asked
from routing.models import MappingImport
from web.http import respond
from web.toasts import toast, toast_error

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@colleagues_only
def current(request: DeskRequest) -> HttpResponseBase:
    """The mapping of today, or of `?on=`, block by block."""
    today = timezone.localdate()
    asked = _asked(request, today)
    context = {
        "page": listing.page(asked),
        "today": today,
        "reminder": years.reminder(today),
        "next_year": years.next_year(today),
        "waiting": years.waiting(),
        "may_act": request.user.leads,
        "kept": [(name, request.GET[name]) for name in ("table", "on") if request.GET.get(name)],
    }
    return respond(request, "routing/mapping/current.html", context, part="answer")


@require_safe
@colleagues_only
def export(request: DeskRequest) -> HttpResponseBase:
    on = _day(request.GET.get("on", "")) or timezone.localdate()
    if request.GET.get("as") == "csv":
        return _file(exporting.separated(on), exporting.file_name(on, "csv"), "text/csv; charset=utf-8")
    return _file(exporting.workbook(on), exporting.file_name(on, "xlsx"), XLSX)


@require_safe
@colleagues_only
def history(request: DeskRequest) -> HttpResponseBase:
    """Every import by fiscal year."""
    today = timezone.localdate()
    context = {"years": listing.history(), "reminder": years.reminder(today), "may_act": request.user.leads}
    return respond(request, "routing/mapping/history.html", context)


@require_http_methods(["GET", "POST"])
@leads_only
def upload(request: DeskRequest) -> HttpResponseBase:
    """The file; what it would change is shown before anything is."""
    start = {"effective": _day(request.GET.get("on", "")) or timezone.localdate()}
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm(initial=start)
    if request.method == "POST" and form.is_valid() and (change := _prepared(request, form)):
        return redirect("routing:mapping_one", pk=change.pk)
    context = {"form": form, "most": acts.MOST_BYTES, "next": years.next_start(timezone.localdate())}
    return respond(request, "routing/mapping/upload.html", context, status=422 if form.errors else 200)


@require_safe
@colleagues_only
def one(request: DeskRequest, pk: int) -> HttpResponseBase:
    """What it would change, or what it changed."""
    change = _import(pk)
    may_act = request.user.leads
    context = {
        "page": showing.of(change),
        "change": change,
        "may_act": may_act,
        "form": ReadForm.of(change) if may_act else None,
        "managers": ChannelManager.objects.filter(active=True) if may_act else (),
        "before": change.effective - timedelta(days=1),
    }
    return respond(request, "routing/mapping/one.html", context)


@require_safe
@colleagues_only
def changes(request: DeskRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - the door has looked at it
    """All of the differences as a CSV."""
    change = _import(pk)
    content = writing.separated(showing.lines_of(showing.of(change)))
    return _file(content, f"mapping-{change.pk}-changes.csv", "text/csv; charset=utf-8")


@require_safe
@colleagues_only
def original(request: DeskRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - the door has looked at it
    """The file as it was uploaded."""
    file = _import(pk).file
    if file is None:
        raise Http404
    return download(file)


@require_POST
@leads_only
def confirm(request: DeskRequest, pk: int) -> HttpResponseBase:
    change = _import(pk)
    skip, seen = bool(request.POST.get("skip_bad")), request.POST.get("seen", "")
    try:
        change = acts.confirm(change, by=request.user, skip_bad=skip, seen=seen)
        words = _("The mapping of %(name)s holds from %(day)s on.")
        said = {"name": change.name, "day": date_format(change.effective, "j M Y")}
        toast(request, words % said, undo=reverse("routing:mapping_undo", args=[pk]))
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("routing:mapping_one", pk=pk)


@require_POST
@leads_only
def undo(request: DeskRequest, pk: int) -> HttpResponseBase:
    try:
        change = acts.undo(_import(pk), by=request.user)
        toast(request, _("%(name)s is taken back. The mapping is what it was before.") % {"name": change.name})
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("routing:mapping_one", pk=pk)


@require_POST
@leads_only
def drop(request: DeskRequest, pk: int) -> HttpResponseBase:
    try:
        change = acts.drop(_import(pk), by=request.user)
        toast(request, _("%(name)s is dropped. Nothing was changed.") % {"name": change.name})
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("routing:mapping")


@require_POST
@leads_only
def explain(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Who is meant by a name of the file."""
    form = NameForm(request.POST)
    if not form.is_valid():
        toast_error(request, _("Choose a channel manager."))
        return redirect("routing:mapping_one", pk=pk)
    written, manager = form.cleaned_data["written"], form.cleaned_data["manager"]
    try:
        acts.explain(_import(pk), written, manager, by=request.user)
        words = _("“%(name)s” is %(manager)s in this file.") if manager else _("“%(name)s” is nobody known again.")
        toast(request, words % {"name": written, "manager": manager})
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("routing:mapping_one", pk=pk)


@require_POST
@leads_only
def read_again(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The same file, its day or its columns said otherwise."""
    form = ReadForm(request.POST)
    if not form.is_valid():
        toast_error(request, " ".join(str(one) for found in form.errors.values() for one in found))
        return redirect("routing:mapping_one", pk=pk)
    day, year = form.cleaned_data["effective"], form.cleaned_data["year"]
    try:
        acts.read_again(_import(pk), by=request.user, said=form.said(), effective=day, year=year)
        toast(request, _("The file was read again."))
    except (Refused, Unfit) as refused:
        toast_error(request, str(refused))
    return redirect("routing:mapping_one", pk=pk)


def _prepared(request: DeskRequest, form: UploadForm) -> MappingImport | None:
    """None when the file cannot be read; the form says why."""
    given = form.cleaned_data
    content, name = given["file"].read(), given["file"].name or ""
    try:
        return acts.prepare(
            content,
            name=name,
            by=request.user,
            effective=given["effective"],
            year=given["year"],
            said=form.said(),
        )
    except Unfit as unfit:
        form.add_error("file", str(unfit))
    return None


def _import(pk: int) -> MappingImport:
    related = ("file", "imported_by", "confirmed_by", "undone_by")
    return get_object_or_404(MappingImport.objects.select_related(*related), pk=pk)


def _asked(request: DeskRequest, today: date) -> Asked:
    table = request.GET.get("table", "")
    return Asked(
        on=_day(request.GET.get("on", "")) or today,
        table=table if table in listing.TITLES else layout.SEGMENT,
        text=request.GET.get("q", "").replace("\0", "").strip()[:200],
        after=listing.marked(request.GET.get("after", "")),
        before=listing.marked(request.GET.get("before", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
