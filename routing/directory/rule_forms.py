"""The forms of a rule: a place or a partner and its manager, from a day on; and its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import searching
from routing import places
from routing.dating import AnyRule
from routing.directory.fields import DayField, ManagerField, WhyField
from routing.importing.naming import LOOK_AT_TERRITORY, TBH, is_tbh
from routing.keys import folded
from routing.models import GROUP, Correction, CountryGroup, Coverage, KeyRule, PartnerRule, SubdivisionPart, Track
from routing.wording import own_name, place_in_list

MOST_HINTS: Final = 5
MANAGER: Final = "manager"
Choices = list[tuple[str, Any]]


class ChangeForm(forms.Form):
    """Who it is from a day on; prefilled with a correction that was accepted."""

    manager = ManagerField()
    valid_from = DayField(label=gettext_lazy("From"))
    why = WhyField()
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, *, row: AnyRule, seen: int, said: Correction | None = None
    ) -> None:
        day = max(timezone.localdate(), row.valid_from)
        start: dict[str, Any] = {"manager": row.manager_id, "valid_from": day, "seen": seen}
        if said is not None:
            start |= {"manager": said.manager_id or row.manager_id, "why": said.why[: WhyField.MOST]}
        super().__init__(data, initial=start)

    def given(self) -> dict[str, Any]:
        """For `routing.history`; call it when the form is valid."""
        return {**self.cleaned_data, "seen": self.cleaned_data["seen"] or 0}


class Says(forms.Form):
    """What a row of the mapping says: a manager, or words that name none; the territory only where it may."""

    says = forms.ChoiceField(label=gettext_lazy("It says"), initial=MANAGER)
    manager = ManagerField(required=False)

    def offer(self, *, onward: bool) -> None:
        words = [(LOOK_AT_TERRITORY, _("Look at Territory"))] if onward else []
        choices = [(MANAGER, _("A channel manager")), *words, (TBH, _("Nobody yet, to be hired"))]
        self.fields["says"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("says", MANAGER) != MANAGER:
            given["manager"] = None
        elif "manager" in given and given["manager"] is None:
            self.add_error("manager", _("Choose a channel manager."))
        return given

    def result(self) -> str:
        given = self.cleaned_data
        return str(given["manager"].name if given["manager"] else given["says"])


class ChangeRowForm(Says, ChangeForm):
    """The same for a row of the mapping, which may name nobody."""

    field_order = ("says", "manager", "valid_from", "why", "seen")

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        row: KeyRule | PartnerRule,
        seen: int,
        said: Correction | None = None,
    ) -> None:
        super().__init__(data, row=row, seen=seen, said=said)
        self.offer(onward=row.table == KeyRule.Table.SEGMENT)
        onward = folded(row.result) == folded(LOOK_AT_TERRITORY)
        now = LOOK_AT_TERRITORY if onward else TBH if is_tbh(row.result) else MANAGER
        self.initial["says"] = MANAGER if said is not None and said.manager_id else now

    def given(self) -> dict[str, Any]:
        given = super().given()
        del given["says"]
        return {**given, "result": self.result()}


class KeyForm(Says):
    """A value of an opportunity's field that the mapping does not have yet."""

    table = forms.ChoiceField(label=gettext_lazy("Field"), choices=KeyRule.Table.choices, initial="segment")
    key = forms.CharField(
        label=gettext_lazy("Value"),
        max_length=255,
        error_messages={"required": gettext_lazy("Enter the value.")},
        help_text=gettext_lazy("The whole value as it stands in Salesforce."),
    )
    valid_from = DayField(label=gettext_lazy("From"))
    why = WhyField()
    field_order = ("key", "table", "says", "manager", "valid_from", "why")

    def __init__(self, data: Mapping[str, Any] | None, *, table: str = "", key: str = "") -> None:
        start = {"table": table or KeyRule.Table.SEGMENT, "key": key[:255], "valid_from": timezone.localdate()}
        super().__init__(data, initial=start)
        self.offer(onward=True)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("says") == LOOK_AT_TERRITORY and given.get("table") != KeyRule.Table.SEGMENT:
            self.add_error("says", _("Only a segment may say “Look at Territory”. Name a channel manager."))
        return given

    def row(self) -> KeyRule:
        given = self.cleaned_data
        return KeyRule(
            table=given["table"],
            key=" ".join(given["key"].split()),
            result=self.result(),
            manager=given["manager"],
            valid_from=given["valid_from"],
        )


class EndForm(forms.Form):
    on = DayField(label=gettext_lazy("Nobody from"), help_text=gettext_lazy("The day before is the last."))
    why = WhyField()
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, row: AnyRule, seen: int) -> None:
        super().__init__(data, initial={"on": max(timezone.localdate(), row.valid_from), "seen": seen})


class PlaceForm(forms.Form):
    """A place nobody is named for, in one of the published lists."""

    place = forms.ChoiceField(label=gettext_lazy("Place"), error_messages={"required": gettext_lazy("Choose a place.")})
    listed = forms.ChoiceField(label=gettext_lazy("In the list"))
    manager = ManagerField()
    valid_from = DayField(label=gettext_lazy("From"))
    why = WhyField()

    def __init__(self, data: Mapping[str, Any] | None, *, place: str = "", track: str = "") -> None:
        lists = list_choices()
        start = {"place": place, "listed": likely_list(lists, place, track), "valid_from": timezone.localdate()}
        super().__init__(data, initial=start)
        self.fields["place"].choices = place_choices(data.get("place", "") if data else place)  # type: ignore[attr-defined]
        self.fields["listed"].choices = lists  # type: ignore[attr-defined]

    def row(self) -> Coverage:
        """Unsaved: what is asked for; call it when the form is valid."""
        given = self.cleaned_data
        place, _colon, part = (
            given["place"].partition(":") if not is_group(given["place"]) else (given["place"], "", "")
        )
        section, track, sector = given["listed"].split("|")
        like = Coverage.objects.filter(section=section).order_by("-position").first()
        return Coverage(
            section=section,
            section_title=like.section_title if like else section,
            position=place_in_list(section, given["manager"], otherwise=like.position + 1 if like else 0),
            area=own_name(place, part),
            place=place,
            part=part,
            track=track,
            public_sector=sector == "1",
            manager=given["manager"],
            valid_from=given["valid_from"],
        )


class PartnerForm(forms.Form):
    """A partner whose manager is named: for everything, or for the opportunities of one table."""

    table = forms.ChoiceField(label=gettext_lazy("Table"), choices=PartnerRule.Table.choices, initial="named")
    partner = forms.CharField(
        label=gettext_lazy("Partner"),
        max_length=255,
        error_messages={"required": gettext_lazy("Say which partner.")},
        help_text=gettext_lazy(
            "As it stands in Salesforce. The tables of the mapping also take names nobody has there."
        ),
    )
    manager = ManagerField()
    valid_from = DayField(label=gettext_lazy("From"))
    why = WhyField()

    def __init__(self, data: Mapping[str, Any] | None, *, partner: str = "", table: str = "") -> None:
        start = {"partner": partner, "table": table or PartnerRule.Table.NAMED, "valid_from": timezone.localdate()}
        super().__init__(data, initial=start)
        self.account: Any = None

    def clean(self) -> dict[str, Any]:
        """A named partner is one we know; which is said when the name is nearly one."""
        given = super().clean() or self.cleaned_data
        name = " ".join(given.get("partner", "").split())
        self.account = searching.meant(name) if name else None
        if name and self.account is None and given.get("table") == PartnerRule.Table.NAMED:
            near = ", ".join(one.name for one in searching.named(name)[:MOST_HINTS])
            said = _("No partner has that name.")
            self.add_error("partner", f"{said} {_('Meant: %(names)s?') % {'names': near}}" if near else said)
        return given

    def row(self) -> PartnerRule:
        given = self.cleaned_data
        name = self.account.name if self.account else " ".join(given["partner"].split())
        return PartnerRule(
            table=given["table"],
            partner_name=name,
            account=self.account,
            result=given["manager"].name,
            manager=given["manager"],
            valid_from=given["valid_from"],
        )


def is_group(place: str) -> bool:
    return place.startswith(GROUP)


def place_choices(asked: str = "") -> Choices:
    """States with their parts, countries, groups; a province of another country only when a link asks for it."""
    groups = [(f"{GROUP}{one.key}", one.name) for one in CountryGroup.objects.all()]
    parts = [(f"{one.place}:{one.slug}", one.name) for one in SubdivisionPart.objects.all()]
    states = sorted(places.states().items(), key=lambda one: one[1])
    countries = sorted(places.countries().items(), key=lambda one: one[1])
    province = places.by_code(asked)
    others = [(province.code, province.name)] if province and province.country != places.US else []
    return [
        ("", _("Choose a place")),
        *others,
        (_("States of the US"), states),
        (_("Parts of states"), parts),
        (_("Countries"), countries),
        (_("Groups of countries"), groups),
    ]


def likely_list(lists: Choices, place: str, track: str) -> str:
    """The list of that track; without one AMER for the Americas' states, else the first."""
    of_track = [value for value, _title in lists if track and value.split("|")[1:] == [track, "0"]]
    return of_track[0] if of_track and not place.startswith("US-") else str(lists[0][0]) if lists else ""


def list_choices() -> Choices:
    """Every list there is, with the track its rows are for."""
    rows = Coverage.objects.order_by("position", "pk").values_list("section", "section_title", "track", "public_sector")
    tracks = dict(Track.choices)
    found: dict[str, str] = {}
    for section, title, track, sector in rows:
        beside = f", {tracks[track]}" if track and str(tracks[track]) not in title else ""
        found.setdefault(f"{section}|{track}|{int(sector)}", f"{title}{beside}")
    return list(found.items())
