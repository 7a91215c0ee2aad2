"""What a person may correct of an order: a field for each value, filled with what was read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from orders import correcting
from orders.models import OrderRequest

LINE: Final = {"class": "input", "autocomplete": "off"}
MONO: Final = {**LINE, "class": "input mono", "spellcheck": "false"}
LONG: Final = 255
MOST: Final = Decimal(10) ** 14


def _line(label: Any, *, longest: int = LONG, mono: bool = False) -> forms.CharField:
    widget = forms.TextInput(MONO if mono else LINE)
    return forms.CharField(label=label, required=False, max_length=longest, widget=widget)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({**LINE, "type": "date"}, "%Y-%m-%d"))


class Facts(forms.Form):
    """Names are those of the columns and facts. An emptied field says that there is no such value."""

    po_no = _line(_("PO number"), longest=80, mono=True)
    quote_no = _line(_("Quote number"), longest=80, mono=True)
    customer = _line(_("Customer"))
    opportunity_name = _line(_("Opportunity"))
    amount = forms.DecimalField(
        label=_("Amount"), required=False, decimal_places=2, max_digits=16, min_value=0, max_value=MOST,
        widget=forms.NumberInput({**LINE, "step": "0.01"}),
    )  # fmt: skip
    currency = _line(_("Currency"), longest=3)
    start_date = _day(_("Start date"))
    end_date = _day(_("End date"))
    sold_to_email = forms.EmailField(
        label=_("Contact at the customer"), required=False, max_length=LONG, widget=forms.EmailInput(LINE)
    )
    invoice_owner = _line(_("Who is invoiced"))
    tier = _line(_("Tier"), longest=40)
    deployment = _line(_("Deployment"), longest=40)
    seats = forms.IntegerField(
        label=_("Seats"), required=False, min_value=1, max_value=9_999_999, widget=forms.NumberInput(LINE)
    )
    years = forms.IntegerField(
        label=_("Years"), required=False, min_value=1, max_value=10, widget=forms.NumberInput(LINE)
    )
    payment_terms = _line(_("Payment terms"), longest=80)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def values(self) -> Mapping[str, correcting.Value]:
        """What was sent, as `correcting.correct` takes it."""
        numbers = {"seats", "years"}
        return {
            name: ("" if value is None else str(value)) if name in numbers else value
            for name, value in self.cleaned_data.items()
        }


def of(request: OrderRequest, data: Mapping[str, Any] | None = None) -> Facts:
    """With what was read in its fields."""
    initial = {name: correcting.value_of(request, name) for name in Facts.base_fields}
    return Facts(data, initial=initial, auto_id="order-%s")
