"""What became of a request beyond the program: who decided what, and which licence it is."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nfr.models import Tier, Type

APPROVED, REFUSED, DROPPED = "approved", "refused", "dropped"
DATE: Final = {"type": "date"}
_NEEDED: Final = ("approver", "reason", "type", "seats", "ends")


class Licences(forms.ChoiceField):
    """One of the partner's licences by its number; which these are, the decision knows."""

    def valid_value(self, value: str) -> bool:
        return value.isascii() and value.isdigit() and len(value) < 19


class Fate(forms.Form):
    """An approved exception says everything the register keeps."""

    button = gettext_lazy("Keep what was decided")
    conditional = ("approver", "reason", "licence", "type", "tier", "seats", "namespace", "ends")
    anytime = True

    outcome = forms.ChoiceField(
        label=gettext_lazy("The exception is"),
        choices=(
            (APPROVED, gettext_lazy("Approved")),
            (REFUSED, gettext_lazy("Not approved")),
            (DROPPED, gettext_lazy("Not asked for any more")),
        ),
        widget=forms.RadioSelect,
    )
    approver = forms.CharField(label=gettext_lazy("Decided by"), max_length=200, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The business justification, or why not"),
    )  # fmt: skip
    licence = Licences(label=gettext_lazy("It is about"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=Type.choices, required=False)
    tier = forms.ChoiceField(label=gettext_lazy("Version"), choices=Tier.choices, required=False)
    seats = forms.IntegerField(label=gettext_lazy("Seats"), min_value=1, max_value=100_000, required=False)
    namespace = forms.CharField(label=gettext_lazy("Namespace"), max_length=255, required=False)
    ends = forms.DateField(label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs=DATE))
    support_ticket = forms.CharField(label=gettext_lazy("Support's ticket"), max_length=40, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["licence"]
        assert isinstance(field, forms.ChoiceField)  # declared above
        field.choices = [("", _("a licence of its own")), *(self.initial or {}).get("licences", ())]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        wanted = {APPROVED: _NEEDED, REFUSED: ("approver",)}.get(given.get("outcome", ""), ())
        for name in wanted:
            if given.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("Needed for the register and the answer."))
        return given
