"""The form of the terms of one track."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nfr.models import Terms, Tier
from nfr.program.acts import Wish
from nfr.terms import FIELDS
from partners.requirements.forms import DayField


def _number(label: Any, *, fewest: int, most: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=fewest,
        max_value=most,
        initial=initial,
        error_messages={"required": gettext_lazy("Say how many."), "invalid": gettext_lazy("Write it in digits.")},
    )


class TermsForm(forms.Form):
    """`track` is said for a new one and stays what it is for one that is changed."""

    track = forms.CharField(
        label=gettext_lazy("Track"),
        required=False,
        max_length=40,
        help_text=gettext_lazy(
            "As Salesforce has it. Left empty, it holds for every track that has no terms of its own."
        ),
    )
    seats = _number(gettext_lazy("Seats for each licence"), fewest=1, most=100_000, initial=10)
    saas = _number(gettext_lazy("SaaS licences"), fewest=0, most=100, initial=1)
    self_managed = _number(gettext_lazy("Self-managed licences"), fewest=0, most=100, initial=1)
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=Tier.choices, initial=Tier.ULTIMATE)
    months = _number(gettext_lazy("Months"), fewest=1, most=120, initial=12)
    renewal = forms.ChoiceField(
        label=gettext_lazy("Renewed"), choices=Terms.Renewal.choices, initial=Terms.Renewal.REQUEST
    )
    source = forms.CharField(label=gettext_lazy("Where it is written"), required=False, max_length=200)
    since = DayField(label=gettext_lazy("From"))
    why = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: Terms | None = None, seen: int = 0) -> None:
        super().__init__(data, initial=_initial(row, seen))
        self.row = row
        if row is not None:
            self.fields["track"].disabled = True

    def clean_track(self) -> str:
        return " ".join(self.cleaned_data["track"].split())

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"].strip()
        if source.startswith(("http:", "https:")):
            URLValidator(message=_("This is no address. Write it out, or say in words where it is written."))(source)
        return source

    def wish(self) -> Wish:
        """What is asked for; call it when the form is valid."""
        given = self.cleaned_data
        return Wish(**{name: given[name] for name in (*FIELDS, "since", "why")})


def _initial(row: Terms | None, seen: int) -> dict[str, Any]:
    today = timezone.localdate()
    if row is None:
        return {"since": today}
    return {name: getattr(row, name) for name in FIELDS} | {"since": max(today, row.valid_from), "seen": seen}
