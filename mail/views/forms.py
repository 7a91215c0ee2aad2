"""What a person types when they decide about a message, and when they ask the recorder."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mail import brake, mailboxes, recorder
from mail.envelopes import can_be_sent_to
from mail.headers import one_line


class TicketForm(forms.Form):
    """For whom the ticket is opened; filled with what the message says."""

    address = forms.CharField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        error_messages={"required": gettext_lazy("Type the address of the person this is from.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    why = forms.CharField(label=gettext_lazy("Why"), max_length=500, required=False)

    def clean_address(self) -> str:
        address = one_line(str(self.cleaned_data["address"])).strip().lower()
        if "@" not in address or not can_be_sent_to(address):
            raise forms.ValidationError(_("This is not an e-mail address. Write it as name@company.example."))
        if mailboxes.is_ours(address):
            raise forms.ValidationError(_("This is an address of the desk. Give the address of the person who asks."))
        return address

    def clean_name(self) -> str:
        return one_line(str(self.cleaned_data["name"]))


class DiscardForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        error_messages={
            "required": gettext_lazy("Say why: the next person who is asked about this message will read it.")
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-key": "d"}),
    )


class RecorderForm(forms.Form):
    """Filters of the recorder; what is no filter is told, and left out."""

    q = forms.CharField(max_length=500, required=False)
    outcome = forms.ChoiceField(
        required=False,
        choices=[("", ""), *((value, value) for value in recorder.OUTCOMES)],
        error_messages={"invalid_choice": gettext_lazy("There is no such outcome; all are shown.")},
    )
    day = forms.DateField(
        required=False, error_messages={"invalid": gettext_lazy("Write the day as 2022-11-22; all days are shown.")}
    )


class SinceForm(forms.Form):
    """Since when mail has failed."""

    since = forms.DateTimeField(
        label=gettext_lazy("Written since"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": gettext_lazy("Type a day and a time, as 2022-11-22 09:00."),
            "invalid": gettext_lazy("Type a day and a time, as 2022-11-22 09:00."),
        },
    )

    @staticmethod
    def week() -> dict[str, str]:
        """What the page of mailboxes counts."""
        return {"since": f"{timezone.localtime() - timedelta(days=7):%Y-%m-%dT%H:%M}"}


class LimitForm(forms.Form):
    """How many mails an hour are normal; past that the brake stops everything."""

    per_hour = forms.IntegerField(
        label=gettext_lazy("Mails an hour at most"),
        min_value=1,
        max_value=brake.MOST,
        error_messages={
            "required": gettext_lazy("Type a number."),
            "invalid": gettext_lazy("Type a whole number."),
            "min_value": gettext_lazy("Take at least %(limit_value)d."),
            "max_value": gettext_lazy("Take %(limit_value)d at most."),
        },
    )
