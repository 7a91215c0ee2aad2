"""What the dashboard's pages ask: a file, its day, a reason, a partner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.dashboard import acts
from partners.models import Account
from web.words import filesize


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Exported dashboard"),
        error_messages={
            "required": gettext_lazy("Choose the exported dashboard."),
            "empty": gettext_lazy("This file is empty."),
        },
    )

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > acts.MOST_BYTES:
            said = {"size": filesize(upload.size or 0), "most": filesize(acts.MOST_BYTES)}
            raise forms.ValidationError(_("The file has %(size)s. A dashboard may have up to %(most)s.") % said)
        return upload


class DayForm(forms.Form):
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Enter the day the dashboard was exported."),
            "invalid": gettext_lazy("This is not a day of the calendar. Write it as 2022-11-18."),
        },
    )

    def clean_as_of(self) -> Any:
        as_of = self.cleaned_data["as_of"]
        if as_of > timezone.localdate():
            raise forms.ValidationError(_("The day is still to come. Enter the day the dashboard was exported."))
        if as_of.year < 2015:
            raise forms.ValidationError(_("That day is too long ago. Enter the day the dashboard was exported."))
        return as_of


class PartnerForm(forms.Form):
    """A name of the dashboard and whose it is: a partner chosen, or typed as Salesforce writes it."""

    name = forms.CharField(max_length=255, error_messages={"required": gettext_lazy("Say which name is meant.")})
    account = forms.ModelChoiceField(
        queryset=Account.objects.filter(deleted=None, merged_into=None),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This partner is not there any more.")},
    )
    partner = forms.CharField(max_length=255, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("account") and not self.errors:
            given["account"] = self._typed(given.get("partner", "").strip())
        return given

    def _typed(self, typed: str) -> Account:
        if not typed:
            raise forms.ValidationError(_("Choose a partner, or type its name."))
        living = Account.objects.filter(deleted=None, merged_into=None)
        found = list(living.filter(name__iexact=typed)[:2])
        if len(found) != 1:
            many = _("Several partners are named %(name)s. Correct it in Salesforce first.")
            none = _("No partner is named %(name)s. Type it as Salesforce writes it.")
            raise forms.ValidationError((many if found else none) % {"name": typed})
        return found[0]
