"""The forms of a change of the team: how it begins, and what its draft says row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Region
from people.models import ChannelManager, Team
from routing.models import RosterChange
from routing.team.moves import JOINER, REST

Kind = RosterChange.Kind
TO: Final = "to:"
DAY_WORDS: Final = gettext_lazy("This is not a day of the calendar. Write it as 2022-11-18.")


def day_field(**options: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, error_messages={"invalid": DAY_WORDS}, **options)


class BeginForm(forms.Form):
    """Who, what, from when. A joiner nobody knows yet is described; everybody else is chosen."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happens"), choices=Kind.choices, initial=Kind.JOINS, widget=forms.RadioSelect
    )
    manager = forms.ModelChoiceField(
        ChannelManager.objects.none(),
        label=gettext_lazy("Who"),
        required=False,
        empty_label=gettext_lazy("Somebody new"),
        help_text=gettext_lazy("Who leaves, who gives territories away, or who comes back."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False, choices=[("", "—"), *Team.choices])
    region = forms.ChoiceField(
        label=gettext_lazy("Region"),
        required=False,
        choices=[("", "—"), *Region.choices],
        help_text=gettext_lazy("Whose specialist gets the merge request."),
    )
    salesforce_email = forms.EmailField(
        label=gettext_lazy("Address in Salesforce"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("By it the user is found there, and told about their partners."),
    )
    effective = day_field(label=gettext_lazy("In force from"), initial=timezone.localdate)
    why = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["manager"].queryset = ChannelManager.objects.order_by("-active", "name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        kind, manager = given.get("kind"), given.get("manager")
        name = " ".join(str(given.get("name") or "").split())
        if kind == Kind.JOINS and manager is None and not name:
            self.add_error("name", _("Say who joins."))
        if kind == Kind.JOINS and manager is None and ChannelManager.objects.filter(name__iexact=name).exists():
            self.add_error("name", _("There is somebody called so already. Choose them above."))
        if kind in {Kind.LEAVES, Kind.MOVES} and manager is None and "manager" not in self.errors:
            self.add_error("manager", _("Choose who it is."))
        return given

    def person(self) -> dict[str, str]:
        """Of a joiner who has no row yet."""
        given = self.cleaned_data
        if given["kind"] != Kind.JOINS or given["manager"] is not None:
            return {}
        known = {name: str(given[name] or "") for name in ("team", "region", "salesforce_email")}
        return {"name": " ".join(given["name"].split()), **known}


class DraftForm(forms.Form):
    """Day, reason and the text for partners; the rows are read by `given_of`."""

    effective = day_field(label=gettext_lazy("In force from"))
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False, choices=[("", "—"), *Region.choices])
    why = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=1000)
    partner_text = forms.CharField(
        label=gettext_lazy("What partners are told"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "The names of partner and managers are filled in for each one; nothing is sent by itself. Empty: nobody"
            " is asked to write to them."
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, change: RosterChange) -> None:
        said = {name: getattr(change, name) for name in ("effective", "region", "why", "partner_text")}
        super().__init__(data, initial=said)
        known = dict(Region.choices)
        if change.region and change.region not in known:
            self.fields["region"].choices = [*self.fields["region"].choices, (change.region, change.region)]  # type: ignore[attr-defined]


def given_of(data: QueryDict, change: RosterChange, listed: Sequence[str]) -> list[dict[str, Any]]:
    """The rows as the page says them: each with its own choice, `all` for those without one, `add` new ones.

    A long list shows its first rows only; what is not on the page keeps what it says.
    """
    kept = {one["rule"]: one.get("to") for one in change.moves}
    known = set(ChannelManager.objects.values_list("pk", flat=True))
    everyone = _person(data.get("all", ""), known, change)
    found: dict[str, Any] = {}
    for rule in [*dict.fromkeys([*listed, *kept])]:
        if rule == REST or rule in data.getlist("remove"):
            continue
        said = data.get(f"{TO}{rule}")
        to = kept.get(rule) if said is None else _person(said, known, change)
        found[rule] = everyone if to is None and data.get("do") == "all" else to
    for rule in data.getlist("add"):
        found.setdefault(rule, JOINER if change.kind == Kind.JOINS else everyone)
    rest = data.get(f"{TO}{REST}")
    to_rest = kept.get(REST) if rest is None else _person(rest, known, change)
    if to_rest is None and data.get("do") == "all" and change.kind == Kind.LEAVES:
        to_rest = everyone
    rows = [{"rule": rule, "to": to} for rule, to in found.items()]
    return [*rows, {"rule": REST, "to": to_rest}] if to_rest else rows


def _person(said: str, known: set[int], change: RosterChange) -> int | str | None:
    if said == JOINER and change.kind == Kind.JOINS:
        return JOINER
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 and int(said) in known else None
