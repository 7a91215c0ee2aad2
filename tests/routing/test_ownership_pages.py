"""The pages of a change of owner, over HTTP to us and to the sandbox: chosen, seen, applied, told, undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.salesforce.client import client as salesforce
from partners.models import Account
from people.models import ChannelManager
from routing import ownership
from routing.models import Coverage, OwnershipChange
from routing.ownership import Wanted
from routing.ownership import there as in_salesforce
from tests.conftest import Cast
from tests.routing.ownership_desk import (
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

HTMX = {"HX-Request": "true"}


@pytest.fixture
def org(sandbox: VendorSandbox, cast: Cast) -> VendorSandbox:
    Account.objects.all().delete()
    ChannelManager.objects.filter(pk=cast.manager.pk).update(salesforce_id="0058dQx00000019ABA")
    return sandbox


@pytest.fixture
def maria(org: VendorSandbox) -> ChannelManager:
    made = manager("Maria Henry", MARIA, salesforce_email="maria.henry@example.com")
    for place in ("DE", "PL"):
        Coverage.objects.create(
            section="emea", section_title="EMEA", area=place, place=place, manager=made, valid_from="2022-11-01"
        )
    return made


@pytest.fixture
def northwind(maria: ChannelManager) -> Account:
    mirrored(OBRIEN)
    Account.objects.filter(salesforce_id=OBRIEN).update(contracted_territories=["Germany", "Poland"])
    return mirrored(NORTHWIND)[0]


@pytest.fixture
def nadia(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def new(account: Account) -> str:
    return f"/routing/changes/new/?account={account.pk}"


def statements(by: Client, address: str) -> int:
    by.get(address)  # what the shell keeps is there
    with CaptureQueriesContext(connection) as captured:
        assert by.get(address).status_code == 200
    return len(captured)


def do(by: Client, change: OwnershipChange, verb: str) -> str:
    return text(by.post(f"/routing/changes/{change.pk}/do/{verb}/", follow=True))


def test_chosen_seen_applied_read_back_and_undone(
    org: VendorSandbox, nadia: Client, maria: ChannelManager, northwind: Account
) -> None:
    page = text(nadia.get(new(northwind)))
    assert "Contracted for now" in page
    assert f'<option value="{maria.pk}" selected>Maria Henry</option>' in page  # whom the rules name
    given = {"manager": maria.pk, "keep": ["Germany", "Austria"], "add": ["Poland"], "why": "She has Poland now."}
    shown = text(nadia.post(new(northwind), given, follow=True))
    change = OwnershipChange.objects.get()
    assert "Apply in Salesforce" in shown
    assert "The account team is removed" in shown
    assert "Reading it in Salesforce" in shown
    assert 'data-poll="1"' in shown
    assert writes(org) == []
    in_salesforce.read_again(change.pk)
    assert "data-poll" not in text(nadia.get(f"/routing/changes/{change.pk}/"))
    moving = do(nadia, change, "approve")
    assert 'data-poll="2"' in moving
    work(change)
    done = text(nadia.get(f"/routing/changes/{change.pk}/", headers=HTMX))
    assert "<html" not in done
    assert "the owner is Maria Henry" in done
    assert "data-poll" not in done
    assert set(there(NORTHWIND).contracted_territories) == {"Germany", "Austria", "Poland"}
    assert "Undo: Owner of Northwind DevOps GmbH" in do(nadia, change, "undo")
    do(nadia, change, "undo")
    work(OwnershipChange.objects.get(kind="undo"))
    assert set(there(NORTHWIND).contracted_territories) == {"Germany", "Austria", "Switzerland"}
    assert "Undone by" in text(nadia.get(f"/routing/changes/{change.pk}/"))


def test_territories_are_suggested_by_the_new_owners_area(
    nadia: Client, maria: ChannelManager, northwind: Account
) -> None:
    Account.objects.filter(pk=northwind.pk).update(contracted_territories=["Austria"])
    part = text(nadia.get(f"{new(northwind)}&manager={maria.pk}", headers=HTMX))
    assert "<html" not in part
    suggested, others = part.split("Add others", 1)
    assert 'value="Germany" checked' in suggested
    assert 'value="Poland"' in others
    assert 'value="Poland" checked' not in others
    assert "outside the area" in suggested  # Austria, which the partner has


def test_a_change_that_says_nothing_or_no_reason_is_not_prepared(nadia: Client, northwind: Account) -> None:
    kept = {"manager": "", "keep": northwind.contracted_territories}
    answer = nadia.post(new(northwind), kept)
    assert answer.status_code == 422
    assert "Say why" in text(answer)
    answer = nadia.post(new(northwind), {**kept, "why": "Tidy."})
    assert "Choose the new owner, or change a territory." in text(answer)
    assert nadia.post(new(northwind), {**kept, "manager": 10**9, "add": ["Mars"], "why": "x"}).status_code == 422
    assert not OwnershipChange.objects.exists()


def test_ones_own_preview_is_replaced_and_anothers_is_named(
    nadia: Client, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    single(northwind, maria, by=cast.lena)
    assert "Lena Brandt has begun to change this owner already" in text(nadia.get(new(northwind)))
    given = {"manager": maria.pk, "keep": northwind.contracted_territories, "why": "The area moved."}
    for _time in range(2):
        nadia.post(new(northwind), given)
    states = OwnershipChange.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["preview", "dropped", "preview"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"partner_type": "Alliance"}, "only channel accounts get another owner here"),
        ({"public_sector": None}, "is not filled in. Set it to No in Salesforce, then read again."),
    ],
)
def test_what_stands_in_the_way_is_said_and_there_is_nothing_to_apply(
    nadia: Client, cast: Cast, maria: ChannelManager, northwind: Account, fields: dict[str, Any], words: str
) -> None:
    Account.objects.filter(pk=northwind.pk).update(**fields)
    northwind.refresh_from_db()
    page = text(nadia.get(f"/routing/changes/{single(northwind, maria, by=cast.nadia).pk}/"))
    assert words in page
    assert "Apply in Salesforce" not in page
    assert "Read again" in page


def test_changed_meanwhile_leads_to_read_again(
    nadia: Client, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    change = ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia)
    salesforce().update("Account", NORTHWIND, {"OwnerId": JAY})
    work(change)
    page = text(nadia.get(f"/routing/changes/{change.pk}/"))
    assert "The account has got another owner meanwhile: Jay Bahar." in page
    assert "/do/retry/" not in page
    do(nadia, change, "read-again")
    in_salesforce.read_again(change.pk)
    page = text(nadia.get(f"/routing/changes/{change.pk}/"))
    assert "Jay Bahar" in page
    assert "Apply in Salesforce" in page


def test_a_suspected_duplicate_shows_its_own_button(
    org: VendorSandbox, nadia: Client, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    org.fault("salesforce", "duplicates", times=1, match="PATCH .*/Account/")
    change = work(ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia))
    assert "Write it all the same" in text(nadia.get(f"/routing/changes/{change.pk}/"))
    do(nadia, change, "allow-duplicate")
    assert work(change).state == "done"


def test_a_channel_manager_reads_and_presses_nothing(
    client: Client, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    change = single(northwind, maria, by=cast.nadia)
    client.force_login(cast.sofia)
    page = text(client.get(f"/routing/changes/{change.pk}/"))
    assert "Maria Henry" in page
    assert "Apply in Salesforce" not in page
    assert client.post(f"/routing/changes/{change.pk}/do/approve/").status_code == 403
    assert client.get(new(northwind)).status_code == 403


def test_a_list_is_approved_by_somebody_else_and_shown_by_owner_and_state(
    nadia: Client, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    rows = [Wanted(account=northwind, number=2, new_owner=maria), Wanted(account=None, number=3, salesforce_id="x")]
    change = ownership.prepare("bulk", rows, title="Autumn list", why="", by=cast.nadia)
    assert "Send for approval" in text(nadia.get(f"/routing/changes/{change.pk}/"))
    page = do(nadia, change, "submit")
    assert "A lead who did not ask for it approves it." in page
    assert "Approve and apply" not in page
    assert "Somebody else must approve it" in do(nadia, change, "approve")
    page = text(nadia.get(f"/routing/changes/{change.pk}/?rows=rejected"))
    assert "is no id of Salesforce" in page
    assert f'href="/partners/{northwind.pk}/"' not in page
    lead = Client()
    lead.force_login(cast.lena)
    assert "Pause" in do(lead, change, "approve")


def test_an_unknown_act_and_a_change_for_nobody(nadia: Client, cast: Cast, northwind: Account) -> None:
    change = single(northwind, None, by=cast.nadia, add_territories=["Poland"])
    assert nadia.post(f"/routing/changes/{change.pk}/do/explode/").status_code == 404
    assert nadia.get("/routing/changes/new/").status_code == 404
    assert nadia.get("/routing/changes/new/?account=999999").status_code == 404
    assert "stays" in text(nadia.get(f"/routing/changes/{change.pk}/"))
    assert only_row(change).state == "waiting"


def test_the_history_is_narrowed_and_paged_with_as_many_statements_however_long(nadia: Client, cast: Cast) -> None:
    made = [
        OwnershipChange(kind="bulk" if n % 2 else "single", title=f"Change {n:03}", state="done", asked_by=cast.nadia)
        for n in range(120)
    ]
    OwnershipChange.objects.bulk_create(made)
    few = statements(nadia, "/routing/changes/?kind=bulk&state=running")
    first = nadia.get("/routing/changes/?kind=bulk")
    assert statements(nadia, "/routing/changes/?kind=bulk") <= few + 1
    assert "Change 119" in text(first)
    assert "Change 118" not in text(first)
    older = first.context["page"].next
    page = nadia.get(older)
    assert "Change 019" in text(page)
    assert "Change 021" not in text(page)
    assert "Change 119" in text(nadia.get(page.context["page"].previous))
    assert "No change of owners is like that." in text(nadia.get("/routing/changes/?state=partly"))
    assert nadia.get("/routing/changes/?state=nonsense&after=nonsense").status_code == 200


def test_a_long_list_is_shown_in_pages_with_as_many_statements(
    nadia: Client, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    rows = [Wanted(account=None, number=n, salesforce_id="x", name=f"Partner {n:03}") for n in range(1, 251)]
    short = ownership.prepare("bulk", rows[:2], title="Short", why="", by=cast.nadia)
    change = ownership.prepare("bulk", rows, title="Long", why="", by=cast.nadia)
    few = statements(nadia, f"/routing/changes/{short.pk}/")
    assert statements(nadia, f"/routing/changes/{change.pk}/") == few
    page = text(nadia.get(f"/routing/changes/{change.pk}/"))
    assert "Partner 100" in page
    assert "Partner 101" not in page
    assert "Partner 101" in text(nadia.get(f"/routing/changes/{change.pk}/?after=100"))


def test_after_a_day_the_page_says_why_there_is_no_undo(
    nadia: Client, cast: Cast, maria: ChannelManager, northwind: Account
) -> None:
    change = work(ownership.approve(single(northwind, maria, by=cast.nadia), by=cast.nadia))
    OwnershipChange.objects.update(finished=timezone.now() - timedelta(hours=25))
    page = text(nadia.get(f"/routing/changes/{change.pk}/"))
    assert "It was written more than 24 hours ago" in page
    assert "/do/undo/" not in page


def test_another_manager_takes_back_no_choice_of_territories(
    nadia: Client, northwind: Account, maria: ChannelManager
) -> None:
    """The page sends what is ticked along with the manager; without it all that stand there are ticked."""
    asked: dict[str, Any] = {"account": northwind.pk, "manager": maria.pk}
    begun = nadia.get("/routing/changes/new/", asked, headers=HTMX).context["asked"]
    assert begun.kept == northwind.contracted_territories
    chosen = nadia.get("/routing/changes/new/", asked | {"chosen": 1, "keep": ["Germany"]}, headers=HTMX)
    assert (chosen.context["asked"].kept, chosen.context["asked"].manager) == (["Germany"], maria)
    none = nadia.get("/routing/changes/new/", asked | {"chosen": 1}, headers=HTMX).context["asked"]
    assert none.kept == []
