"""The handbook's steps before an owner changes, as sentences; nothing of it asks Salesforce."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from partners.models import Account
from people.models import ChannelManager
from routing import ownership
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import Wanted, checks_of
from tests.conftest import Cast

ID = "0018dQx00000001ABA"


def account(**more: Any) -> Account:
    known = {"partner_type": "Channel", "public_sector": False, "salesforce_id": ID, "name": "Northwind"}
    return Account(**{**known, **more})


def manager(**more: Any) -> ChannelManager:
    return ChannelManager(**{"name": "Maria Henry", "team": "select", "salesforce_id": "0058dQx00000004ABA", **more})


def said(of: Account | None, to: ChannelManager | None = None, **more: Any) -> str:
    return " ".join(checks_of(Wanted(account=of, number=1, new_owner=to, **more)))


@pytest.mark.parametrize(
    ("of", "to", "words"),
    [
        ({}, {}, ""),
        ({"public_sector": True}, {}, "“Public Sector Partner” is Yes, and Maria Henry is not of US PubSec."),
        ({"public_sector": None}, {}, "“Public Sector Partner” is not filled in."),
        ({"public_sector": True}, {"team": "us_pubsec"}, ""),
        ({"public_sector": None}, {"team": "us_pubsec"}, ""),
        ({"partner_type": "Alliance"}, {}, "It is a partner of type Alliance; only channel accounts"),
        ({"partner_type": ""}, {}, "Its partner type is not filled in"),
        ({"partner_type": "channel"}, {}, ""),
        ({}, {"active": False}, "Maria Henry is not active any more."),
        ({}, {"left": timezone.localdate() - timedelta(days=1)}, "Maria Henry is not active any more."),
        ({}, {"left": timezone.localdate()}, ""),
        ({}, {"salesforce_id": ""}, "The user of Maria Henry in Salesforce is not known yet."),
        ({"salesforce_id": ""}, {}, "Salesforce does not know this partner"),
        ({"deleted": datetime(2026, 1, 1, tzinfo=UTC)}, {}, "It is gone from Salesforce."),
        ({"merged_into_id": 7}, {}, "It was merged into another account"),
    ],
)
def test_what_the_handbook_asks_for(of: dict[str, Any], to: dict[str, Any], words: str) -> None:
    found = said(account(**of), manager(**to))
    assert found.startswith(words) if words else found == ""


def test_all_reasons_are_said_at_once() -> None:
    found = checks_of(Wanted(account=account(public_sector=None, partner_type="GSI"), number=1, new_owner=manager()))
    assert len(found) == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "It names no account."),
        ("123", "“123” is no id of Salesforce"),
        (ID, f"No partner here has the id {ID}."),
    ],
)
def test_a_line_without_a_partner(given: str, words: str) -> None:
    assert said(None, manager(), salesforce_id=given).startswith(words)


def test_a_seller_is_no_channel_manager_but_an_undo_may_bring_one_back() -> None:
    wanted = Wanted(account=account(), number=1, new_owner_id="0058dQx00000029ABA", new_owner_name="Bastien Morel")
    assert checks_of(wanted) == ["Bastien Morel is no channel manager the desk knows."]
    assert checks_of(wanted, kind="undo") == []


def test_territories_alone_ask_for_no_owner() -> None:
    assert said(account(public_sector=None), add_territories=["Poland"]) == ""


def test_somebody_who_leaves_before_the_day_of_the_change() -> None:
    leaving = manager(left=timezone.localdate() + timedelta(days=3))
    wanted = Wanted(account=account(), number=1, new_owner=leaving)
    assert checks_of(wanted) == []
    assert checks_of(wanted, on=timezone.localdate() + timedelta(days=4))


def test_an_account_that_changed_after_the_list_was_made() -> None:
    taken_at = datetime(2026, 11, 1, tzinfo=UTC)
    wanted = Wanted(account=account(modified=taken_at + timedelta(hours=1)), number=1, new_owner=manager())
    assert checks_of(wanted, taken_at=taken_at)[0].startswith("It has changed in Salesforce since the list was made")
    assert checks_of(wanted, taken_at=taken_at + timedelta(hours=2)) == []


@pytest.mark.parametrize(
    ("owner", "add", "remove", "state"),
    [
        ("0058dQx00000004ABA", [], [], "same"),
        ("0058dQx00000004", [], [], "same"),  # 15 characters of the same user
        ("0058dQx00000004ABA", ["Germany"], ["Mali"], "same"),
        ("0058dQx00000004ABA", ["Poland"], [], "waiting"),
        ("0058dQx00000004ABA", [], ["Germany"], "waiting"),
        ("0058dQx00000002ABA", [], [], "waiting"),
    ],
)
def test_what_would_change_nothing_is_not_sent(
    cast: Cast, owner: str, add: list[str], remove: list[str], state: str
) -> None:
    there = account(owner_id=owner, owner_name="Somebody", contracted_territories=["Germany"])
    there.save()
    to = manager()
    to.save()
    wanted = Wanted(account=there, number=1, new_owner=to, add_territories=add, remove_territories=remove)
    change = ownership.prepare("single", [wanted], title="Owner", why="", by=cast.nadia)
    assert OwnershipRow.objects.get(change=change).state == state


def test_a_change_with_nothing_to_write_is_not_approved(cast: Cast) -> None:
    there = account(partner_type="GSI")
    there.save()
    to = manager()
    to.save()
    change = ownership.prepare(
        "single", [Wanted(account=there, number=1, new_owner=to)], title="Owner", why="", by=cast.nadia
    )
    with pytest.raises(ownership.Refused, match="There is nothing to write"):
        ownership.approve(change, by=cast.nadia)
    assert OwnershipChange.objects.get().state == "preview"


def test_a_channel_manager_reads_only(cast: Cast) -> None:
    there, to = account(), manager()
    there.save()
    to.save()
    change = ownership.prepare(
        "single", [Wanted(account=there, number=1, new_owner=to)], title="Owner", why="", by=cast.nadia
    )
    for verb in (ownership.submit, ownership.approve, ownership.drop, ownership.retry):
        with pytest.raises(ownership.Refused, match="Only the desk changes owners"):
            verb(change, by=cast.sofia)


def test_the_user_of_a_manager_is_known_by_the_accounts_they_own(cast: Cast) -> None:
    there = account(owner_id="0058dQx00000002ABA", owner_name="Jay Bahar")
    there.save()
    Account.objects.create(name="Other", salesforce_id=ID.replace("1ABA", "2ABA"), owner_name="Maria Henry")
    Account.objects.filter(name="Other").update(owner_id="0058dQx00000004ABA")
    to = manager(salesforce_id="")
    to.save()
    wanted = Wanted(account=there, number=1, new_owner=to)
    change = ownership.prepare("single", [wanted], title="Owner", why="", by=cast.nadia, effective=date(2030, 1, 1))
    row = OwnershipRow.objects.get(change=change)
    assert (row.state, row.new_owner_id) == ("waiting", "0058dQx00000004ABA")
