"""A change of owner through the real client and the sandbox: written once, read back, told, tried again, undone."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from integrations import ledger
from integrations.models import ExternalAction
from integrations.salesforce.client import client
from integrations.tasks import sweep as sweep_writes
from journal.models import Event
from journal.record import actor_of, events_of
from mail.models import OutgoingMail
from partners import sync_running
from partners.models import Account, SyncRun
from people.models import ChannelManager
from routing import ownership
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import Refused, Wanted, again, deciding, moving, recording
from routing.ownership import there as in_salesforce
from tests.conftest import Cast
from tests.mail.fault_servers import dies_at
from tests.routing.ownership_desk import (
    BLUEPEAK,
    GUSTAV,
    JAY,
    MARIA,
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
from tickets.actions import NewTicket, open_ticket
from tickets.models import Message
from tickets.models.ticket import Channel

SOFIA = "0058dQx00000019ABA"


@pytest.fixture
def org(sandbox: VendorSandbox, cast: Cast) -> VendorSandbox:
    Account.objects.all().delete()  # the sandbox has its own
    ChannelManager.objects.filter(pk=cast.manager.pk).update(salesforce_id=SOFIA)
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
    old = there(NORTHWIND)
    change = single(northwind, maria, by=cast.nadia, add_territories=["Poland"], remove_territories=["Germany"])
    assert (change.state, only_row(change).state, writes(org)) == ("preview", "waiting", [])
    ownership.approve(change, by=cast.nadia)
    assert ownership.approve(change, by=cast.lena).approved_by == cast.nadia  # two at once are one
    work(change)
    assert (change.state, change.counts, only_row(change).words) == ("done", {"done": 1}, "")
    [written] = writes(org)
    assert '"OwnerId"' in written["body"]
    assert '"Contracted_Territories__c"' in written["body"]
    assert written["body"].count(":") == 2
    now = there(NORTHWIND)
    expected = {*old.contracted_territories, "Poland"} - {"Germany"}
    assert (now.owner, set(now.contracted_territories)) == (MARIA, expected)


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
    assert not any(counts.get("changed") for counts in pull().counts.values())
    assert Event.objects.count() == events


def pull() -> SyncRun:
    run = sync_running.run(SyncRun.objects.create(state=SyncRun.State.WAITING).pk)
    assert run is not None
    assert (run.state, run.problem) == ("done", "")
    return run


def test_old_and_new_manager_and_the_ticket_are_told_once(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    cast.katrin.refresh_from_db()
    asked = NewTicket(channel=Channel.MAIL, requester=cast.katrin, subject="Who?", body="Who?", kind="account_owner")
    ticket = open_ticket(asked, by=actor_of(cast.nadia))
    change = single(northwind, maria, by=cast.nadia, ticket=ticket)
    work(ownership.approve(change, by=cast.nadia))
    moving.move_on(change.pk)
    moving.sweep()
    told = OutgoingMail.objects.filter(purpose="notice").order_by("created")
    assert {mail.to[0]["address"] for mail in told} == {"maria.henry@example.com", "sofia@desk.example.com"}
    assert len(told) == 2
    to_maria = told.get(to__0__address="maria.henry@example.com")
    assert to_maria.subject == "Northwind DevOps GmbH is yours now"
    assert "before: Sofia Marchetti" in to_maria.body_text
    note = Message.objects.get(ticket=ticket, visibility="note")
    assert "Northwind DevOps GmbH: account owner in Salesforce Sofia Marchetti → Maria Henry." in note.body


def test_somebody_else_gave_it_to_a_third_meanwhile(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    change = ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia)
    client().update("Account", NORTHWIND, {"OwnerId": JAY})
    work(change)
    row = only_row(change)
    assert (change.state, row.state, there(NORTHWIND).owner) == ("partly", "refused", JAY)
    assert row.words == "The account has got another owner meanwhile: Jay Bahar."
    assert work(ownership.retry(change, by=cast.nadia)).state == "partly"  # it is asked again and says the same
    again.read_again(change, by=cast.nadia)
    in_salesforce.read_again(change.pk)
    change.refresh_from_db()
    assert (change.state, only_row(change).state, only_row(change).old_owner_name) == (
        "preview",
        "waiting",
        "Jay Bahar",
    )
    assert work(ownership.approve(change, by=cast.nadia)).state == "done"
    assert there(NORTHWIND).owner == MARIA


def test_what_was_checked_must_hold_when_it_is_written(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    change = ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia)
    client().update("Account", NORTHWIND, {"Public_Sector_Partner__c": "Yes"})
    work(change)
    assert only_row(change).words == "“Public Sector Partner” in Salesforce is now Yes."
    again.read_again(change, by=cast.nadia)
    in_salesforce.read_again(change.pk)
    assert only_row(change).words == "“Public Sector Partner” is Yes, and Maria Henry is not of US PubSec."
    assert there(NORTHWIND).owner == SOFIA


def test_an_inactive_user_is_refused_in_salesforces_words(org: VendorSandbox, cast: Cast, northwind: Account) -> None:
    change = single(northwind, manager("Gustav Renner", GUSTAV), by=cast.nadia)
    work(ownership.approve(change, by=cast.nadia))
    assert change.state == "partly"
    assert only_row(change).words.startswith("Salesforce refuses it: ")
    assert not OutgoingMail.objects.exists()


def test_a_locked_account_waits_and_an_answer_that_was_lost_writes_once(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    org.fault("salesforce", "lock", "drop-after", times=1, match="PATCH .*/Account/")
    change = work(ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia))
    assert (change.state, only_row(change).state) == ("done", "done")  # not “it stood so already”
    assert [one["fault"] for one in writes(org)] == ["drop-after", "lock"]


def test_a_suspected_duplicate_is_written_only_when_a_person_wants_it(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    org.fault("salesforce", "duplicates", times=1, match="PATCH .*/Account/")
    change = work(ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia))
    assert (change.state, only_row(change).state) == ("partly", "refused")
    ownership.retry(change, by=cast.nadia, then=partial(moving.push, allow_duplicate=True))
    assert work(change).state == "done"
    assert ExternalAction.objects.latest("pk").payload["allow_duplicate"] is True


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["ownership moved on", "action claimed", "action done at vendor"])
def test_a_worker_that_is_killed_loses_and_repeats_nothing(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account, place: str
) -> None:
    change = ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia)
    if place == "ownership moved on":
        dies_at(place, partial(moving.move_on, change.pk))
        assert not ExternalAction.objects.exists()
    else:
        moving.move_on(change.pk)
        dies_at(place, partial(ledger.perform, ExternalAction.objects.get().pk))
        ExternalAction.objects.update(claimed_until=Now() - timedelta(seconds=1))
        sweep_writes()
    assert work(change).state == "done"
    assert (only_row(change).state, len(writes(org))) == ("done", 1)
    assert OutgoingMail.objects.count() == 2


def test_what_a_failed_callback_did_not_record_is_found_by_the_sweep(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia)
    moving.move_on(change.pk)
    with monkeypatch.context() as patch:
        patch.setattr(recording, "take", None)
        ledger.perform(ExternalAction.objects.get().pk)
    assert only_row(change).state == "sent"
    moving.sweep()
    change.refresh_from_db()
    assert (change.state, only_row(change).state) == ("done", "done")


def test_undo_brings_back_what_stood_there_once(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    before = there(NORTHWIND)
    change = single(
        northwind, maria, by=cast.nadia, add_territories=["Austria", "Poland"], remove_territories=["Germany", "Mali"]
    )
    work(ownership.approve(change, by=cast.nadia))
    taken_back = ownership.undo(change, by=cast.nadia)
    assert ownership.undo(change, by=cast.lena) == taken_back
    assert work(taken_back).state == "done"
    after = there(NORTHWIND)
    assert (after.owner, set(after.contracted_territories)) == (SOFIA, set(before.contracted_territories))
    assert len(writes(org)) == 2
    with pytest.raises(Refused, match="An undo is not undone"):
        ownership.undo(taken_back, by=cast.nadia)


def test_undo_leaves_what_somebody_has_changed_since(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    change = work(ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia))
    client().update("Account", NORTHWIND, {"Website": "https://another.example"})
    taken_back = work(ownership.undo(change, by=cast.nadia))
    assert (taken_back.state, there(NORTHWIND).owner) == ("partly", MARIA)
    assert only_row(taken_back).words.startswith("Partner Help Desk has changed the account in Salesforce on ")


def test_undo_is_refused_where_the_mirror_knows_of_it_and_after_a_day(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    change = work(ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia))
    client().update("Account", NORTHWIND, {"OwnerId": JAY})
    mirrored(NORTHWIND)
    with pytest.raises(Refused, match="its owner is Jay Bahar now"):
        ownership.undo(change, by=cast.nadia)
    OwnershipChange.objects.filter(pk=change.pk).update(finished=timezone.now() - timedelta(hours=25))
    change.refresh_from_db()
    with pytest.raises(Refused, match="more than 24 hours"):
        ownership.undo(change, by=cast.nadia)
    assert not OwnershipChange.objects.filter(kind="undo").exists()


def test_a_list_needs_a_second_person_can_be_paused_and_says_of_each_account_what_became_of_it(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts, gustav = mirrored(NORTHWIND, BLUEPEAK, OBRIEN), manager("Gustav Renner", GUSTAV)
    owners = [maria, gustav, maria]
    rows = [
        Wanted(account=one, number=number, new_owner=owner)
        for number, (one, owner) in enumerate(zip(accounts, owners, strict=True), start=2)
    ]
    rows.append(Wanted(account=accounts[0], number=5, new_owner=gustav))
    change = ownership.prepare("bulk", rows, title="Autumn", why="", by=cast.lena)
    assert change.counts == {"waiting": 3, "rejected": 1}
    assert change.rows.get(number=5).words == "The account stands in line 2 too."
    with pytest.raises(Refused):
        ownership.approve(change, by=cast.ada)  # not sent for approval yet
    ownership.submit(change, by=cast.lena)
    for nobody in (cast.lena, cast.nadia, cast.sofia):
        with pytest.raises(Refused, match="Somebody else must approve it"):
            ownership.approve(change, by=nobody)
    monkeypatch.setattr("routing.ownership.sending.BATCH", 2)
    monkeypatch.setattr("routing.ownership.moving.IN_FLIGHT", 1)
    ownership.approve(change, by=cast.ada)
    moving.move_on(change.pk)
    ownership.pause(change, by=cast.nadia)
    work(change)
    assert (change.state, change.counts) == ("paused", {"rejected": 1, "done": 1, "refused": 1, "waiting": 1})
    ownership.resume(change, by=cast.nadia)
    work(change)
    assert (change.state, change.counts) == ("partly", {"rejected": 1, "done": 2, "refused": 1})
    with pytest.raises(Refused, match="A lead undoes"):
        ownership.undo(change, by=cast.nadia)
    assert work(ownership.undo(change, by=cast.lena)).counts == {"done": 2}
    assert [there(one.salesforce_id).owner for one in accounts] == [one.owner_id for one in accounts]


def test_a_change_that_is_stopped_keeps_what_was_done(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("routing.ownership.sending.BATCH", 1)
    monkeypatch.setattr("routing.ownership.moving.IN_FLIGHT", 1)
    rows = [Wanted(account=one, number=n, new_owner=maria) for n, one in enumerate(mirrored(NORTHWIND, OBRIEN))]
    change = ownership.prepare("bulk", rows, title="Autumn", why="", by=cast.lena)
    ownership.approve(ownership.submit(change, by=cast.lena), by=cast.ada)
    moving.move_on(change.pk)
    ownership.pause(change, by=cast.lena)
    work(ownership.drop(change, by=cast.lena))
    assert (change.state, change.counts) == ("done", {"done": 1, "skipped": 1})
    assert (there(NORTHWIND).owner, there(OBRIEN).owner != MARIA) == (MARIA, True)


def test_a_change_waits_for_its_day(org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    change = work(ownership.approve(single(northwind, maria, by=cast.nadia, effective=tomorrow), by=cast.nadia))
    assert (change.state, writes(org)) == ("running", [])
    OwnershipChange.objects.filter(pk=change.pk).update(effective=timezone.localdate())
    moving.sweep()
    assert work(change).state == "done"


def test_a_manager_whose_user_nobody_has_said_is_looked_for(org: VendorSandbox, cast: Cast, northwind: Account) -> None:
    ChannelManager.objects.filter(salesforce_id=MARIA).delete()
    change = single(northwind, manager("Maria Henry"), by=cast.nadia)
    assert "is not known yet" in only_row(change).words
    in_salesforce.read_again(change.pk)
    assert (only_row(change).state, only_row(change).new_owner_id) == ("waiting", MARIA)
    assert work(ownership.approve(change, by=cast.nadia)).state == "done"


def test_a_write_that_is_cancelled_or_tried_again_at_the_vendors_page_is_recorded(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    org.fault("salesforce", "validation", times=1, match="PATCH .*/Account/")
    change = work(ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia))
    assert change.state == "partly"
    ledger.try_again(ExternalAction.objects.get(), by=cast.lena)
    assert work(change).state == "done"
    assert only_row(change).state == "done"
    undo = ownership.undo(change, by=cast.nadia)
    moving.move_on(undo.pk)
    ledger.cancel(ExternalAction.objects.latest("pk"), by=cast.lena, why="Not now.")
    assert work(undo).state == "partly"
    assert only_row(undo).words == "Somebody cancelled the write at Vendors."


def test_the_same_row_again_is_the_same_write(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    change = ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia)
    moving.move_on(change.pk)
    moving.move_on(change.pk)
    deciding.approve(change, by=cast.nadia)
    assert ExternalAction.objects.get().key == f"ownership:{change.pk}:1:0"
    assert OwnershipRow.objects.get().action is not None
