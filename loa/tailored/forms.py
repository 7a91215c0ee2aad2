"""What is asked for a letter with wording of its own, and for a case that was opened elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class LegalRequestForm(forms.Form):
    customer = forms.CharField(
        label=gettext_lazy("Customer or tender"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("As the letter has to name it"),
    )
    wording = forms.CharField(
        label=gettext_lazy("Wording that is needed"),
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("The sentences of the tender, or what is to be different from our letter"),
    )
    needed_by = forms.DateField(
        label=gettext_lazy("Needed by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_needed_by(self) -> date | None:
        day: date | None = self.cleaned_data["needed_by"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Give the day the letter has to be there."))
        return day


class CaseForm(forms.Form):
    case = forms.CharField(
        label=gettext_lazy("Address of the case in Salesforce"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class DropForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Why it is not needed"), max_length=500)


class ProblemForm(forms.Form):
    what = forms.CharField(
        label=gettext_lazy("What goes wrong"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


FORMS: dict[str, type[forms.Form]] = {"link": CaseForm, "drop": DropForm}


def first_values(given: dict[str, Any]) -> dict[str, Any]:
    """What the request form asked already."""
    return {"wording": str(given.get("tender") or "").strip()}
