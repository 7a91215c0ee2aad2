"""What is left of a change after a first end, a stop, an undo or a long wait: nothing is lost and nothing slips in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations import ledger
from integrations.models import ExternalAction
from integrations.salesforce.client import client
from mail.models import OutgoingMail
from partners.models import Account
from people.models import ChannelManager
from routing import ownership
from routing.bulk import acts
from routing.bulk.acts import Details
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import Refused, Wanted, acting, again, detail, moving
from routing.ownership import there as in_salesforce
from tests.conftest import Cast
from tests.routing.ownership_desk import (
    BLUEPEAK,
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
from tests.routing.sheets import as_csv
from tests.sandbox_desk import VendorSandbox

SOFIA = "0058dQx00000019ABA"


@pytest.fixture
def org(sandbox: VendorSandbox, cast: Cast) -> VendorSandbox:
    Account.objects.all().delete()  # the sandbox has its own
    ChannelManager.objects.filter(pk=cast.manager.pk).update(salesforce_id=SOFIA)
    return sandbox


@pytest.fixture
def maria(org: VendorSandbox) -> ChannelManager:
    return manager("Maria Henry", MARIA, salesforce_email="maria.henry@example.com")


def a_list(cast: Cast, to: ChannelManager, *accounts: Account) -> OwnershipChange:
    """Asked for by Nadia, approved by Lena."""
    rows = [Wanted(account=one, number=number, new_owner=to) for number, one in enumerate(accounts, 1)]
    change = ownership.prepare("bulk", rows, title="FY23", why="The areas moved.", by=cast.nadia)
    ownership.submit(change, by=cast.nadia)
    return ownership.approve(change, by=cast.lena)


def half_done(cast: Cast, maria: ChannelManager) -> OwnershipChange:
    """O'Brien's is written, Northwind's is refused: somebody has given it to Jay meanwhile."""
    change = a_list(cast, maria, *mirrored(OBRIEN, NORTHWIND))
    client().update("Account", NORTHWIND, {"OwnerId": JAY})
    assert work(change).counts == {"done": 1, "refused": 1}
    return change


def states(change: OwnershipChange) -> list[str]:
    return list(change.rows.order_by("number").values_list("state", flat=True))


def test_a_row_that_stood_so_and_does_not_any_more_is_a_write_of_its_own(
    org: VendorSandbox, cast: Cast, maria: ChannelManager
) -> None:
    change = a_list(cast, maria, *mirrored(OBRIEN, NORTHWIND))
    client().update("Account", OBRIEN, {"OwnerId": MARIA})
    client().update("Account", NORTHWIND, {"OwnerId": JAY})
    assert (work(change).state, states(change)) == ("partly", ["same", "refused"])
    client().update("Account", OBRIEN, {"OwnerId": JAY})
    again.read_again(change, by=cast.nadia)
    in_salesforce.read_again(change.pk)
    ownership.submit(change, by=cast.nadia)
    work(ownership.approve(change, by=cast.lena))
    assert (change.state, states(change)) == ("done", ["done", "done"])
    assert (there(OBRIEN).owner, there(NORTHWIND).owner) == (MARIA, MARIA)


def test_what_stood_so_before_is_not_ours_at_a_second_look_either(
    org: VendorSandbox, cast: Cast, maria: ChannelManager
) -> None:
    northwind, obrien = mirrored(NORTHWIND, OBRIEN)
    Account.objects.filter(pk=obrien.pk).update(owner_id=JAY, owner_name="Jay Bahar")  # the mirror is behind
    obrien.refresh_from_db()
    owner = manager("Owner", there(OBRIEN).owner)
    assert there(NORTHWIND).owner != owner.salesforce_id
    org.fault("salesforce", "lock", times=1, match="PATCH .*composite")
    change = work(a_list(cast, owner, northwind, obrien))
    assert ExternalAction.objects.get().attempts == 2
    assert (change.state, states(change)) == ("done", ["done", "same"])


def test_dropping_what_was_read_again_keeps_the_undo_of_what_was_written(
    org: VendorSandbox, cast: Cast, maria: ChannelManager
) -> None:
    before = mirrored(OBRIEN)[0].owner_id
    change = half_done(cast, maria)
    again.read_again(change, by=cast.nadia)
    work(ownership.drop(change, by=cast.nadia))
    assert (change.state, states(change)) == ("done", ["done", "skipped"])
    assert work(ownership.undo(change, by=cast.lena)).state == "done"
    assert there(OBRIEN).owner == before


def test_what_was_undone_does_not_go_on(org: VendorSandbox, cast: Cast, maria: ChannelManager) -> None:
    change = half_done(cast, maria)
    made = ownership.undo(change, by=cast.lena)
    for act in (ownership.retry, again.read_again):
        with pytest.raises(Refused, match="was undone"):
            act(change, by=cast.nadia)
    assert not detail.read(change, cast.lena, asked={}).acts
    with pytest.raises(Refused, match="A lead undoes"):
        ownership.undo(change, by=cast.nadia)
    assert ownership.undo(change, by=cast.ada) == made
    assert work(made).counts == {"done": 1}


def test_the_vendors_page_sends_nothing_of_a_list_past_its_page(
    org: VendorSandbox, cast: Cast, maria: ChannelManager
) -> None:
    change = half_done(cast, maria)
    before = len(writes(org))
    work(ownership.undo(change, by=cast.lena))
    refused = ExternalAction.objects.get(state="refused")
    assert ledger.try_again(refused, by=cast.lena).state == "refused"
    work(change)
    assert len(writes(org)) == before + 1  # the undo's
    assert there(OBRIEN).owner != MARIA


def test_what_waits_for_approval_again_is_not_sent_from_the_vendors_page(
    org: VendorSandbox, cast: Cast, maria: ChannelManager
) -> None:
    change = single(mirrored(NORTHWIND)[0], maria, by=cast.nadia)
    org.fault("salesforce", "validation", times=1, match="PATCH .*/Account/")
    work(ownership.approve(change, by=cast.nadia))
    again.read_again(change, by=cast.nadia)
    assert ledger.try_again(ExternalAction.objects.get(), by=cast.lena).state == "refused"


def test_nobody_writes_a_duplicate_that_salesforce_does_not_suspect(
    org: VendorSandbox, cast: Cast, maria: ChannelManager
) -> None:
    client().update("Account", OBRIEN, {"OwnerId": JAY})
    change = a_list(cast, maria, *mirrored(OBRIEN))
    client().update("Account", OBRIEN, {"OwnerId": SOFIA})
    assert work(change).state == "partly"
    with pytest.raises(Refused, match="suspects no duplicate"):
        acting.DOES["allow-duplicate"](change, by=cast.nadia)
    org.fault("salesforce", "duplicates", times=1, match="PATCH .*/Account/")
    one = single(mirrored(NORTHWIND)[0], maria, by=cast.nadia)
    work(ownership.approve(one, by=cast.nadia))
    acting.DOES["allow-duplicate"](one, by=cast.nadia)
    assert work(one).state == "done"


def test_an_undo_never_goes_unguarded(org: VendorSandbox, cast: Cast, maria: ChannelManager) -> None:
    change = half_done(cast, maria)
    ExternalAction.objects.update(result={})  # tried again at the vendors' page, and not answered yet
    made = work(ownership.undo(change, by=cast.lena))
    assert (states(made), there(OBRIEN).owner) == (["rejected"], MARIA)
    assert "not known any more" in only_row(made).words


def test_a_write_that_is_cancelled_later_does_not_blind_the_undo(
    org: VendorSandbox, cast: Cast, maria: ChannelManager
) -> None:
    change = half_done(cast, maria)
    ledger.cancel(ExternalAction.objects.get(), by=cast.lena, why="Not wanted.")
    client().update("Account", OBRIEN, {"Website": "https://another.example"})
    made = work(ownership.undo(change, by=cast.lena))
    assert (made.state, there(OBRIEN).owner) == ("partly", MARIA)


def test_who_left_between_approval_and_its_day_gets_nothing(
    org: VendorSandbox, cast: Cast, maria: ChannelManager
) -> None:
    day = timezone.localdate() + timedelta(days=3)
    change = ownership.approve(single(mirrored(NORTHWIND)[0], maria, by=cast.nadia, effective=day), by=cast.nadia)
    moving.move_on(change.pk)
    assert only_row(change).state == "waiting"
    ChannelManager.objects.filter(pk=maria.pk).update(active=False)
    OwnershipChange.objects.update(effective=timezone.localdate())
    assert work(change).state == "partly"
    assert (only_row(change).state, only_row(change).words) == ("refused", "Maria Henry is not active any more.")
    assert not writes(org)


def test_a_manager_known_by_the_accounts_only_is_checked_alike_and_told(org: VendorSandbox, cast: Cast) -> None:
    client().update("Account", NORTHWIND, {"Public_Sector_Partner__c": "Yes"})
    northwind, other = mirrored(NORTHWIND, BLUEPEAK)
    Account.objects.filter(pk=other.pk).update(owner_id=MARIA, owner_name="Maria Henry")
    maria = manager("Maria Henry", team="us_pubsec", salesforce_email="maria.henry@example.com")
    change = single(northwind, maria, by=cast.nadia)
    assert only_row(change).new_owner_id == MARIA
    assert work(ownership.approve(change, by=cast.nadia)).state == "done", only_row(change).words
    assert OutgoingMail.objects.filter(to__0__address="maria.henry@example.com").count() == 1


def test_a_stop_before_the_day_ends_at_once(org: VendorSandbox, cast: Cast, maria: ChannelManager) -> None:
    day = timezone.localdate() + timedelta(days=3)
    change = ownership.approve(single(mirrored(NORTHWIND)[0], maria, by=cast.nadia, effective=day), by=cast.nadia)
    ownership.drop(ownership.pause(change, by=cast.nadia), by=cast.nadia)
    assert work(change).counts == {"skipped": 1}
    assert change.state == "done"


def test_the_page_looks_again_while_anything_can_move_and_then_rests(
    org: VendorSandbox, cast: Cast, maria: ChannelManager
) -> None:
    change = a_list(cast, maria, *mirrored(OBRIEN, NORTHWIND))
    moving.move_on(change.pk)
    ownership.pause(change, by=cast.nadia)
    assert detail.read(change, cast.nadia, asked={}).poll  # Salesforce has them in hand
    work(change)
    assert (change.state, states(change)) == ("paused", ["done", "done"])
    assert not detail.read(change, cast.nadia, asked={}).poll
    OwnershipRow.objects.filter(change=change, number=2).update(state="refused")
    OwnershipChange.objects.update(state="partly")
    again.read_again(change, by=cast.nadia)
    assert detail.read(change, cast.nadia, asked={}).reading
    in_salesforce.read_again(change.pk)
    change.refresh_from_db()
    assert not detail.read(change, cast.nadia, asked={}).poll


def test_one_change_that_cannot_be_moved_holds_up_no_other(
    org: VendorSandbox, cast: Cast, maria: ChannelManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    northwind, obrien = mirrored(NORTHWIND, OBRIEN)
    broken, other = (ownership.approve(single(one, maria, by=cast.nadia), by=cast.nadia) for one in (northwind, obrien))
    push = moving.push

    def breaks(change: OwnershipChange) -> None:
        if change == broken:
            raise ValueError
        push(change)

    monkeypatch.setattr(moving, "push", breaks)
    moving.sweep()
    assert (only_row(broken).state, only_row(other).state) == ("waiting", "sent")


def test_lines_whose_owner_was_not_known_in_salesforce_are_checked_anew(org: VendorSandbox, cast: Cast) -> None:
    northwind, obrien = mirrored(NORTHWIND, OBRIEN)
    manager("Maria Henry")
    lines = [{"AccountId18": one.salesforce_id, "NewOwner": "Maria Henry"} for one in (northwind, northwind, obrien)]
    lines[2]["AccountName"] = "Another Ltd"
    change = acts.prepare_at_once(as_csv(*lines), name="a.csv", details=Details(), by=cast.nadia)
    assert states(change) == ["rejected"] * 3
    in_salesforce.read_again(change.pk)
    assert states(change) == ["waiting", "rejected", "rejected"]  # once each; what only the file got wrong stays
    assert "stands in line 2 too" in change.rows.get(number=3).words
    assert change.rows.get(number=2).new_owner_id == MARIA
