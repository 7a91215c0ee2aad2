"""What a person may correct of an NFR request: the fields its topic is about, filled with what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from nfr.models import Licence, LicenceRequest, Tier, Type

Topic = LicenceRequest.Topic
LINE: Final = {"class": "input", "autocomplete": "off"}
MONO: Final = {**LINE, "class": "input mono", "spellcheck": "false"}
WISH: Final = ("types", "namespace", "tier", "seats", "trial_ends", "contact_name", "contact_email", "licence")
SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    Topic.SEATS: (
        "namespace", "licence", "seats_used", "seats_allowed", "seats_by", "support_ticket", "contact_name",
        "contact_email",
    ),
    Topic.VERSION: ("types", "namespace", "licence"),
    Topic.MINUTES: ("namespace", "licence"),
    Topic.OTHER: (),
}  # fmt: skip
MOST: Final = 100_000


def _number(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST, widget=forms.NumberInput(LINE)
    )  # fmt: skip


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({**LINE, "type": "date"}, "%Y-%m-%d"))


class Facts(forms.Form):
    """Names are those of the columns. An emptied field says that there is no such value."""

    topic = forms.ChoiceField(label=_("It is about"), choices=Topic.choices, widget=forms.Select({"class": "input"}))
    types = forms.MultipleChoiceField(
        label=_("Licence"), choices=Type.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    namespace = forms.CharField(label=_("Namespace"), max_length=300, required=False, widget=forms.TextInput(MONO))
    licence = forms.ModelChoiceField(
        label=_("The licence it is about"), queryset=Licence.objects.none(), required=False,
        widget=forms.Select({"class": "input"}),
    )  # fmt: skip
    tier = forms.ChoiceField(
        label=_("Tier"), choices=[("", _("Not said")), *Tier.choices], required=False,
        widget=forms.Select({"class": "input"}),
    )  # fmt: skip
    seats = _number(_("Seats asked for"))
    trial_ends = _day(_("Trial runs until"))
    seats_used = _number(_("Seats in use"))
    seats_allowed = _number(_("Seats allowed"))
    seats_by = _day(_("To be reduced by"))
    support_ticket = forms.CharField(
        label=_("Support's ticket"), max_length=40, required=False, widget=forms.TextInput(MONO)
    )
    contact_name = forms.CharField(label=_("Contact"), max_length=200, required=False, widget=forms.TextInput(LINE))
    contact_email = forms.EmailField(
        label=_("Contact's e-mail"), max_length=254, required=False, widget=forms.EmailInput(LINE)
    )
    why = forms.CharField(
        label=_("Why"), max_length=500, required=False, widget=forms.TextInput(LINE),
        help_text=_("Stands in the history"),
    )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        """What was sent, as `correcting.correct` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "why"}


def of(request: LicenceRequest, data: Mapping[str, Any] | None = None) -> Facts:
    """With what was read in its fields; of the partner's licences one may be chosen.

    Once it is done only what it is about may be said anew: the register has the rest.
    """
    names = SHOWN.get(request.topic, WISH) if request.stage != LicenceRequest.Stage.DONE else ()
    initial = {name: getattr(request, name) for name in ("topic", *names)}
    form = Facts(data, initial=initial, auto_id="nfr-%s")
    for name in _others(form, names):
        del form.fields[name]
    field = form.fields.get("licence")
    if isinstance(field, forms.ModelChoiceField):
        own = Licence.objects.filter(account=request.account_id) if request.account_id else Licence.objects.none()
        field.queryset = own.order_by("-ends", "-pk")
        field.empty_label = str(_("None of the register"))
        field.label_from_instance = _called  # type: ignore[method-assign,assignment]
    return form


def _others(form: Facts, names: Iterable[str]) -> list[str]:
    kept = {"topic", "why", *names}
    return [name for name in form.fields if name not in kept]


def _called(one: Any) -> str:
    until = f", {one.ends:%Y-%m-%d}" if one.ends else ""
    return f"{one} ({one.get_type_display()}{until})"
