"""Two people or two workers at the same moment, and one that is killed: each decision takes hold once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from django.db import connection

from journal.record import DESK, events_of
from people.models import ChannelManager
from routing import ownership
from routing.dating import Refused as Overtaken
from routing.importing import acts as mapping
from routing.models import Coverage, KeyRule, MappingImport, OwnershipChange
from routing.ownership import Wanted
from routing.team import acts, applying
from tests.conftest import Cast
from tests.mail.fault_servers import dies_at
from tests.routing.mappings import book_of, managers
from tests.routing.team_cast import TODAY, leaving, partner
from tickets.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each gave, or the refusal it got."""
    together, came = threading.Barrier(len(works)), list[object]()

    def run(work: Callable[[], object]) -> None:
        try:
            together.wait(timeout=60)
            came.append(work())
        except Exception as refusal:  # noqa: BLE001 - looked at by the test
            came.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def test_two_leads_approve_one_change_of_owners(cast: Cast) -> None:
    maria = ChannelManager.objects.create(name="Maria Henry", salesforce_id="005000000000001AAA")
    account = partner("Waldsee GmbH", cast.manager, salesforce_id="001000000000001AAA")
    rows = [Wanted(account=account, number=1, new_owner=maria)]
    change = ownership.prepare(OwnershipChange.Kind.BULK, rows, title="FY23", why="FY23", by=cast.nadia)
    ownership.submit(change, by=cast.nadia)
    came = at_once(*(partial(ownership.approve, change, by=who) for who in (cast.lena, cast.ada)))
    assert [one for one in came if isinstance(one, Exception)] == []
    assert [event.verb for event in events_of(change)].count("approved") == 1


def test_two_confirm_one_workbook(db: None) -> None:
    managers()
    change = mapping.prepare(book_of(), name="m.xlsx", by=DESK, effective=date(2022, 2, 1))
    came = at_once(*(partial(mapping.confirm, MappingImport.objects.get(pk=change.pk), by=DESK) for _ in range(2)))
    assert sorted(isinstance(one, Overtaken) for one in came) == [False, True]
    assert KeyRule.objects.count() == 5
    assert [event.verb for event in events_of(change)].count("mapping confirmed") == 1


def test_a_change_of_the_team_outlives_its_worker_and_two_others_do_it_once(cast: Cast) -> None:
    old, new = (ChannelManager.objects.create(name=name) for name in ("Ilaria Pazienza", "Matthew Coughlan"))
    for place in ("FR", "IT"):
        Coverage.objects.create(
            section="emea", section_title="EMEA", area=place, place=place, manager=old, valid_from="2022-11-01"
        )
    change = leaving(old, new, by=cast.nadia, effective=TODAY)
    acts.approve(acts.propose(change, by=cast.nadia), by=cast.lena)
    dies_at("team.rules-moved", partial(applying.apply, change.pk))
    assert not Coverage.objects.filter(change=change).exists()
    came = at_once(partial(applying.apply, change.pk), partial(applying.apply, change.pk))
    assert sorted(map(str, came)) == ["False", "True"]
    assert Coverage.objects.filter(change=change, manager=new).count() == 2
    assert Task.objects.values("key").distinct().count() == Task.objects.count() > 0
