"""The United States as tiles: where each stands, whose colour it has, and how a state of two parts is cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import ChannelManager
from routing import places
from web.words import initials

SIZE: Final = 38
STEP: Final = SIZE + 3
COLOURS: Final = 4
SLANT: Final = 8.87  # half of what a cut at 115 degrees leans across a tile

_GRID: Final[Mapping[str, tuple[int, int]]] = {
    code: (column, row)
    for row, line in enumerate(
        (
            "AK .. .. .. .. .. .. .. .. .. .. ME",
            ".. .. .. .. .. .. .. .. .. .. VT NH",
            ".. WA ID MT ND MN IL WI MI NY RI MA",
            ".. OR NV WY SD IA IN OH PA NJ CT ..",
            ".. CA UT CO NE MO KY WV VA MD DE ..",
            ".. .. AZ NM KS AR TN NC SC DC .. ..",
            ".. .. .. .. OK LA MS AL GA .. .. ..",
            "HI .. .. .. TX .. .. .. .. FL .. PR",
        )
    )
    for column, code in enumerate(line.split())
    if code != ".."
}
WIDTH: Final = 12 * STEP - 3
HEIGHT: Final = 8 * STEP - 3


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who looks after a place, or a part of it: “western”, called “Western PA”."""

    manager: ChannelManager
    part: str = ""
    part_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Colour:
    """A manager's colour: 1 to 4, then again with initials; `count` is how many tiles show it."""

    manager: ChannelManager
    number: int
    repeated: bool
    count: int

    @property
    def initials(self) -> str:
        return initials(self.manager.name)


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A piece of a tile in one colour."""

    colour: Colour
    points: str


@dataclass(frozen=True, kw_only=True)
class Tile:
    code: str
    name: str
    words: str  # “Pennsylvania: Western PA Maria Henry, Eastern PA Jay Bahar”
    x: int
    y: int
    strips: Sequence[Strip] = ()

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + SIZE / 2, self.y + SIZE / 2

    @property
    def foot(self) -> int:
        return self.y + SIZE - 6

    @property
    def halo(self) -> tuple[int, int]:
        """Upper left corner of the ground that keeps the letters off the hatching."""
        return self.x + 8, self.y + 12

    @property
    def is_gap(self) -> bool:
        return not self.strips

    @property
    def is_split(self) -> bool:
        return len(self.strips) > 1

    @property
    def mark(self) -> str:
        """Initials where a colour stands for more than one manager."""
        return " ".join(strip.colour.initials for strip in self.strips if strip.colour.repeated)

    @property
    def place(self) -> str:
        return f"US-{self.code}"


@dataclass(frozen=True, kw_only=True)
class Map:
    tiles: Sequence[Tile]
    colours: Sequence[Colour]
    width: int = WIDTH
    height: int = HEIGHT

    @cached_property
    def gaps(self) -> list[Tile]:
        return [tile for tile in self.tiles if tile.is_gap]

    @cached_property
    def splits(self) -> list[Tile]:
        return [tile for tile in self.tiles if tile.is_split]

    @property
    def sentence(self) -> str:
        """What the picture shows, for who does not see it."""
        who = ", ".join(f"{one.manager} {one.count}" for one in self.colours)
        said = _("Map of the United States by channel manager: %(who)s.") % {"who": who}
        return " ".join([said, *self.remarks])

    @property
    def remarks(self) -> list[str]:
        """“Nobody looks after Wyoming.” “Pennsylvania: Western PA Maria Henry, Eastern PA Jay Bahar.”"""
        names = ", ".join(tile.name for tile in self.gaps)
        nobody = [_("Nobody looks after %(names)s.") % {"names": names}] if names else []
        return [*nobody, *(f"{tile.words}." for tile in self.splits)]

    @property
    def gap_words(self) -> str:
        found = len(self.gaps)
        return ngettext("%d gap", "%d gaps", found) % found if found else ""

    @property
    def split_words(self) -> str:
        found = len(self.splits)
        return ngettext("%d split", "%d splits", found) % found if found else ""


def draw(holders: Mapping[str, Sequence[Holder]]) -> Map:
    """`holders` by code (“US-NY”), in the order in which managers get their colours."""
    colours = colours_of([one.manager for found in holders.values() for one in found])
    tiles = [_tile(code, column, row, holders.get(f"US-{code}", ()), colours) for code, (column, row) in _GRID.items()]
    return Map(tiles=tiles, colours=list(colours.values()))


def colours_of(managers: Sequence[ChannelManager]) -> dict[int, Colour]:
    """One for each manager, in the order of their first place."""
    everyone = list(dict.fromkeys(managers))
    repeated = {index % COLOURS for index in range(COLOURS, len(everyone))}
    return {
        one.pk: Colour(
            manager=one,
            number=index % COLOURS + 1,
            repeated=index % COLOURS in repeated,
            count=managers.count(one),
        )
        for index, one in enumerate(everyone)
    }


def _tile(code: str, column: int, row: int, holders: Sequence[Holder], colours: Mapping[int, Colour]) -> Tile:
    x, y = column * STEP, row * STEP
    ordered = sorted(holders, key=lambda one: _westward(one.part))
    edges = _edges(len(ordered))
    return Tile(
        code=code,
        name=places.states()[f"US-{code}"],
        words=_words(places.states()[f"US-{code}"], ordered),
        x=x,
        y=y,
        strips=[
            Strip(colour=colours[one.manager.pk], points=_points(x, y, edges[at], edges[at + 1]))
            for at, one in enumerate(ordered)
        ],
    )


def _words(name: str, holders: Sequence[Holder]) -> str:
    if not holders:
        return _("%(place)s: nobody") % {"place": name}
    who = ", ".join(f"{one.part_name} {one.manager}".strip() for one in holders)
    return f"{name}: {who}"


def _westward(part: str) -> int:
    """West stands left, east right, whatever lies between in the middle."""
    return {"west": 0, "east": 2}.get(part.lower()[:4], 1)


def _edges(parts: int) -> list[tuple[float, float]]:
    """Upper and lower end of each cut, from the left edge of the tile to the right one."""
    cuts = [(SIZE * at / parts + SLANT, SIZE * at / parts - SLANT) for at in range(1, parts)]
    return [(0, 0), *cuts, (SIZE, SIZE)]


def _points(x: int, y: int, left: tuple[float, float], right: tuple[float, float]) -> str:
    corners = ((x + left[0], y), (x + right[0], y), (x + right[1], y + SIZE), (x + left[1], y + SIZE))
    return " ".join(f"{round(across, 2):g},{down}" for across, down in corners)
