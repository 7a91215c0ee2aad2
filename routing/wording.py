"""What a place is called when it stands alone: “New York”, “Eastern PA”, “DACH”."""

from __future__ import annotations

from collections.abc import Callable

from people.models import ChannelManager
from routing import places
from routing.models import GROUP, CountryGroup, Coverage, SubdivisionPart

Namer = Callable[[str, str], str]


def namer() -> Namer:
    """For many places: groups and parts are read once."""
    groups = dict(CountryGroup.objects.values_list("key", "name"))
    parts = {(place, slug): name for place, slug, name in SubdivisionPart.objects.values_list("place", "slug", "name")}

    def name(place: str, part: str) -> str:
        if place.startswith(GROUP):
            key = place.removeprefix(GROUP)
            return groups.get(key, key)
        return parts.get((place, part)) or places.name_of(place, part)

    return name


def own_name(place: str, part: str = "") -> str:
    return namer()(place, part)


def area_alone(row: Coverage) -> str:
    """The published words where they name this place only; its own name where they name others too."""
    line = Coverage.objects.filter(section=row.section, area=row.area)
    alone = not line.exclude(place=row.place, part=row.part).exists()
    return row.area if alone else own_name(row.place, row.part)


def place_in_list(section: str, manager: ChannelManager | None, *, otherwise: int) -> int:
    """Beside what the manager has in that list already."""
    theirs = Coverage.objects.filter(section=section, manager=manager).exclude(manager=None)
    last: int | None = theirs.order_by("-position").values_list("position", flat=True).first()
    return otherwise if last is None else last
