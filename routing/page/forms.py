"""What somebody says is wrong with an answer, and what a lead says to that."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import ChannelManager


class WrongForm(forms.Form):
    manager = forms.ModelChoiceField(
        label=gettext_lazy("Who it should be"),
        queryset=ChannelManager.objects.filter(active=True),
        required=False,
        empty_label=gettext_lazy("I do not know"),
    )
    why = forms.CharField(
        label=gettext_lazy("What is wrong"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        error_messages={"required": gettext_lazy("Say what is wrong, in a sentence.")},
        help_text=gettext_lazy("Where it is written otherwise, or who told you. A lead decides and answers you."),
    )


class DecideForm(forms.Form):
    """Declining needs a reason; accepting may do without words."""

    act = forms.ChoiceField(choices=[("accept", ""), ("decline", "")])
    answer = forms.CharField(required=False, max_length=1000)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("act") == "decline" and not given.get("answer"):
            self.add_error("answer", _("Say why the answer stays as it is."))
        return given

    @property
    def refused(self) -> str:
        return " ".join(str(one) for errors in self.errors.values() for one in errors)
