"""The form one window is set and changed in."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mail.away import texts, windows, zones
from mail.away.texts import Days
from mail.away.windows import Wish
from mail.models import AwayWindow, Mailbox
from people.models import User
from people.roles import DESK_ROLES

LONG: Final = timedelta(days=14)
MAX_TEXT: Final = 5000
TEXTS: Final = ("text_outside", "text_inside")
BEGUN: Final = ("start_day", "start_time", "time_zone")


def day_field(label: Any) -> forms.DateField:
    wrong = gettext_lazy("This is not a day of the calendar. Write it as 2022-11-18.")
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, error_messages={"invalid": wrong})


def time_field(label: Any) -> forms.TimeField:
    wrong = gettext_lazy("This is not a time. Write it as 09:30.")
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, error_messages={"invalid": wrong})


def text_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=MAX_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 4}))


class AwayForm(forms.Form):
    """`filled` is the ready-made copy that was last put into the texts: what still says the same is nobody's edit."""

    occasion = forms.ChoiceField(
        label=gettext_lazy("Occasion"), choices=AwayWindow.Occasion.choices, widget=forms.RadioSelect
    )
    start_day = day_field(gettext_lazy("First day"))
    start_time = time_field(gettext_lazy("From"))
    end_day = day_field(gettext_lazy("Last day"))
    end_time = time_field(gettext_lazy("Until"))
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    mailbox = forms.ModelChoiceField(
        label=gettext_lazy("Mailbox"),
        queryset=Mailbox.objects.filter(active=True),
        required=False,
        empty_label=gettext_lazy("Every mailbox"),
    )
    text_outside = text_field(gettext_lazy("Text for people outside"))
    same = forms.BooleanField(label=gettext_lazy("People inside read the same"), required=False, initial=True)
    text_inside = text_field(gettext_lazy("Text for people inside"))
    remind = forms.ModelChoiceField(label=gettext_lazy("Remind"), queryset=User.objects.none(), required=False)
    long_ok = forms.BooleanField(label=gettext_lazy("Yes, it is that long"), required=False)
    filled = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, by: User, window: AwayWindow | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.by, self.window = by, window
        self.begun = window is not None and windows.state_of(window, timezone.now()) == "on"
        colleagues = User.objects.filter(is_active=True, role__in=DESK_ROLES).order_by("name")
        remind: Any = self.fields["remind"]
        remind.queryset = colleagues.exclude(pk=self.setter.pk)
        remind.empty_label = _("Me") if self.setter == by else _("%(name)s, who set it") % {"name": self.setter}
        for name in BEGUN if self.begun else ():
            self.fields[name].disabled = True

    @property
    def setter(self) -> User:
        return self.window.set_by if self.window else self.by

    def clean_time_zone(self) -> str:
        found = zones.named(self.cleaned_data["time_zone"])
        if not found:
            wrong = _("%(name)s is not a time zone. Take a name such as Europe/Berlin.")
            raise forms.ValidationError(wrong % {"name": self.cleaned_data["time_zone"]})
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["starts"], given["ends"] = self._moment("start"), self._moment("end")
        if self.begun and self.window:
            given["starts"] = self.window.starts
        self._refuse_times(given)
        given["days"] = self._days(given)
        self._fill_texts(given)
        return given

    def _moment(self, which: str) -> datetime | None:
        """`start` or `end` as a moment; of a time that comes twice the outer one counts."""
        given = self.cleaned_data
        day, clock, zone = (given.get(name) for name in (f"{which}_day", f"{which}_time", "time_zone"))
        if not zone or day is None or clock is None:
            return None
        try:
            return zones.moment(day, clock, zone, last=which == "end")
        except zones.Skipped as skipped:
            self.add_error(f"{which}_time", str(skipped))
        except (OverflowError, ValueError):
            self.add_error(f"{which}_day", _("The calendar here does not reach that far. Choose another day."))
        return None

    def _refuse_times(self, given: dict[str, Any]) -> None:
        starts, ends = given["starts"], given["ends"]
        if starts is None or ends is None:
            return
        if ends <= starts:
            self.add_error("end_day", _("It ends before it starts. Choose a later end."))
        elif ends <= timezone.now():
            self.add_error("end_day", _("This is in the past. Choose an end that is still to come."))
        elif ends - starts > LONG and not given.get("long_ok"):
            days = (ends - starts).days
            self.add_error("long_ok", _("It lasts %(days)d days. Tick this when that is meant.") % {"days": days})
        else:
            self._refuse_overlap(given)

    def _refuse_overlap(self, given: dict[str, Any]) -> None:
        if "mailbox" in given and (other := windows.overlapping(self.wish(), besides=self.window)):
            self.add_error("start_day" if not self.begun else "end_day", windows.overlap_words(other))

    def _days(self, given: dict[str, Any]) -> Days | None:
        """What the text says of the date, as soon as both days are known and in order."""
        starts, ends = given["starts"], given["ends"]
        if starts is None or ends is None or ends <= starts:
            return None
        zone = zoneinfo.ZoneInfo(given["time_zone"])
        return texts.days_of(starts.astimezone(zone), ends.astimezone(zone))

    def _fill_texts(self, given: dict[str, Any]) -> None:
        """Ready-made copy where nobody wrote anything else; then every text must be one a stranger may read."""
        fresh = texts.ready_made(given.get("occasion", ""), given["days"])
        before, given["filled"] = given.get("filled", ""), fresh
        for name in TEXTS:
            if name in given:  # else it is too long, and stays what it is
                given[name] = texts.refilled(given[name], filled=before, fresh=fresh)
        if given.get("same") and "text_outside" in given:
            given["text_inside"] = given["text_outside"]
        for name in TEXTS[:1] if given.get("same") else TEXTS:
            if given["days"] and (place := texts.open_place(given.get(name, ""))):
                wrong = _("The text still says %(place)s. Write the date there.")
                self.add_error(name, wrong % {"place": place})

    def wish(self) -> Wish:
        """What is asked for; call it when the form is valid."""
        given = self.cleaned_data
        return Wish(
            occasion=given.get("occasion", ""),
            starts=given["starts"],
            ends=given["ends"],
            time_zone=given["time_zone"],
            text_outside=given.get("text_outside", ""),
            text_inside=given.get("text_inside", ""),
            mailbox=given.get("mailbox"),
            remind=given.get("remind"),
        )

    def refilled(self, *, afresh: bool = False) -> AwayForm:
        """The same form with its texts filled in, `afresh` even over a person's; what is merely missing is no error."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        if afresh:
            data["text_outside"] = data["text_inside"] = ""
            return AwayForm(data, by=self.by, window=self.window, initial=self.initial).refilled()
        self.full_clean()
        given = getattr(self, "cleaned_data", {})
        for name in (*TEXTS, "filled"):
            data[name] = str(given.get(name, self.data.get(name, "")))
        fresh = AwayForm(data, by=self.by, window=self.window, initial=self.initial)
        fresh.forgive_missing()
        return fresh

    def forgive_missing(self) -> None:
        for name, found in self.errors.as_data().items():
            if all(error.code == "required" for error in found):
                self.errors.pop(name)
