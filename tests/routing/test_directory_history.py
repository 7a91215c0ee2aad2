"""Changing who looks after what: what held stays, what is said is said once, and everything can be read back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from journal.record import Actor, events_of
from people.models import ChannelManager
from routing import forgetting, history
from routing.models import Coverage, PartnerRule
from tests.conftest import Cast

STARTED = date(2022, 11, 1)


@pytest.fixture
def new_york(roster: None) -> Coverage:
    return Coverage.objects.get(place="US-NY")


def manager(name: str) -> ChannelManager:
    return ChannelManager.objects.get(name=name)


def on(place: str, day: date) -> list[str]:
    return [str(row.manager) for row in Coverage.objects.valid_on(day).filter(place=place)]


def test_a_change_ends_the_row_the_day_before(cast: Cast, new_york: Coverage) -> None:
    day = date(2026, 12, 1)
    new = history.change_coverage(
        new_york, manager=manager("Lisa Cartagena"), valid_from=day, by=cast.lena, why="Jay moves to the south"
    )
    new_york.refresh_from_db()
    assert (new_york.valid_to, str(new_york.manager)) == (day - timedelta(days=1), "Jay Bahar")
    assert (new.valid_from, new.valid_to, new.fiscal_year, new.source) == (day, None, "FY27", "")
    assert on("US-NY", day - timedelta(days=1)) == ["Jay Bahar"]
    assert on("US-NY", day) == ["Lisa Cartagena"]
    event = events_of(new_york).get()
    assert (event.verb, event.why, event.actor) == ("rule changed", "Jay moves to the south", cast.lena)
    assert (event.before["manager"], event.after["manager"]) == ("Jay Bahar", "Lisa Cartagena")
    assert [row.pk for row in history.lineage(new_york)] == [new.pk, new_york.pk]


def test_a_change_from_its_own_first_day_corrects_the_row(cast: Cast, new_york: Coverage) -> None:
    new = history.change_coverage(
        new_york, manager=manager("Maria Henry"), valid_from=STARTED, by=cast.lena, why="The page was wrong"
    )
    assert new.pk == new_york.pk
    assert Coverage.objects.filter(place="US-NY").count() == 1
    assert on("US-NY", STARTED) == ["Maria Henry"]
    assert events_of(new).get().before["manager"] == "Jay Bahar"


@pytest.mark.parametrize("day", [date(2022, 10, 31), date(2027, 1, 1)])
def test_a_day_on_which_the_row_did_not_hold_is_refused(cast: Cast, new_york: Coverage, day: date) -> None:
    """Before its start or after its end another row speaks; nothing of that is overwritten."""
    Coverage.objects.filter(pk=new_york.pk).update(valid_to=date(2026, 12, 31))
    with pytest.raises(history.Refused):
        history.change_coverage(new_york, manager=manager("Maria Henry"), valid_from=day, by=cast.lena, why="No")
    assert Coverage.objects.get(place="US-NY").manager == manager("Jay Bahar")
    assert not events_of(new_york).exists()


def test_a_change_in_between_leaves_what_was_planned(cast: Cast, new_york: Coverage) -> None:
    lisa, joe, lead = manager("Lisa Cartagena"), manager("Joe McAninch"), cast.lena
    history.change_coverage(new_york, manager=lisa, valid_from=date(2027, 2, 1), by=lead, why="Next year")
    new_york.refresh_from_db()
    history.change_coverage(new_york, manager=joe, valid_from=date(2026, 12, 1), by=lead, why="Until then")
    said = {"2026-11-30": "Jay Bahar", "2026-12-01": "Joe McAninch", "2027-01-31": "Joe McAninch"}
    said["2027-02-01"] = "Lisa Cartagena"
    assert {day: on("US-NY", date.fromisoformat(day)) for day in said} == {day: [name] for day, name in said.items()}


def test_wyoming_gets_somebody_and_only_once(cast: Cast, roster: None) -> None:
    def wyoming() -> Coverage:
        return Coverage(
            section="amer", section_title="AMER", area="Wyoming", place="US-WY", manager=manager("Lisa Cartagena"),
            valid_from=date(2026, 12, 1),
        )  # fmt: skip

    row = history.add(wyoming(), by=cast.lena, why="The page forgot it")
    assert (row.fiscal_year, events_of(row).get().verb) == ("FY27", "rule added")
    with pytest.raises(history.Refused, match="Lisa Cartagena, from 1 Dec 2026"):
        history.add(wyoming(), by=cast.lena, why="Again")
    assert on("US-WY", date(2026, 12, 1)) == ["Lisa Cartagena"]


def test_an_end_keeps_what_held(cast: Cast, new_york: Coverage) -> None:
    history.end(new_york, on=date(2026, 12, 1), by=cast.lena, why="Nobody, for now")
    assert on("US-NY", date(2026, 11, 30)) == ["Jay Bahar"]
    assert on("US-NY", date(2026, 12, 1)) == []
    with pytest.raises(history.Refused):
        history.end(new_york, on=STARTED, by=cast.lena, why="It never held")


def test_what_was_planned_is_taken_back(cast: Cast, new_york: Coverage) -> None:
    day = timezone.localdate() + timedelta(days=9)
    new = history.change_coverage(new_york, manager=manager("Maria Henry"), valid_from=day, by=cast.lena, why="Plan")
    before = history.take_back(new, by=cast.lena, why="It was called off")
    assert before == new_york
    assert on("US-NY", day) == ["Jay Bahar"]
    assert Coverage.objects.get(place="US-NY").valid_to is None
    with pytest.raises(history.Refused, match="holds already"):
        history.take_back(new_york, by=cast.lena, why="Too late")


def test_what_was_ended_by_itself_stays_ended(cast: Cast, new_york: Coverage) -> None:
    """Somebody else was planned for the same day; calling that off brings nobody back."""
    day = timezone.localdate() + timedelta(days=9)
    history.end(new_york, on=day, by=cast.lena, why="Nobody, for now")
    planned = Coverage(
        section="amer", section_title="AMER", area="New York", place="US-NY", manager=manager("Maria Henry"),
        valid_from=day,
    )  # fmt: skip
    history.add(planned, by=cast.lena, why="Maria, then")
    assert history.take_back(planned, by=cast.lena, why="Not Maria") is None
    assert on("US-NY", day) == []
    assert on("US-NY", day - timedelta(days=1)) == ["Jay Bahar"]


def test_only_leads_change_it(cast: Cast, new_york: Coverage) -> None:
    for person in (cast.nadia, cast.sofia, cast.katrin.user):
        assert person
        with pytest.raises(PermissionDenied):
            history.end(new_york, on=date(2026, 12, 1), by=person, why="No")
    history.end(new_york, on=date(2026, 12, 1), by=Actor("A change of the team"), why="Approved by two")


def test_nobody_who_left_gets_a_place(cast: Cast, new_york: Coverage) -> None:
    gone, leaving = manager("Joe McAninch"), manager("Maria Henry")
    ChannelManager.objects.filter(pk=gone.pk).update(active=False)
    ChannelManager.objects.filter(pk=leaving.pk).update(left=date(2026, 11, 30))
    for one in (gone, leaving):
        one.refresh_from_db()
        with pytest.raises(history.Refused, match=one.name):
            history.change_coverage(new_york, manager=one, valid_from=date(2026, 12, 1), by=cast.lena, why="No")


def test_somebody_else_was_quicker(cast: Cast, new_york: Coverage) -> None:
    seen = history.version_of(new_york)
    history.end(new_york, on=date(2026, 12, 1), by=cast.lena, why="First", seen=seen)
    with pytest.raises(history.Refused, match="Somebody changed this"):
        history.end(new_york, on=date(2026, 12, 2), by=cast.lena, why="Second", seen=seen)


def test_a_partner_rule_changes_ends_and_is_one_by_name_or_account(cast: Cast) -> None:
    other = ChannelManager.objects.create(name="Erik Halvorsen")
    rule = PartnerRule(
        table="named", partner_name="Northwind  DevOps GmbH", account=cast.northwind, result="Sofia Marchetti",
        manager=cast.manager, valid_from=STARTED,
    )  # fmt: skip
    history.add(rule, by=cast.lena, why="By name")
    assert rule.folded == "northwind devops gmbh"
    again = PartnerRule(
        table="named", partner_name="Northwind", account=cast.northwind, manager=other, valid_from=STARTED
    )
    with pytest.raises(history.Refused, match="Sofia Marchetti"):
        history.add(again, by=cast.lena, why="The same account under another name")
    new = history.change_rule(rule, manager=other, valid_from=date(2026, 12, 1), by=cast.lena, why="Handed over")
    assert (new.result, new.account, new.table) == ("Erik Halvorsen", cast.northwind, "named")
    assert history.change_rule(new, manager=other, valid_from=date(2027, 1, 1), by=cast.lena, why="Same").pk == new.pk


def test_every_change_lets_memory_forget(
    cast: Cast, new_york: Coverage, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[int] = []
    monkeypatch.setattr(forgetting, "hooks", [lambda: told.append(1)])
    with django_capture_on_commit_callbacks(execute=True):
        history.end(new_york, on=date(2026, 12, 1), by=cast.lena, why="Read anew")
    assert told == [1]
