"""A partner's team from an export: each person once, the newest of a day counts, withdrawn ones never."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from journal.record import events_of
from partners import team
from partners.models import TeamMember, TeamReport
from partners.team import Member
from tests.conftest import Cast

TODAY = timezone.localdate()


def test_a_team_is_taken_over_once_and_withdrawn(cast: Cast) -> None:
    acme = cast.katrin.account
    assert acme is not None
    people = [
        Member("Ada  Okafor", " ADA@x.example", "Germany", active=False, courses=("Sales Badged",)),
        Member("Ada Okafor", "ada@x.example", active=True, admin=None, courses=("Sales Badged", "SA Verified", " ")),
        Member("No Address"),
        Member("no address", country="France"),
        Member(),
    ]
    report = team.take(acme, people, as_of=TODAY, by=cast.nadia)
    assert team.take(acme, people[::-1], as_of=TODAY, by=None) == report
    assert list(report.members.values_list("name", "email", "country", "active", "admin", "courses")) == [
        ("Ada Okafor", "ada@x.example", "Germany", True, None, ["Sales Badged", "SA Verified"]),
        ("No Address", "", "France", None, None, []),
    ]
    newer = team.take(acme, people[:1], as_of=TODAY, by=cast.nadia)
    old = team.take(acme, [], as_of=TODAY - timedelta(days=9), by=cast.nadia)
    assert (report.people_count, newer.people_count, old.people_count) == (2, 1, 0)
    assert team.newest_of(acme, on=TODAY) == newer
    assert team.newest_of(acme, on=TODAY - timedelta(days=1)) == old
    assert team.newest_of(acme, on=TODAY - timedelta(days=10)) is None
    for _twice in range(2):
        team.withdraw(newer, cast.nadia, why="Another company's")
    assert team.newest_of(acme, on=TODAY) == report
    told = events_of(acme).filter(verb__startswith="team").values_list("verb", "after__people", "why")
    assert list(told) == [
        ("team taken over", 2, ""),
        ("team taken over", 1, ""),
        ("team taken over", 0, ""),
        ("team withdrawn", None, "Another company's"),
    ]


def test_who_may_not_and_what_cannot_be_changes_nothing(cast: Cast) -> None:
    acme = cast.katrin.account
    assert acme is not None
    with pytest.raises(PermissionDenied):
        team.take(acme, [Member("A")], as_of=TODAY, by=cast.sofia)
    with pytest.raises(team.Refused, match="still to come"):
        team.take(acme, [Member("A")], as_of=TODAY + timedelta(days=1), by=cast.nadia)
    assert not TeamReport.objects.exists()
    assert not TeamMember.objects.exists()
    report = team.take(acme, [Member("A")], as_of=TODAY, by=cast.nadia)
    with pytest.raises(PermissionDenied):
        team.withdraw(report, cast.sofia)
