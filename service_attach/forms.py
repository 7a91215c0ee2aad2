"""What a person fills in: what a proof really says."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from service_attach import wanted

SIGNED: Final = (("yes", _("Signed by the customer")), ("no", _("Not signed")), ("", _("Cannot be told")))


class Complete(forms.Form):
    """The handbook's three and the signature; what is left empty is asked for."""

    button = _("Keep these values")

    partner_name = forms.CharField(label=_("Partner"), max_length=255, required=False)
    customer_name = forms.CharField(label=_("Customer"), max_length=255, required=False)
    deal_id = forms.CharField(label=_("Service Attach Deal ID"), max_length=80, required=False)
    signed = forms.ChoiceField(label=_("Signature"), choices=SIGNED, required=False)

    def clean_signed(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["signed"])


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget)


class Facts(Complete):
    """The same with the dates, and why it is corrected."""

    signed_on = _day(_("Signed on"))
    services_start = _day(_("Services from"))
    services_end = _day(_("Services to"))
    why = forms.CharField(label=_("Why"), max_length=500, required=False, help_text=_("Stands in the history"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        begin, end = given.get("services_start"), given.get("services_end")
        if begin and end and end < begin:
            self.add_error("services_end", _("The services end before they begin."))
        return given

    @property
    def values(self) -> dict[str, Any]:
        """Those of the proof's own fields, and which documents prove it."""
        return {name: self.cleaned_data[name] for name in (*wanted.FIELDS, "proves") if name in self.cleaned_data}


class Correction(Facts):
    """The form of the page: one of several documents is the proof."""

    proves = forms.TypedMultipleChoiceField(
        label=_("The proof is"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the channel manager gets; other files only came along."),
    )

    def __init__(self, *args: Any, documents: tuple[tuple[int, str], ...] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["proves"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # declared above
        field.choices = list(documents)
        if len(documents) < 2:
            del self.fields["proves"]


class Ids(forms.Field):
    """A list of numbers."""

    default_error_messages: ClassVar = {"invalid": _("Send a list of numbers.")}

    def to_python(self, value: Any) -> list[int]:
        if value in self.empty_values:
            return []
        if not isinstance(value, list) or not all(type(one) is int for one in value):
            raise forms.ValidationError(self.error_messages["invalid"])
        return value


class Sent(Facts):
    """The same for a program: the documents by their ids."""

    proves = Ids(required=False)
