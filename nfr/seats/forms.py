"""What a person says about seats: the numbers, the partner's word, what Support was told and answered."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST: Final = 100_000
DONE, STILL, REFUSED, TOLD = "done", "still", "refused", "told"
REDUCED: Final = "reduced"


class Picture(forms.ChoiceField):
    """One of the ticket's pictures by its number; which these are, the decision knows."""

    def valid_value(self, value: str) -> bool:
        return value.isascii() and value.isdigit() and len(value) < 19


class Numbers(forms.Form):
    """What the mail to the partner says."""

    button = gettext_lazy("Keep these values")

    namespace = forms.CharField(
        label=gettext_lazy("Namespace"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("Its path or its address"),
    )
    seats_used = forms.IntegerField(label=gettext_lazy("Seats in use"), min_value=0, max_value=MOST, required=False)
    seats_allowed = forms.IntegerField(label=gettext_lazy("Seats allowed"), min_value=1, max_value=MOST, required=False)
    seats_by = forms.DateField(
        label=gettext_lazy("To be reduced by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    support_ticket = forms.CharField(
        label=gettext_lazy("Support's ticket"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("The one that waits for fewer seats, if there is one"),
    )
    contact_name = forms.CharField(label=gettext_lazy("Who gets the mail"), max_length=200, required=False)
    contact_email = forms.EmailField(
        label=gettext_lazy("Their address"),
        required=False,
        help_text=gettext_lazy("Needed where Support or a colleague wrote, not the partner"),
    )
    screenshot = Picture(label=gettext_lazy("Support's screenshot"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        found = (self.initial or {}).get("pictures", ())
        field = self.fields["screenshot"]
        assert isinstance(field, forms.ChoiceField)  # declared above
        field.choices = [("", _("none")), *found]
        if not found and "screenshot" not in (self.data or {}):
            del self.fields["screenshot"]


class Reduced(forms.Form):
    """For what was said elsewhere, or in words that only a person understands."""

    button = gettext_lazy("Keep what they say")
    anytime = True

    said = forms.ChoiceField(
        label=gettext_lazy("The partner says"),
        choices=(
            (REDUCED, gettext_lazy("The seats are reduced")),
            (STILL, gettext_lazy("It still shows too many: prepare the answer that explains it")),
        ),
        widget=forms.RadioSelect,
    )
    count = forms.IntegerField(
        label=gettext_lazy("Seats in use now"), min_value=0, max_value=MOST, required=False,
        help_text=gettext_lazy("If they say a number"),
    )  # fmt: skip
    why = forms.CharField(
        label=gettext_lazy("How they said it"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("By telephone, …"),
    )


class Update(forms.Form):
    """Support's ticket has been updated, and its number says which."""

    button = gettext_lazy("It stands in Support's ticket")
    conditional = ("number",)

    number = forms.CharField(
        label=gettext_lazy("Number of Support's ticket"), max_length=200, required=False,
        help_text=gettext_lazy("Such as 412345, or its address"),
    )  # fmt: skip
    nobody = forms.BooleanField(label=gettext_lazy("No ticket of Support's waits for it"), required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("nobody") and not given.get("number", "").strip():
            self.add_error("number", _("Write the number of Support's ticket, or say that none waits."))
        return given


class Answered(forms.Form):
    """What Support made of it."""

    button = gettext_lazy("Keep what Support says")
    anytime = True

    outcome = forms.ChoiceField(
        label=gettext_lazy("Support says"),
        choices=(
            (DONE, gettext_lazy("It is in order, and they have gone on")),
            (STILL, gettext_lazy("Still too many seats: prepare the answer to the partner")),
            (REFUSED, gettext_lazy("They do not go on, for another reason")),
            (TOLD, gettext_lazy("Nothing yet: their ticket was updated once more")),
        ),
        widget=forms.RadioSelect,
    )
    count = forms.IntegerField(
        label=gettext_lazy("Seats in use by their count"), min_value=0, max_value=MOST, required=False
    )
    words = forms.CharField(
        label=gettext_lazy("In their words"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The partner reads it where they have gone on or refused"),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("outcome") == REFUSED and not given.get("words", "").strip():
            self.add_error("words", _("Write what Support said: the partner is told why."))
        return given
