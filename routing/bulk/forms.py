"""What the pages of the spreadsheet ask: the file, its state, and what the change is called."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.bulk import acts
from routing.bulk.acts import Details
from web.words import filesize


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        error_messages={
            "required": gettext_lazy("Choose the spreadsheet."),
            "empty": gettext_lazy("This file is empty."),
        },
    )

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > acts.MOST_BYTES:
            said = {"size": filesize(upload.size or 0), "most": filesize(acts.MOST_BYTES)}
            raise forms.ValidationError(_("The file has %(size)s. A spreadsheet may have up to %(most)s.") % said)
        return upload


class DetailsForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        error_messages={"required": gettext_lazy("Give the change a title, such as “FY23 realignment, AMER”.")},
    )
    taken_at = forms.DateTimeField(
        label=gettext_lazy("State of the file"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        help_text=gettext_lazy("Accounts that Salesforce has changed since then are held back."),
        error_messages={
            "required": gettext_lazy("Enter when the file was last brought up to date."),
            "invalid": gettext_lazy("This is no time. Write it as 2022-11-18 14:30."),
        },
    )
    effective = forms.DateField(
        label=gettext_lazy("Not before"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: as soon as it is approved."),
        error_messages={"invalid": gettext_lazy("This is not a day of the calendar. Write it as 2022-11-18.")},
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say why the owners change; whoever approves reads it.")},
    )

    def clean_taken_at(self) -> datetime:
        taken_at: datetime = self.cleaned_data["taken_at"]
        if taken_at > timezone.now():
            raise forms.ValidationError(_("The time is still to come. Enter when the file was saved."))
        return taken_at

    @property
    def details(self) -> Details:
        given = self.cleaned_data
        return Details(title=given["title"], why=given["why"], taken_at=given["taken_at"], effective=given["effective"])
