"""What stands around every page (rail, lamps, banners, palette, theme); higher floors fill it in their apps.py."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from django.urls import reverse
from django.utils import timezone

from web.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

Theme = Literal["", "light", "dark"]
Tone = Literal["green", "amber", "red", "grey"]
THEME_COOKIE = "theme"
LAMP_SECONDS = 20.0  # a lamp may ask the database: at most so often per process
_THEMES: dict[str, Theme] = {"light": "light", "dark": "dark"}


def for_everyone(user: Any) -> bool:
    return bool(user.is_authenticated)


def nothing_to_say(user: Any) -> str:  # noqa: ARG001 - the default of a callable that gets the user
    return ""


@dataclass(frozen=True, kw_only=True)
class Area:
    """A place in the rail.

    `key` is pressed after G; `covers` are further beginnings of addresses that belong to it; `dot` names in words
    what is overdue there, or nothing; `warns` what is worth a look (an amber dot); `foot` puts
    it at the rail's lower end; `phone` keeps it in the bar of a phone, where all others stand behind "More".
    """

    slug: str
    label: _StrOrPromise
    icon: str
    url_name: str
    key: str = ""
    order: int = 100
    covers: tuple[str, ...] = ()
    foot: bool = False
    phone: bool = False
    visible: Callable[[Any], bool] = for_everyone
    dot: Callable[[Any], str] = nothing_to_say
    warns: Callable[[Any], str] = nothing_to_say


@dataclass(frozen=True, kw_only=True)
class Lamp:
    """State of something outside (mail, a vendor): `read` answers tone and words."""

    slug: str
    read: Callable[[], tuple[Tone, _StrOrPromise]]
    order: int = 100
    visible: Callable[[Any], bool] = for_everyone


@dataclass(frozen=True, kw_only=True)
class BannerState:
    """A line over every page of the desk; it goes by itself when `until` has passed."""

    words: _StrOrPromise
    url: str
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Banner:
    """Something everybody on the desk should know now; `opens` says who may follow its link."""

    slug: str
    icon: str
    read: Callable[[], Sequence[BannerState]]
    order: int = 100
    visible: Callable[[Any], bool] = for_everyone
    opens: Callable[[Any], bool] = for_everyone


@dataclass(frozen=True, kw_only=True)
class Command:
    """A line of the palette's group "Do": an address to open. With `about` it stands among the settings too."""

    label: _StrOrPromise
    icon: str
    url_name: str
    key: str = ""
    order: int = 100
    visible: Callable[[Any], bool] = for_everyone
    about: _StrOrPromise = ""


@dataclass(frozen=True, kw_only=True)
class RailItem:
    area: Area
    url: str
    current: bool
    overdue: str
    warns: str = ""

    @property
    def says(self) -> str:
        """What its dot means, in words."""
        return self.overdue or self.warns


@dataclass(frozen=True, kw_only=True)
class BannerLine:
    icon: str
    words: _StrOrPromise
    until: datetime | None
    url: str


@dataclass(frozen=True, kw_only=True)
class LampState:
    slug: str
    tone: Tone
    words: _StrOrPromise


_areas: dict[str, Area] = {}
_partner_areas: dict[str, Area] = {}
_lamps: dict[str, Lamp] = {}
_banners: dict[str, Banner] = {}
_commands: list[Command] = []
_search: list[str] = []
_company: list[Callable[[Any], str]] = []
_lit: dict[str, tuple[float, LampState]] = {}
_raised = Memory(seconds=LAMP_SECONDS)


def register_area(area: Area) -> None:
    _areas[area.slug] = area


def register_partner_area(area: Area) -> None:
    """A place in the bar of the partner pages; `visible` is asked for visitors who are not signed in too."""
    _partner_areas[area.slug] = area


def register_lamp(lamp: Lamp) -> None:
    _lamps[lamp.slug] = lamp
    _lit.pop(lamp.slug, None)


def register_banner(banner: Banner) -> None:
    _banners[banner.slug] = banner


def forget_banners() -> None:
    """Call after what a banner tells has changed: here at once, in other processes as late as a lamp."""
    _raised.forget()


def register_command(command: Command) -> None:
    if command not in _commands:
        _commands.append(command)


def register_search(url_name: str) -> None:
    """The page that answers ?q=; the palette asks it (part `palette`), its form opens it."""
    _search[:] = [url_name]


def register_company(read: Callable[[Any], str]) -> None:
    """The company a person signs in for; partner pages name it beside them."""
    _company[:] = [read]


class Shell:
    """Read by the page templates; nothing is computed before a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def user(self) -> Any:
        return getattr(self.request, "user", None)

    @cached_property
    def signed_in(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @cached_property
    def theme(self) -> Theme:
        return _THEMES.get(self.request.COOKIES.get(THEME_COOKIE, ""), "")

    @cached_property
    def rail(self) -> list[RailItem]:
        return self._items([area for area in _areas.values() if self.signed_in and area.visible(self.user)])

    @cached_property
    def partner_areas(self) -> list[RailItem]:
        """Also for visitors; a place they do not see is still where they are."""
        items = self._items(list(_partner_areas.values()))
        return [item for item in items if item.area.visible(self.user)]

    def _items(self, areas: list[Area]) -> list[RailItem]:
        areas = _in_order(areas)
        urls = {area.slug: reverse(area.url_name) for area in areas}
        here = self._area_of(self.request.path, areas, urls)
        return [
            RailItem(
                area=area,
                url=urls[area.slug],
                current=area.slug == here,
                overdue=area.dot(self.user) if self.signed_in else "",
                warns=area.warns(self.user) if self.signed_in else "",
            )
            for area in areas
        ]

    @property
    def top(self) -> list[RailItem]:
        return [item for item in self.rail if not item.area.foot]

    @property
    def foot(self) -> list[RailItem]:
        return [item for item in self.rail if item.area.foot]

    @property
    def bar(self) -> list[RailItem]:
        """What a phone shows at its lower end."""
        return [item for item in self.rail if item.area.phone]

    @property
    def behind_more(self) -> RailItem | None:
        """The worst that the areas outside a phone's bar would say stands at "More"."""
        said = [item for item in self.rail if item.says and not item.area.phone]
        return min(said, key=lambda item: not item.overdue, default=None)

    @cached_property
    def lamps(self) -> list[LampState]:
        return [_state_of(lamp) for lamp in _in_order(_lamps.values()) if self.signed_in and lamp.visible(self.user)]

    @cached_property
    def banners(self) -> list[BannerLine]:
        shown = [banner for banner in _in_order(_banners.values()) if self.signed_in and banner.visible(self.user)]
        now = timezone.now()
        return [
            BannerLine(
                icon=banner.icon,
                words=state.words,
                until=state.until,
                url=state.url if banner.opens(self.user) else "",
            )
            for banner in shown
            for state in _raised.get(banner.slug, banner.read)
            if state.until is None or state.until > now
        ]

    @cached_property
    def company(self) -> str:
        return _company[0](self.user) if _company and self.signed_in else ""

    @cached_property
    def commands(self) -> list[Command]:
        return [command for command in _in_order(_commands) if self.signed_in and command.visible(self.user)]

    @property
    def settings(self) -> list[Command]:
        """What is set for the whole desk, on the page of settings."""
        return [command for command in self.commands if command.about]

    @cached_property
    def search_url(self) -> str:
        return reverse(_search[0]) if _search and self.signed_in else ""

    @staticmethod
    def _area_of(path: str, areas: list[Area], urls: dict[str, str]) -> str:
        """The area whose address, or one of whose `covers`, is the longest beginning of the path."""
        places = [(start, area.slug) for area in areas for start in (urls[area.slug], *area.covers)]
        matching = [place for place in places if path.startswith(place[0])]
        return max(matching, key=lambda place: len(place[0]))[1] if matching else ""


def context(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}


def _state_of(lamp: Lamp) -> LampState:
    read_at, state = _lit.get(lamp.slug, (float("-inf"), None))
    if state is None or time.monotonic() - read_at > LAMP_SECONDS:
        tone, words = lamp.read()
        state = LampState(slug=lamp.slug, tone=tone, words=words)
        _lit[lamp.slug] = (time.monotonic(), state)
    return state


def _in_order(things: Any) -> list[Any]:
    return sorted(things, key=lambda thing: thing.order)
