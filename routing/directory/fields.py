"""Form fields the directory's forms share."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from people.models import ChannelManager


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        wrong = gettext_lazy("This is not a day of the calendar. Write it as 2022-11-18.")
        messages = {"invalid": wrong, "required": gettext_lazy("Say from which day on.")}
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, error_messages=messages, **options)


class WhyField(forms.CharField):
    MOST: Final = 500

    def __init__(self, **options: Any) -> None:
        wanted = {"required": gettext_lazy("Say why: others read it in the history.")}
        super().__init__(label=gettext_lazy("Why"), max_length=self.MOST, error_messages=wanted, **options)


class ManagerField(forms.ModelChoiceField[ChannelManager]):
    """One of the channel managers who are here, with their team beside the name."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Channel manager"))
        wanted = {"required": gettext_lazy("Choose a channel manager.")}
        super().__init__(
            queryset=ChannelManager.objects.filter(active=True),
            empty_label=gettext_lazy("Choose somebody"),
            error_messages=wanted,
            **options,
        )

    def label_from_instance(self, obj: Any) -> str:
        beside = ", ".join(filter(None, (obj.get_team_display(), obj.region)))
        return f"{obj.name} ({beside})" if beside else str(obj.name)
