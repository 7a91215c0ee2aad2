"""The managers and accounts of the tests about changes of owners, and a worker that works until nothing is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models.functions import Now

from integrations import breaker, equipment, ledger
from integrations.models import ExternalAction
from integrations.salesforce import reading
from integrations.salesforce.shapes import AccountHit
from partners import sync_some
from partners.models import Account
from people.models import ChannelManager
from routing import ownership
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import Wanted
from tests.sandbox_desk import VendorSandbox

assert equipment.__all__  # the operations are registered

NORTHWIND, BLUEPEAK, OBRIEN, HARBOR, MERIDIAN = (
    "0018dQx00000001ABA",
    "0018dQx00000004ABA",
    "0018dQx00000014ABA",
    "0018dQx00000008ABA",
    "0018dQx00000009ABA",
)
JAY, MARIA, GUSTAV = "0058dQx00000002ABA", "0058dQx00000004ABA", "0058dQx00000035ABA"
ROUNDS = 30


def manager(name: str, identity: str = "", **more: Any) -> ChannelManager:
    return ChannelManager.objects.create(name=name, salesforce_id=identity, **{"team": "select", **more})


def mirrored(*identities: str) -> list[Account]:
    """As the mirror has them after a pull."""
    breaker.close("salesforce")
    sync_some.accounts(identities)
    return [Account.objects.get(salesforce_id=one) for one in identities]


def single(account: Account, to: ChannelManager | None, *, by: Any, **more: Any) -> OwnershipChange:
    wanted = {key: more.pop(key) for key in ("add_territories", "remove_territories") if key in more}
    rows = [Wanted(account=account, number=1, new_owner=to, **wanted)]
    return ownership.prepare("single", rows, title=f"Owner of {account}", why="The area moved.", by=by, **more)


def work(change: OwnershipChange) -> OwnershipChange:
    """What nudges and the clock would do: the change is moved on and its writes are done until both rest."""
    for _round in range(ROUNDS):
        ownership.move_on(change.pk)
        for action in waiting():
            ExternalAction.objects.filter(pk=action.pk).update(next_try=Now())
            ledger.perform(action.pk)
        change.refresh_from_db()
        if change.state != "running" and not waiting_pks():
            return change
    return change


def waiting() -> Iterator[ExternalAction]:
    return ExternalAction.objects.filter(state="waiting").order_by("pk").iterator()


def waiting_pks() -> list[int]:
    return list(ExternalAction.objects.filter(state="waiting").values_list("pk", flat=True))


def only_row(change: OwnershipChange) -> OwnershipRow:
    return OwnershipRow.objects.get(change=change)


def there(identity: str) -> AccountHit:
    found = reading.account(identity)
    assert found
    return found


def writes(org: VendorSandbox) -> list[dict[str, Any]]:
    asked = org.requests("salesforce")
    return [one for one in asked if one["method"] != "GET" and "oauth2" not in one["path"]]
