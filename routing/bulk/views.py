"""The pages of the spreadsheet: upload, what the file cannot say, and the files that come of it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents.serving import download
from documents.tables import Unfit
from people.http import DeskRequest, colleagues_only, desk_only
from routing.bulk import acts, exporting, looking
from routing.bulk.forms import DetailsForm, UploadForm
from routing.models import OwnershipChange, OwnershipRow
from web.http import respond
from web.toasts import toast_error

UPLOAD, DETAILS = "bulk:upload", "bulk:details"


@require_http_methods(["GET", "POST"])
@desk_only
def upload(request: DeskRequest) -> HttpResponseBase:
    """The file; nothing is made of it yet."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = acts.keep(file.read(), name=file.name or "", by=request.user)
        except Unfit as unfit:
            form.add_error("file", str(unfit))
        else:
            return redirect(DETAILS, pk=kept.pk)
    context = {"form": form, "most": acts.MOST_BYTES, "columns": looking.COLUMNS}
    return respond(request, "routing/bulk/upload.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@desk_only
def details(request: DeskRequest, pk: UUID) -> HttpResponseBase:
    """What was read, and what the file cannot say; POST checks every line and shows what would change."""
    file = acts.waiting_file(pk)
    if file is None:
        toast_error(request, _("This file was checked already, or is not kept any more. Upload it again."))
        return redirect(UPLOAD)
    form = DetailsForm(request.POST) if request.method == "POST" else None
    try:
        if form is not None and form.is_valid():
            return redirect(_page(acts.prepare(file, form.details, by=request.user)))
        seen = looking.at(file)
        context = {"seen": seen, "file": file, "form": form or DetailsForm(initial=seen.guessed)}
        return respond(request, "routing/bulk/details.html", context, status=422 if form else 200)
    except Unfit as unfit:
        toast_error(request, str(unfit))
        return redirect(UPLOAD)


@require_safe
@colleagues_only
def result(request: DeskRequest, pk: int) -> HttpResponseBase:
    """`?state=rejected` only those lines; `?as=xlsx` as a workbook."""
    state = request.GET.get("state", "")
    if state and state not in OwnershipRow.State.values:
        raise Http404
    write = exporting.result_workbook if request.GET.get("as") == "xlsx" else exporting.result
    return write(_change(pk), state=state)


@require_safe
@colleagues_only
def loader(request: DeskRequest, pk: int) -> HttpResponseBase:
    """`?back=1` with the owners as they were before."""
    return exporting.loader(_change(pk), back=bool(request.GET.get("back")))


@require_safe
@colleagues_only
def original(request: DeskRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - the door has looked at it
    """The file as it was uploaded."""
    file = _change(pk).file
    if file is None:
        raise Http404
    return download(file)


def _change(pk: int) -> OwnershipChange:
    return get_object_or_404(OwnershipChange.objects.select_related("file"), pk=pk)


def _page(change: OwnershipChange) -> str:
    """Where every change has its page."""
    return f"/routing/changes/{change.pk}/"
