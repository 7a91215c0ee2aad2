"""Teams of the demo's partners, and the dashboard of six weeks ago, so that somebody gained, lost and left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from documents.tables import writing
from helpdesk.demo_data import certifications
from journal.record import actor_of
from partners import team
from partners.dashboard import acts
from partners.models import Account
from partners.team import Member
from people.models import User
from web import datafiles

FILE: Final = Path(__file__).parent / "certified.toml"
BEFORE: Final = timedelta(days=44)
FLAGS: Final = frozenset({"active", "admin"})
HEADS: Final = ("Partner", "Sales Core", "Solution Architect Core", "PSE", certifications.MET)


def load(*, by: User) -> None:
    """Wants the demo's partners and its dashboard; an older one counts for the days before only."""
    said = datafiles.read(FILE)
    day = timezone.localdate()
    sheet = writing.separated([HEADS, *_as_before(said["before"])])
    file = acts.keep(sheet, name="certifications-by-partner.csv", by=by)
    acts.take_over(file, as_of=day - BEFORE, by=actor_of(by))
    for one in said["team"]:
        account = Account.objects.get(name=one["partner"])
        team.take(account, _members(one["people"]), as_of=day - timedelta(days=one["days_ago"]), by=by)


def _as_before(before: Mapping[str, Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    """Each line of today's dashboard, with what it said then."""
    for line in certifications.lines():
        yield [str({**line, **before.get(line["Partner"], {})}[head] or "") for head in HEADS]


def _members(people: Iterable[Sequence[str]]) -> Iterator[Member]:
    for name, email, country, said in people:
        told = [word.strip() for word in said.split(",")]
        courses = tuple(word for word in told if word not in FLAGS)
        yield Member(name, email, country, active="active" in told, admin="admin" in told, courses=courses)
