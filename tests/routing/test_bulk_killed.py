"""A thousand accounts through the sandbox: a worker is killed in between, and nothing is lost or written twice."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db.models.functions import Now

from integrations import ledger, settling
from integrations.models import ExternalAction
from integrations.salesforce import fields, soql
from partners import sync_some
from partners.models import Account
from routing import ownership
from routing.bulk import acts, exporting
from routing.bulk.acts import Details
from routing.models import OwnershipChange
from tests.conftest import Cast
from tests.mail.fault_servers import dies_at
from tests.routing.ownership_desk import MARIA, manager, waiting, work
from tests.routing.sheets import as_csv
from tests.sandbox_desk import VendorSandbox

MANY, BATCH = 1000, 200


@pytest.fixture
def many(sandbox: VendorSandbox, cast: Cast) -> list[Account]:
    """A thousand partners more, in Salesforce and here."""
    Account.objects.all().delete()
    sandbox.ask("/salesforce/bulk", {"accounts": MANY})
    name = fields.api("Account", "name")
    found = [row["id"] for row in soql.select("Account", f"{name} LIKE 'Partner 0%'")]
    assert len(found) == MANY
    sync_some.accounts(found)
    sandbox.ask("/requests/clear", {})
    return list(Account.objects.order_by("pk"))


def approved(accounts: list[Account], cast: Cast) -> OwnershipChange:
    lines = [{"AccountId18": one.salesforce_id, "NewOwner": "Maria Henry", "Reason": "FY23"} for one in accounts]
    change = acts.prepare_at_once(as_csv(*lines), name="FY23.csv", details=Details(), by=cast.nadia)
    ownership.submit(change, by=cast.nadia)
    return ownership.approve(change, by=cast.lena)


def patches(sandbox: VendorSandbox) -> list[dict[str, Any]]:
    return [one for one in sandbox.requests("salesforce") if one["method"] == "PATCH"]


@pytest.mark.django_db(transaction=True)
def test_a_thousand_accounts_survive_a_killed_worker_and_each_is_written_once(
    sandbox: VendorSandbox, many: list[Account], cast: Cast
) -> None:
    maria = manager("Maria Henry", MARIA)
    change = approved(many, cast)
    dies_at("ownership moved on", partial(ownership.move_on, change.pk))
    assert not ExternalAction.objects.exists()  # it died in its transaction
    ownership.move_on(change.pk)
    first = next(waiting())
    dies_at("action done at vendor", partial(ledger.perform, first.pk))
    assert len(patches(sandbox)) == 1
    assert not change.rows.filter(state="done").exists()  # written there, and nobody here knows it yet
    ExternalAction.objects.filter(pk=first.pk).update(claimed_until=Now())
    settling.take_back_lost()
    work(change)
    assert (change.state, change.counts) == ("done", {"done": MANY})
    assert len(patches(sandbox)) == MANY // BATCH  # 200 at most in each: every account once
    assert Account.objects.filter(owner_id=MARIA, channel_manager=maria).count() == MANY
    loader = b"".join(exporting.loader(change, back=True)).decode().splitlines()
    assert loader[0] == "Id,OwnerId"
    assert len(loader) == MANY + 1
