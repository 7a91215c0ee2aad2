"""The tool bar's filter chips, and the menus they open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from people.models import User
from tickets.kinds import Words
from tickets.queue import filters
from tickets.queue.filters import Chosen
from tickets.queue.page import ROOT, Asked


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter in the tool bar: chosen (with a way to take it off) or not yet."""

    name: str
    label: Words
    icon: str
    value: str = ""
    clear: str = ""
    choices: str = ""


@dataclass(frozen=True, kw_only=True)
class Option:
    """A line of a filter menu: chosen or not, and the address that turns it."""

    label: Words
    icon: str
    value: str
    href: str
    chosen: bool


def chips(asked: Asked, names: Mapping[str, Sequence[str]]) -> list[Chip]:
    """Chosen filters first, then those always at hand."""
    known = {one.filter.name: one for one in asked.chosen}
    found = [] if "status" in known or not asked.view.open_ended else [_open_chip(asked)]
    found += [_chip(asked, one, names.get(name, [])) for name, one in known.items()]
    found += [_unset(asked, filters.FILTERS[name]) for name in filters.IN_BAR if name not in known]
    return found


def choices_path(name: str, asked: Asked) -> str:
    return asked.href(path=f"{ROOT}choices/{name}/", list=asked.view.slug)


def menu(asked: Asked, one: filters.Filter, user: User, text: str) -> dict[str, Any]:
    """What the menu of one filter shows."""
    now = next((chosen.values for chosen in asked.chosen if chosen.filter is one), ())
    if one.name == "status" and not now and asked.view.open_ended:
        now = (filters.OPEN,)
    options = [
        Option(
            label=choice.label,
            icon=choice.icon,
            value=choice.value,
            chosen=choice.value in now,
            href=asked.with_filter(one.name, _turned(one, now, choice.value)),
        )
        for choice in one.choices(user, text)
    ]
    kept = asked.href(list=asked.view.slug).partition("?")[2]
    return {"asked": asked, "filter": one, "options": options, "text": text, "hidden": parse_qsl(kept)}


def filters_path(asked: Asked) -> str:
    return asked.href(path=f"{ROOT}filters/", list=asked.view.slug)


def all_filters(asked: Asked) -> list[tuple[filters.Filter, str]]:
    return [(one, choices_path(one.name, asked)) for one in filters.FILTERS.values()]


def _turned(one: filters.Filter, now: Sequence[str], value: str) -> list[str]:
    """The values after choosing `value`: joined to the others, or taken out; the pseudo-states stand alone."""
    if value in now:
        return [kept for kept in now if kept != value]
    if one.name == "status":
        alone = {filters.OPEN, filters.ANY}
        return [value] if value in alone else [*(kept for kept in now if kept not in alone), value]
    return [*now, value]


def _open_chip(asked: Asked) -> Chip:
    status = filters.FILTERS["status"]
    return Chip(
        name="status",
        label=status.label,
        icon=status.icon,
        value=status.labels([filters.OPEN], [])[0],
        clear=asked.href(status=filters.ANY),
        choices=choices_path("status", asked),
    )


def _chip(asked: Asked, one: Chosen, names: Sequence[str]) -> Chip:
    return Chip(
        name=one.filter.name,
        label=one.filter.label,
        icon=one.filter.icon,
        value=one.words(names),
        clear=asked.with_filter(one.filter.name, []),
        choices=choices_path(one.filter.name, asked),
    )


def _unset(asked: Asked, one: filters.Filter) -> Chip:
    return Chip(name=one.name, label=one.label, icon=one.icon, choices=choices_path(one.name, asked))
