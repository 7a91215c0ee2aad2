"""The forms of a channel manager, of a solutions architect, and of their absences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Region
from people.away import Person
from people.models import Absence, ChannelManager, SolutionsArchitect, Team, User
from people.roles import Role
from routing.directory.fields import DayField
from routing.directory.staff import FIELDS, Away

USER_ID: Final = re.compile(r"005[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?")


class PersonForm(forms.Form):
    """`person` is not saved yet when somebody is added."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, error_messages={"required": gettext_lazy("Say the name.")}
    )
    team = forms.ChoiceField(
        label=gettext_lazy("Team"),
        choices=[("", gettext_lazy("The handbook does not say")), *Team.choices],
        required=False,
    )
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    remark = forms.CharField(
        label=gettext_lazy("Looks after"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Beside the region: “GSIs”, “Japan”."),
    )
    user = forms.ModelChoiceField(
        label=gettext_lazy("Signs in as"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Does not sign in"),
        help_text=gettext_lazy("Sees the tickets of their own partners."),
    )
    salesforce_id = forms.CharField(
        label=gettext_lazy("User in Salesforce"),
        max_length=18,
        required=False,
        help_text=gettext_lazy("Begins with 005. Empty: looked for by address and name."),
    )
    salesforce_email = forms.EmailField(label=gettext_lazy("Address in Salesforce"), max_length=254, required=False)
    active = forms.BooleanField(label=gettext_lazy("Works for us"), required=False)
    left = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("From the day after, nobody is sent to them."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, person: Person, seen: int = 0) -> None:
        self.person, self.kind = person, type(person)
        names = FIELDS[self.kind]
        super().__init__(data, initial={name: getattr(person, name) for name in names} | {"seen": seen})
        for name in {*self.fields} - {*names, "seen"}:
            del self.fields[name]
        known = [*Region.choices, *([(person.region, person.region)] if person.region not in Region.values else [])]
        empty = [("", _("No region"))] if isinstance(person, ChannelManager) else []
        self.fields["region"].choices = [*empty, *(choice for choice in known if choice[0])]  # type: ignore[attr-defined]
        if isinstance(person, ChannelManager):
            free = User.objects.filter(channel_manager=None) | User.objects.filter(channel_manager=person.pk)
            self.fields["user"].queryset = free.filter(role=Role.CHANNEL_MANAGER, is_active=True)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if self._others().filter(name__iexact=name).exists():
            raise forms.ValidationError(_("Somebody of that name is in the list already."))
        return name

    def clean_salesforce_id(self) -> str:
        given: str = self.cleaned_data["salesforce_id"].strip()
        if given and not USER_ID.fullmatch(given):
            raise forms.ValidationError(_("An id of a user has 15 or 18 letters and digits and begins with 005."))
        other = self._others().filter(salesforce_id__startswith=given[:15]).first() if given else None
        if other is not None:
            raise forms.ValidationError(_("That is the user of %(name)s.") % {"name": other.name})
        return given

    def clean(self) -> dict[str, Any]:
        """A last day that has passed means that they work here no more."""
        given = super().clean() or self.cleaned_data
        left: date | None = given.get("left")
        if left is not None and left < timezone.localdate():
            given["active"] = False
        return given

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS[self.kind]}

    def _others(self) -> Any:
        return self.kind._default_manager.exclude(pk=self.person.pk)  # noqa: SLF001


class AbsenceForm(forms.Form):
    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: until further notice.")
    )
    stand_in = forms.ModelChoiceField(
        label=gettext_lazy("Who stands in"),
        queryset=ChannelManager.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
        help_text=gettext_lazy("Answers name both; nobody's partners change hands."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, person: Person, absence: Absence | None = None) -> None:
        start: dict[str, Any] = {"first_day": timezone.localdate()}
        if absence is not None:
            stand_in = absence.stand_in_id or absence.stand_in_architect_id
            start = {"first_day": absence.first_day, "last_day": absence.last_day, "stand_in": stand_in}
            start["note"] = absence.note
        super().__init__(data, initial=start)
        kind = ChannelManager if isinstance(person, ChannelManager) else SolutionsArchitect
        self.fields["stand_in"].queryset = kind._default_manager.filter(active=True).exclude(pk=person.pk)  # type: ignore[attr-defined]  # noqa: SLF001

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("first_day"), given.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        return given

    def away(self) -> Away:
        given = self.cleaned_data
        return Away(
            first_day=given["first_day"], last_day=given["last_day"], stand_in=given["stand_in"], note=given["note"]
        )
