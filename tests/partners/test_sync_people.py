"""Which user of Salesforce a channel manager is: where it is beyond doubt, and never against what a person said."""

from __future__ import annotations

from integrations.salesforce.shapes import UserRef
from journal.record import events_of
from partners import sync_people, tasks
from people.models import ChannelManager, SolutionsArchitect
from tests.conftest import Cast
from tests.sandbox_desk import VendorSandbox


def user(number: int, name: str, email: str = "") -> UserRef:
    return UserRef(id=f"0058dQx0000{number:04}ABA", name=name, email=email, active=True)


def test_the_published_people_are_found_by_name_and_stay_as_set(handbook: None, sandbox: VendorSandbox) -> None:
    ChannelManager.objects.filter(name="Jay Bahar").update(salesforce_id="005000000000001AAA")
    found = tasks.link_people()
    assert found >= 16
    lisa = ChannelManager.objects.get(name="Lisa Cartagena")
    assert (lisa.salesforce_id, lisa.salesforce_email) == ("0058dQx00000003ABA", "lisa.cartagena@example.com")
    assert ChannelManager.objects.get(name="Teo Wan Ping").salesforce_id == "0058dQx00000009ABA"
    assert ChannelManager.objects.get(name="Jay Bahar").salesforce_id == "005000000000001AAA"
    event = events_of(lisa).get()
    assert (event.verb, event.actor_name) == ("person linked", "Salesforce")
    asked = len(sandbox.requests("salesforce"))
    assert tasks.link_people() == 0
    left = (
        ChannelManager.objects.filter(salesforce_id="").count()
        + SolutionsArchitect.objects.filter(salesforce_id="").count()
    )
    assert (len(sandbox.requests("salesforce")) > asked) == bool(left)


def test_an_address_says_more_than_a_name_and_two_of_a_name_say_nothing(cast: Cast) -> None:
    by_address, by_name = user(1, "S. Marchetti", "Sofia@desk.example.com"), user(2, "Sofia Marchetti")
    assert sync_people.certain(cast.manager, [by_name, by_address]) == by_address
    assert sync_people.certain(cast.manager, [by_name]) == by_name
    assert sync_people.certain(cast.manager, [by_name, user(3, "sofia  marchetti")]) is None
    assert sync_people.certain(cast.manager, [user(4, "Sofia Marchetti-Weber")]) is None


def test_nothing_is_asked_when_everybody_has_a_user(cast: Cast, sandbox: VendorSandbox) -> None:
    ChannelManager.objects.update(salesforce_id="0058dQx00000099ABA")
    assert tasks.link_people() == 0
    assert not sandbox.requests("salesforce")


def test_salesforce_away_is_no_fault(handbook: None, sandbox: VendorSandbox) -> None:
    sandbox.fault("salesforce", "503")
    assert tasks.link_people() == 0
