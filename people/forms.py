"""What a person sets about themselves."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import User, WorkingCalendar


class ProfileForm(forms.ModelForm[User]):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[
            (name, name.replace("_", " "))
            for name in sorted(zoneinfo.available_timezones())
            if "/" in name or name == "UTC"
        ],
        help_text=_("Every time you see is shown in it."),
    )

    class Meta:
        model = User
        fields = ["name", "time_zone", "region", "signature", "mail_when_answered"]
        widgets = {"signature": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "region": _("Tasks of that region come to you by mail."),
            "signature": _("Below every reply of yours. Empty: your name. The mailbox's own lines follow."),
            "mail_when_answered": _("When a partner writes on a ticket that is yours."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.on_desk:
            del self.fields["region"], self.fields["signature"], self.fields["mail_when_answered"]
        else:
            self.fields["region"] = self._regions()

    def _regions(self) -> forms.ChoiceField:
        """The regions that have hours of their own, and one that was set before."""
        known = WorkingCalendar.objects.order_by("region").values_list("region", flat=True)
        names = list(dict.fromkeys([*known, *filter(None, [self.instance.region])]))
        return forms.ChoiceField(
            label=_("Region you look after"),
            help_text=self.Meta.help_texts["region"],
            required=False,
            initial=self.instance.region,
            choices=[("", _("None")), *((name, name) for name in names)],
        )
