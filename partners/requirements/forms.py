"""The form of one requirement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Gate
from partners.requirements.acts import FIELDS, Wish

WITH_VALUES: Final = frozenset({Gate.Check.STATUS, Gate.Check.TRACK, Gate.Check.TYPE, Gate.Check.CERTIFICATIONS})
MOST_VALUES: Final = 30


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        wrong = gettext_lazy("This is not a day of the calendar. Write it as 2022-11-18.")
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, error_messages={"invalid": wrong}, **options)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day: what held before stays as it was."))
        return day


class RequirementForm(forms.Form):
    """`check_kind` is chosen for a new one and stays what it is for one that is changed."""

    check_kind = forms.ChoiceField(
        label=gettext_lazy("What is looked at"), choices=[(kind, capfirst(label)) for kind, label in Gate.Check.choices]
    )
    words = forms.CharField(
        label=gettext_lazy("The requirement, in words"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say what is required.")},
    )
    values = forms.CharField(
        label=gettext_lazy("One of these"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One a line, as Salesforce or the dashboard writes it. “Open Reqs Met?” among certifications means that"
            " the dashboard's Yes is proof enough."
        ),
    )
    at_least = forms.IntegerField(
        label=gettext_lazy("How many people"), min_value=1, max_value=1000, initial=1, required=False
    )
    how = forms.CharField(
        label=gettext_lazy("How a partner meets it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    link = forms.URLField(
        label=gettext_lazy("Where a partner meets it"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy("The address of the course or of the portal's page; told beside what to do."),
        error_messages={"invalid": gettext_lazy("This is no address. Write it with https:// in front.")},
    )
    source = forms.CharField(label=gettext_lazy("Where it is written"), required=False, max_length=200)
    advisory = forms.BooleanField(label=gettext_lazy("Only a hint: it is told, and stops nothing"), required=False)
    since = DayField(label=gettext_lazy("From"))
    why = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: Gate | None = None, seen: int = 0) -> None:
        super().__init__(data, initial=self._initial(row, seen))
        self.row = row
        if row is not None:
            self.fields["check_kind"].disabled = True
            if row.check_kind not in WITH_VALUES:
                del self.fields["values"]
            if row.check_kind != Gate.Check.CERTIFICATIONS:
                del self.fields["at_least"]

    @staticmethod
    def _initial(row: Gate | None, seen: int) -> dict[str, Any]:
        today = timezone.localdate()
        if row is None:
            return {"since": today}
        said = {name: getattr(row, name) for name in FIELDS} | {"check_kind": row.check_kind, "seen": seen}
        return said | {"values": "\n".join(row.values), "since": max(today, row.valid_from)}

    def clean_values(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["values"].splitlines()]
        values = list(dict.fromkeys(line for line in lines if line))
        if len(values) > MOST_VALUES or any(len(value) > 120 for value in values):
            raise forms.ValidationError(_("Up to 30 lines of up to 120 letters each."))
        return values

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"].strip()
        if source.startswith(("http:", "https:")):
            URLValidator(message=_("This is no address. Write it out, or say in words where it is written."))(source)
        return source

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("check_kind") in WITH_VALUES and "values" in given and not given["values"]:
            self.add_error("values", _("Say at least one value."))
        return given

    def wish(self) -> Wish:
        """What is asked for; call it when the form is valid."""
        given = self.cleaned_data
        kind = given["check_kind"]
        return Wish(
            values=given.get("values", []) if kind in WITH_VALUES else [],
            at_least=(given.get("at_least") or 1) if kind == Gate.Check.CERTIFICATIONS else 1,
            words=given["words"],
            how=given["how"],
            link=given["link"],
            source=given["source"],
            advisory=given["advisory"],
            since=given["since"],
            why=given["why"],
        )


class EndForm(forms.Form):
    on = DayField(label=gettext_lazy("Not required any more from"))
    end_why = forms.CharField(
        label=gettext_lazy("Why"), max_length=500, error_messages={"required": gettext_lazy("Say why it ends.")}
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
