"""The form of a change of one account: who shall own it, which territories stay and come, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Account
from people.models import ChannelManager, Team
from routing.ownership.checks import Wanted
from routing.ownership.territories import Offer

MOST: Final = 40  # territories typed


class ChangeForm(forms.Form):
    manager = forms.ModelChoiceField(
        ChannelManager.objects.filter(active=True), label=gettext_lazy("New account owner"), required=False
    )
    keep = forms.MultipleChoiceField(
        label=gettext_lazy("Contracted for now"), required=False, widget=forms.CheckboxSelectMultiple
    )
    add = forms.MultipleChoiceField(label=gettext_lazy("Add"), required=False, widget=forms.CheckboxSelectMultiple)
    more = forms.CharField(
        label=gettext_lazy("Other territories"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("As Salesforce writes them, with a semicolon between two."),
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say why, in a sentence: both managers read it.")},
    )

    def __init__(self, *given: Any, account: Account, offer: Offer, **options: Any) -> None:
        super().__init__(*given, **options)
        self.account, self.offer = account, offer
        self.fields["manager"].widget.choices = list(managers_by_team())
        present = [one.name for one in offer.present]
        offered = [*offer.suggested, *offer.others]
        self.fields["keep"].choices = [(one, one) for one in present]  # type: ignore[attr-defined]
        self.fields["add"].choices = [(one.name, one.name) for one in offered]  # type: ignore[attr-defined]
        self.fields["keep"].initial = present
        self.fields["add"].initial = [one.name for one in offer.suggested]

    def clean_more(self) -> list[str]:
        found = [" ".join(one.split()) for one in self.cleaned_data["more"].split(";")]
        names = list(dict.fromkeys(one for one in found if one))
        if any(len(one) > 80 for one in names):
            raise forms.ValidationError(_("No territory is longer than 80 characters. Put a semicolon between two."))
        return names[:MOST]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not self.errors and not (found["manager"] or self.added or self.removed):
            self.add_error("manager", _("Choose the new owner, or change a territory."))
        return found

    @property
    def added(self) -> list[str]:
        """What the account does not have yet."""
        wanted = [*self.cleaned_data.get("add", []), *self.cleaned_data.get("more", [])]
        return [one for one in dict.fromkeys(wanted) if one not in self.account.contracted_territories]

    @property
    def removed(self) -> list[str]:
        kept = set(self.cleaned_data.get("keep", [])) | set(self.cleaned_data.get("more", []))
        return [one for one in self.account.contracted_territories if one not in kept]

    def wanted(self) -> Wanted:
        return Wanted(
            account=self.account,
            number=1,
            new_owner=self.cleaned_data["manager"],
            add_territories=self.added,
            remove_territories=self.removed,
        )


def managers_by_team() -> Iterator[tuple[str, Any]]:
    """Who may become the owner; who has left is not offered."""
    yield "", _("The owner stays")
    managers = list(ChannelManager.objects.filter(active=True).order_by("name"))
    for team in [*Team.values, ""]:
        inside = [(one.pk, _named(one)) for one in managers if one.team == team]
        if inside:
            yield str(dict(Team.choices).get(team, _("No team"))), inside


def _named(manager: ChannelManager) -> str:
    return f"{manager}{f', {manager.region}' if manager.region else ''}"
