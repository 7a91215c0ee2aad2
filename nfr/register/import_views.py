"""Importing a list of licences: the file, what it would bring, taking it over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from documents.tables import Unfit
from nfr.register import importing
from nfr.register.importing import Done
from partners.narrowing import number
from people.http import DeskRequest, desk_only
from web.http import respond
from web.toasts import toast, toast_error
from web.words import filesize


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("List of licences"),
        error_messages={"required": gettext_lazy("Choose the list."), "empty": gettext_lazy("This file is empty.")},
    )

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > importing.MOST_BYTES:
            said = {"size": filesize(upload.size or 0), "most": filesize(importing.MOST_BYTES)}
            raise forms.ValidationError(_("The file has %(size)s. A list may have up to %(most)s.") % said)
        return upload


@require_http_methods(["GET", "POST"])
@desk_only
def upload(request: DeskRequest) -> HttpResponseBase:
    """The file; what it would bring is shown before anything is written."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = importing.keep(file.read(), name=file.name or "", by=request.user)
        except Unfit as unfit:
            form.add_error("file", str(unfit))
        else:
            return redirect("nfr_register:preview", pk=kept.pk)
    context = {"form": form, "most": importing.MOST_BYTES}
    return respond(request, "nfr/register/upload.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@desk_only
def preview(request: DeskRequest, pk: UUID) -> HttpResponseBase:
    """What the file would bring; POST takes it over."""
    file = importing.waiting_file(pk)
    if file is None:
        toast_error(request, _("This file is not kept any more. Upload it again."))
        return redirect("nfr_register:import")
    if request.method != "POST":
        return respond(request, "nfr/register/preview.html", {"plan": importing.plan(file)})
    toast(request, _done_words(importing.take_over(file, chosen=_chosen(request.POST), by=request.user)))
    return redirect("nfr_register:list")


def _done_words(done: Done) -> str:
    if not done.taken and not done.left:
        return _("Every line of the list was in the register already.")
    taken = ngettext("%(n)d licence was taken over.", "%(n)d licences were taken over.", done.taken) % {"n": done.taken}
    left = ngettext(
        "%(n)d line was left out: the register has that licence already.",
        "%(n)d lines were left out: the register has those licences already.",
        done.left,
    ) % {"n": done.left}
    return f"{taken} {left}" if done.left else taken


def _chosen(given: QueryDict) -> dict[str, int]:
    """Whose the names are, by the key of each."""
    said = {name.removeprefix("partner-"): number(str(value)) for name, value in given.items() if "partner-" in name}
    return {key: account for key, account in said.items() if account}
