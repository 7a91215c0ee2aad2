"""The forms of a group of countries and of a part of a state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Region
from routing import places
from routing.directory.areas import overlap
from routing.directory.fields import WhyField
from routing.models import CountryGroup, SubdivisionPart

RANGE: Final = re.compile(r"([0-9A-Za-z]{1,10})(?:\s*[-\N{EN DASH}]\s*([0-9A-Za-z]{1,10}))?")
MOST: Final = 100
MOST_COUNTRIES: Final = 250
KEY: Final = {"invalid": gettext_lazy("Small letters, digits and hyphens: “southern-europe”.")}


class LinesField(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})

    def lines(self, value: str) -> list[str]:
        return [line for one in value.replace(",", "\n").splitlines() if (line := " ".join(one.split()))]


class GroupForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    key = forms.SlugField(label=gettext_lazy("Key"), max_length=40, error_messages=KEY)
    geo = forms.ChoiceField(label=gettext_lazy("Geo"), choices=Region.choices)
    codes = LinesField(
        label=gettext_lazy("Countries"),
        max_length=8000,
        help_text=gettext_lazy("One a line: its name, or its code of two letters."),
    )
    settled = forms.BooleanField(
        label=gettext_lazy("Everybody means the same by it: no reading of ours"), required=False
    )
    catch_all = forms.BooleanField(label=gettext_lazy("Stands for what no other rule of the geo names"), required=False)
    why = WhyField()
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, group: CountryGroup, seen: int) -> None:
        names = ("name", "key", "geo", "settled", "catch_all")
        codes = "\n".join(places.name_of(code) for code in group.codes)
        super().__init__(data, initial={name: getattr(group, name) for name in names} | {"codes": codes, "seen": seen})
        self.group = group
        self.fields["key"].disabled = group.pk is not None  # rules name the group by it

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if CountryGroup.objects.filter(key=key).exclude(pk=self.group.pk).exists():
            raise forms.ValidationError(_("Another group has that key."))
        return key

    def clean_codes(self) -> list[str]:
        said = LinesField().lines(self.cleaned_data["codes"])[:MOST_COUNTRIES]
        found = {line: places.country(line) for line in said}
        unknown = [line for line, place in found.items() if place is None]
        if unknown:
            near = ", ".join(places.near_countries(unknown[0]))
            said_of = _("No country is called so: %(names)s.") % {"names": ", ".join(unknown[:5])}
            raise forms.ValidationError(f"{said_of} {_('Meant: %(names)s?') % {'names': near}}" if near else said_of)
        return sorted({place.code for place in found.values() if place})

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("key", "name", "geo", "codes", "catch_all", "settled")}


class PartForm(forms.Form):
    place = forms.ChoiceField(label=gettext_lazy("State"))
    slug = forms.SlugField(label=gettext_lazy("Key"), max_length=40, error_messages=KEY)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    postal = LinesField(
        label=gettext_lazy("How its postal codes begin"),
        max_length=2000,
        help_text=gettext_lazy("From and to, one pair a line: 150 - 168."),
    )
    assumption = forms.BooleanField(
        label=gettext_lazy("Our assumption: the handbook does not say where the border runs"), required=False
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
    why = WhyField()
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, part: SubdivisionPart, seen: int) -> None:
        names = ("place", "slug", "name", "assumption", "note")
        postal = "\n".join(f"{low} - {high}" for low, high in part.postal)
        super().__init__(data, initial={name: getattr(part, name) for name in names} | {"postal": postal, "seen": seen})
        self.part = part
        states = sorted(places.states().items(), key=lambda one: one[1])
        self.fields["place"].choices = states  # type: ignore[attr-defined]
        for name in ("place", "slug"):
            self.fields[name].disabled = part.pk is not None

    def clean_postal(self) -> list[list[str]]:
        found = []
        for line in LinesField().lines(self.cleaned_data["postal"])[:MOST]:
            pair = RANGE.fullmatch(line)
            low, high = (pair[1].upper(), (pair[2] or pair[1]).upper()) if pair else ("", "")
            if not pair or len(low) != len(high) or low > high:
                raise forms.ValidationError(_("“%(line)s” is no span. Write 150 - 168.") % {"line": line})
            found.append([low, high])
        return found

    def clean(self) -> dict[str, Any]:
        """No postal code belongs to two parts, and no two parts have one key."""
        given = super().clean() or self.cleaned_data
        others = SubdivisionPart.objects.filter(place=given.get("place")).exclude(pk=self.part.pk)
        if others.filter(slug=given.get("slug")).exists():
            self.add_error("slug", _("Another part of that state has that key."))
        other = overlap(given.get("postal", []), others)
        if other is not None:
            self.add_error("postal", _("%(name)s has some of these codes already.") % {"name": other.name})
        return given

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("place", "slug", "name", "postal", "assumption", "note")}
