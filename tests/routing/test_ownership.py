"""A change of owner through the real client and the sandbox: checked, written once, read back, told, undone."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db.models.functions import Now

from integrations import ledger
from integrations.models import ExternalAction
from integrations.salesforce.client import client
from journal.models import Event
from journal.record import events_of
from mail.models import OutgoingMail
from partners.models import Account, SyncRun
from partners import sync_running
from people.models import ChannelManager
from routing import ownership
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import Refused, Wanted, again, there as in_salesforce
from tests.conftest import Cast
from tests.mail.fault_servers import dies_at
from tests.routing.ownership_desk import (
    BLUEPEAK,
    GUSTAV,
    HARBOR,
    JAY,
    MARIA,
    MERIDIAN,
    NORTHWIND,
    OBRIEN,
    manager,
    mirrored,
    only_row,
    single,
    there,
    work,
    writes,
)
from tests.sandbox_desk import VendorSandbox


@pytest.fixture
def org(sandbox: VendorSandbox, cast: Cast) -> VendorSandbox:
    Account.objects.all().delete()  # the sandbox has its own
    return sandbox


@pytest.fixture
def maria(org: VendorSandbox) -> ChannelManager:
    return manager("Maria Henry", MARIA, salesforce_email="maria.henry@example.com")


@pytest.fixture
def northwind(maria: ChannelManager) -> Account:
    return mirrored(NORTHWIND)[0]


def test_an_owner_and_the_territories_are_written_together_and_nothing_else(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    ChannelManager.objects.filter(pk=cast.manager.pk).update(salesforce_id=northwind.owner_id)
    old = there(NORTHWIND)
    change = single(northwind, maria, by=cast.nadia, add_territories=["Poland"], remove_territories=["Germany"])
    assert (change.state, only_row(change).state, writes(org)) == ("preview", "waiting", [])
    ownership.approve(change, by=cast.nadia)
    assert ownership.approve(change, by=cast.lena).approved_by == cast.nadia  # two at once: one
    work(change)
    assert (change.state, change.counts, only_row(change).words) == ("done", {"done": 1}, "")
    [written] = writes(org)
    assert '"OwnerId"' in written["body"]
    assert '"Contracted_Territories__c"' in written["body"]
    assert written["body"].count(":") == 2
    now = there(NORTHWIND)
    assert (now.owner, set(now.contracted_territories)) == (
        MARIA,
        {*old.contracted_territories, "Poland"} - {"Germany"},
    )


def test_the_mirror_follows_at_once_and_the_next_pull_finds_nothing(
    org: VendorSandbox, cast: Cast, maria: ChannelManager
) -> None:
    pull()
    northwind = Account.objects.get(salesforce_id=NORTHWIND)
    work(ownership.approve(single(northwind, maria, by=cast.nadia, add_territories=["Poland"]), by=cast.nadia))
    northwind.refresh_from_db()
    assert (northwind.owner_id, northwind.owner_name, northwind.channel_manager) == (MARIA, "Maria Henry", maria)
    assert "Poland" in northwind.contracted_territories
    told = events_of(northwind).get(verb="owner changed")
    assert (told.actor, told.after["owner_name"]) == (cast.nadia, "Maria Henry")
    events = Event.objects.count()
    again_ = pull()
    assert not any(counts.get("changed") for counts in again_.counts.values())
    assert Event.objects.count() == events


def pull() -> SyncRun:
    run = sync_running.run(SyncRun.objects.create(state=SyncRun.State.WAITING).pk)
    assert run is not None
    assert (run.state, run.problem) == ("done", "")
    return run
