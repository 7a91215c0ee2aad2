"""Which tasks a page lists: open ones of all, mine, by team and region, or those that have ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import User
from tickets.models import Task
from web.memory import Memory

MOST_SHOWN: Final = 200
_overdue = Memory(seconds=20)  # the dot in the rail costs no query on most pages


@dataclass(frozen=True, kw_only=True)
class View:
    label: str
    icon: str
    group: str
    asked: Mapping[str, str]
    count: int | None
    current: bool

    @property
    def url(self) -> str:
        return f"{reverse('tickets:tasks')}?{urlencode(self.asked)}" if self.asked else reverse("tickets:tasks")


@dataclass(frozen=True, kw_only=True)
class Row:
    task: Task
    today: date

    @property
    def ticked(self) -> int:
        return sum(bool(item["done"]) for item in self.task.items)

    @property
    def overdue(self) -> bool:
        return self.task.state == Task.State.OPEN and bool(self.task.due and self.task.due < self.today)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing to tick, who ticked it and when."""

    words: str
    link: str
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Listed:
    title: str
    views: list[View]
    rows: list[Row]
    more: bool
    narrowed: bool  # to a team, a region, mine or the ended ones


def read(user: User, asked: Mapping[str, str]) -> Listed:
    """Two statements, however many tasks there are."""
    wanted = {name: asked[name] for name in ("team", "region", "mine", "ended") if name in asked}
    views = _views(user, wanted)
    found = list(_chosen(user, wanted)[: MOST_SHOWN + 1])
    today = timezone.localdate()
    current = next((one.label for one in views if one.current), _("Open tasks"))
    rows = [Row(task=task, today=today) for task in found[:MOST_SHOWN]]
    return Listed(title=current, views=views, rows=rows, more=len(found) > MOST_SHOWN, narrowed=bool(wanted))


def lines_of(task: Task) -> list[Line]:
    return [
        Line(
            words=item["words"],
            link=item.get("link", ""),
            by=(item["done"] or {}).get("by", ""),
            at=datetime.fromisoformat(item["done"]["at"]) if item["done"] else None,
        )
        for item in task.items
    ]


def overdue(user: Any) -> str:
    """What the dot in the rail says; nothing where nothing is late."""
    if not getattr(user, "on_desk", False):
        return ""
    late = _overdue.get("late", lambda: _open().filter(due__lt=timezone.localdate()).count())
    return ngettext("%(n)s task overdue", "%(n)s tasks overdue", late) % {"n": late} if late else ""


def _open() -> QuerySet[Task]:
    return Task.objects.filter(state=Task.State.OPEN)


def _chosen(user: User, wanted: Mapping[str, str]) -> QuerySet[Task]:
    if "ended" in wanted:
        found = Task.objects.exclude(state=Task.State.OPEN).order_by("-finished", "-pk")
    else:
        found = _open().order_by(F("due").asc(nulls_last=True), "pk")
    if "mine" in wanted:
        found = found.filter(_mine(user))
    if "team" in wanted:
        found = found.filter(team=wanted["team"][:20])
    if "region" in wanted:
        found = found.filter(region=wanted["region"][:40])
    return found.select_related("assignee")


def _mine(user: User) -> Q:
    """Mine, or for nobody yet and of the region I look after."""
    region = Q(assignee=None, region=user.region, team=Task.Team.DESK) if user.region else Q(pk__in=[])
    return Q(assignee=user) | region


def _views(user: User, wanted: Mapping[str, str]) -> list[View]:
    counted = list(
        _open().order_by().values("team", "region").annotate(n=Count("pk"), own=Count("pk", filter=_mine(user)))
    )
    teams, regions = Counter[str](), Counter[str]()
    for row in counted:
        teams[row["team"]] += row["n"]
        regions[row["region"]] += row["n"]
    found = [
        _view(_("Open tasks"), "list-checks", "", {}, wanted, teams.total()),
        _view(_("Mine and my region's"), "user", "", {"mine": "1"}, wanted, sum(row["own"] for row in counted)),
    ]
    for value, label in Task.Team.choices:
        found.append(_view(str(label), "users", _("Who it is for"), {"team": value}, wanted, teams[value]))
    named = sorted(name for name in regions if name)
    found += [_view(one, "globe", _("Regions"), {"region": one}, wanted, regions[one]) for one in named]
    return [*found, _view(_("Done and not needed"), "archive", _("Elsewhere"), {"ended": "1"}, wanted, None)]


def _view(
    label: str, icon: str, group: str, asked: Mapping[str, str], wanted: Mapping[str, str], count: int | None
) -> View:
    current = dict(asked) == dict(wanted)
    return View(label=label, icon=icon, group=group, asked=asked, count=count, current=current)
