"""What a lead says about a PowerForm: its address for partners, its region, how it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.record import actor_of, record
from loa.models import Mode, PowerForm
from people.models import User

EDITED = ("name", "address", "region", "mode", "offered")
REGIONS = (
    ("", gettext_lazy("every region")),
    ("AMER", gettext_lazy("Americas")),
    ("EMEA", gettext_lazy("EMEA")),
    ("APAC", gettext_lazy("APAC")),
    ("US PubSec", gettext_lazy("US public sector")),
)


class PowerFormForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    address = forms.URLField(
        label=gettext_lazy("Address for partners"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("As DocuSign shows it for the PowerForm. The mail with the form leads there."),
    )
    region = forms.ChoiceField(label=gettext_lazy("Region"), choices=REGIONS, required=False)
    mode = forms.ChoiceField(
        label=gettext_lazy("How it is decided"),
        choices=Mode.choices,
        help_text=gettext_lazy("Not known yet: it is read from the next envelope. Each envelope shows its own."),
    )
    offered = forms.BooleanField(label=gettext_lazy("Partners are sent there"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: PowerForm) -> None:
        super().__init__(data, initial={name: getattr(row, name) for name in EDITED}, prefix=f"form-{row.pk}")

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"])
        if address and not address.startswith("https://"):
            raise forms.ValidationError(_("The address of a PowerForm begins with https://."))
        return address


def change(row: PowerForm, form: PowerFormForm, *, by: User) -> PowerForm:
    """One event with what changed. A mode that a lead has set is not read from envelopes any more."""
    with transaction.atomic():
        locked = PowerForm.objects.select_for_update().get(pk=row.pk)
        before = {name: getattr(locked, name) for name in EDITED}
        after = {name: cast("Any", form.cleaned_data[name]) for name in EDITED}
        changed = [name for name in EDITED if before[name] != after[name]]
        if not changed:
            return locked
        for name in changed:
            setattr(locked, name, after[name])
        if "mode" in changed:
            locked.set_by = by if after["mode"] != Mode.UNKNOWN else None
        locked.save()
        record(
            locked,
            "PowerForm changed",
            by=actor_of(by),
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return locked
