"""What the pages of the mapping ask: a file and its day, where its columns are, who is meant, what a value means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.tables import Unfit
from people.models import ChannelManager
from routing.importing import acts, layout, years
from routing.importing.listing import TITLES
from routing.keys import fiscal_year
from routing.models import KeyRule, MappingImport
from web.words import filesize


class ReadForm(forms.Form):
    """The day and the columns; a block's columns are found by its head unless they are said."""

    effective = forms.DateField(
        label=gettext_lazy("In force from"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Enter the first day it holds."),
            "invalid": gettext_lazy("This is not a day of the calendar. Write it as 2023-02-01."),
        },
    )
    year = forms.CharField(
        label=gettext_lazy("Fiscal year"),
        required=False,
        max_length=6,
        help_text=gettext_lazy("A label. Left empty, it is read from the file's name, else from the day."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].widget.attrs["placeholder"] = fiscal_year(timezone.localdate())
        for table in layout.TABLES:
            self.fields[table] = forms.CharField(label=str(TITLES[table]), required=False, max_length=12)
            self.fields[table].widget.attrs["placeholder"] = "B:C"

    def clean_effective(self) -> Any:
        effective = self.cleaned_data["effective"]
        if wrong := years.why_not_from(effective, on=timezone.localdate()):
            raise forms.ValidationError(wrong)
        return effective

    def clean_year(self) -> str:
        try:
            return years.labelled(self.cleaned_data["year"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for table in layout.TABLES:
            text = given.get(table, "").strip()
            if text and text != layout.LEFT_OUT:
                try:
                    layout.columns_of(text)
                except Unfit as unfit:
                    self.add_error(table, str(unfit))
        return given

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[table] for table in layout.TABLES]

    @property
    def columns_said(self) -> bool:
        return any(self[table].value() or self[table].errors for table in layout.TABLES)

    def said(self) -> dict[str, str]:
        return {table: self.cleaned_data[table] for table in layout.TABLES if self.cleaned_data.get(table)}

    @staticmethod
    def of(change: MappingImport) -> ReadForm:
        said: Mapping[str, str] = change.columns.get("said", {})
        return ReadForm(initial={"effective": change.effective, "year": change.fiscal_year, **said})


class UploadForm(ReadForm):
    file = forms.FileField(
        label=gettext_lazy("Mapping workbook"),
        error_messages={
            "required": gettext_lazy("Choose the mapping workbook."),
            "empty": gettext_lazy("This file is empty."),
        },
    )

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > acts.MOST_BYTES:
            said = {"size": filesize(upload.size or 0), "most": filesize(acts.MOST_BYTES)}
            raise forms.ValidationError(_("The file has %(size)s. A mapping may have up to %(most)s.") % said)
        return upload


class NameForm(forms.Form):
    """Who is meant by a name of the file; nobody takes it back."""

    written = forms.CharField(max_length=500)
    manager = forms.ModelChoiceField(queryset=ChannelManager.objects.all(), required=False)


class AliasForm(forms.Form):
    table = forms.ChoiceField(label=gettext_lazy("Field"), choices=KeyRule.Table.choices)
    key = forms.CharField(
        label=gettext_lazy("Value as it stands in Salesforce"),
        max_length=255,
        error_messages={"required": gettext_lazy("Enter the value.")},
    )
    means = forms.CharField(
        label=gettext_lazy("The key it means"),
        max_length=255,
        error_messages={"required": gettext_lazy("Enter the key of the mapping it means.")},
    )
    why = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)
