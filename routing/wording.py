"""What a place is called when it stands alone: “New York”, “Eastern PA”, “DACH”."""

from __future__ import annotations

from routing import places
from routing.models import GROUP, CountryGroup, Coverage, SubdivisionPart


def own_name(place: str, part: str = "") -> str:
    if place.startswith(GROUP):
        group = CountryGroup.objects.filter(key=place.removeprefix(GROUP)).first()
        return group.name if group else place.removeprefix(GROUP)
    named = SubdivisionPart.objects.filter(place=place, slug=part).first() if part else None
    return named.name if named else places.name_of(place, part)


def area_alone(row: Coverage) -> str:
    """The published words where they name this place only; its own name where they name others too."""
    line = Coverage.objects.filter(section=row.section, area=row.area)
    alone = not line.exclude(place=row.place, part=row.part).exists()
    return row.area if alone else own_name(row.place, row.part)
