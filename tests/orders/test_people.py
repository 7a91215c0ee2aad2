"""Who is told: seller and ISR of the opportunity, its manager by the rules; and never Order Ops for US PubSec."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orders import people, pubsec
from partners.models import Account
from people.models import ChannelManager
from tests.conftest import Cast
from tests.orders.stray import world
from tests.orders.test_finding import BASE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handbook")]
DEAL = replace(
    BASE,
    owner_segment_geo_region_area="Large-EMEA-EMEA-DACH",
    owner_name="Greta Solheim", owner_email="greta@example.com", owner_active=True,
    isr_name="Noor Haddad", isr_email="noor@example.com", isr_active=True,
    channel_manager_name="Sofia Marchetti", channel_manager_email="sofia@example.com",
)  # fmt: skip


@pytest.fixture
def maria(cast: Cast) -> ChannelManager:
    return world(cast)


def problems(found: tuple[people.Person, ...]) -> dict[str, str]:
    return {one.role: one.problem for one in found if one.problem}


def test_the_rules_name_the_manager_and_a_difference_is_said(maria: ChannelManager) -> None:
    found = people.of_opportunity(DEAL)
    assert [(one.role, one.address) for one in found if one.reachable] == [
        ("seller", "greta@example.com"), ("isr", "noor@example.com"), ("manager", "maria.henry@example.com"),
    ]  # fmt: skip
    assert problems(found) == {
        "manager": "Salesforce has Sofia Marchetti on the opportunity; the rules name Maria Henry."
    }


def test_who_left_or_has_no_address_is_left_out_and_said(maria: ChannelManager) -> None:
    ChannelManager.objects.filter(pk=maria.pk).update(active=False)
    gone = {"owner_active": False, "isr_active": False, "isr_email": "", "channel_manager_email": ""}
    found = people.of_opportunity(replace(DEAL, **gone))  # type: ignore[arg-type]
    assert [one.address for one in found if one.reachable] == []
    assert set(problems(found)) == {"seller", "isr", "manager"}


def test_where_no_rule_speaks_salesforces_own_manager_is_told_and_said(maria: ChannelManager) -> None:
    found = people.of_opportunity(replace(DEAL, owner_segment_geo_region_area="SMB-NOWHERE"))
    manager = people.of_role(found, "manager")
    assert manager is not None
    assert (manager.address, manager.problem[:40]) == ("sofia@example.com", "No rule names a channel manager; Sofia M")
    nobody = people.of_opportunity(
        replace(DEAL, owner_segment_geo_region_area="SMB-NOWHERE", channel_manager_name="", channel_manager_email="")
    )
    assert people.of_role(nobody, "manager") == replace(manager, name="", address="", why="", problem=manager.why)


def test_one_person_in_two_roles_is_written_to_once(maria: ChannelManager) -> None:
    found = people.of_opportunity(replace(DEAL, isr_name="Greta Solheim", isr_email="Greta@example.com"))
    assert [one.role for one in found] == ["seller", "manager"]


@pytest.mark.parametrize(
    ("differs", "country", "ours"),
    [
        ({"stamped_account_sales_territory": "USPUB_FED_CIV_1"}, "DE", True),
        ({"owner_segment_geo_region_area": "PubSec-PubSec-PubSec-SLED"}, "", True),
        ({"public_sector": True}, "US", True),
        ({"public_sector": True}, "FR", False),
        ({"public_sector": False}, "US", False),
        ({}, "US", False),
    ],
)
def test_what_us_pubsec_is(cast: Cast, differs: dict[str, object], country: str, ours: bool) -> None:
    Account.objects.filter(pk=cast.northwind.pk).update(country=country)
    cast.northwind.refresh_from_db()
    one = replace(DEAL, **{"owner_segment_geo_region_area": "", **differs})  # type: ignore[arg-type]
    assert pubsec.of_opportunity(one, asker=cast.northwind) is ours
    Account.objects.filter(pk=cast.northwind.pk).update(country="US", public_sector=True)
    cast.northwind.refresh_from_db()
    assert pubsec.of_account(cast.northwind)
