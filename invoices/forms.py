"""What a person says where the invoice, or whose it is, is not certain."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.finding import Found
from web.choices import Option

SEND: Final = "send"
REFUSE: Final = "refuse"
ASK: Final = "ask"
AGAIN: Final = "again"
ID: Final = 18


class Ids(forms.MultipleChoiceField):
    """Ids of what was found; which these are, only the decision knows: it reads the row."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        return len(value) <= ID and value.isalnum()


class Choice(forms.Form):
    button = gettext_lazy("Prepare the reply")

    do = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=(
            (SEND, gettext_lazy("Send what is ticked")),
            (REFUSE, gettext_lazy("Refuse: it is not theirs, or nobody knows who asks")),
            (ASK, gettext_lazy("Ask which one is meant")),
            (AGAIN, gettext_lazy("Look again, for what stands below")),
        ),
        widget=forms.RadioSelect,
    )
    invoices = Ids(label=gettext_lazy("Invoices"), required=False)
    number = forms.CharField(
        label=gettext_lazy("Invoice number"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Several with a comma between them"),
    )
    transaction_date = forms.DateField(
        label=gettext_lazy("Date of the transaction"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    won_on = forms.DateField(
        label=gettext_lazy("Day the deal was won"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    opportunity_name = forms.CharField(label=gettext_lazy("Opportunity or customer"), max_length=255, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        found = (self.initial or {}).get("found", ())
        if not found and not self.is_bound:
            del self.fields["invoices"]  # there is nothing to tick
        elif found:
            self.fields["invoices"].choices = [(one.id, label(one)) for one in found]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("do") == SEND and not given.get("invoices"):
            self.add_error("invoices", _("Tick the invoice that is sent."))
        corrected = ("number", "transaction_date", "won_on", "opportunity_name")
        if given.get("do") == AGAIN and not any(given.get(name) for name in corrected):
            self.add_error("number", _("Say what to look for: a number, a day or a name."))
        return given


def label(one: Found) -> Option:
    """“INV-0024417 of 3 Oct 2026, 24,480.00”, below it whose it is and what speaks for it."""
    whose = " · ".join(part for part in (one.account_name, one.status, one.opportunity_name) if part)
    return Option(title=one.line(), about=[whose, " ".join(one.because)], link=one.link)
