"""`/partners/`: who is found by what, filters, pages that stay while rows come and go, mine first (issue C; P-rows)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners import listing
from partners.models import Account, AccountDomain, AccountName
from people.models import ChannelManager
from tests.conftest import Cast
from tests.partners.pages.conftest import ClientOf, MakeAccounts, OpenTicket

LIST = "/partners/"


@pytest.fixture
def desk(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.nadia)


def names(client: Client, query: str = "") -> list[str]:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return names_on(answer.content.decode())


def names_on(page: str) -> list[str]:
    return re.findall(r'class="queue-link" href="/partners/\d+/"><bdi>(.*?)</bdi>', page)


def test_the_list_is_by_name_and_leaves_out_who_is_gone(desk: Client, cast: Cast) -> None:
    Account.objects.create(name="able Ltd")
    Account.objects.create(name="Gone GmbH", deleted=timezone.now())
    Account.objects.create(name="Merged GmbH", merged_into=cast.northwind)
    assert names(desk) == ["able Ltd", "Bluepeak Systems Inc.", "Northwind DevOps GmbH"]
    assert names(desk, "?status=gone") == ["Gone GmbH", "Merged GmbH"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("o'brien", ["O&#x27;Brien &amp; Söhne GmbH"]),
        ("söhne  GmbH", ["O&#x27;Brien &amp; Söhne GmbH"]),
        ("OBRIEN sohne", []),
        ("sohne", ["O&#x27;Brien &amp; Söhne GmbH"]),
        ("SOHNE o'b", ["O&#x27;Brien &amp; Söhne GmbH"]),
        ("東京", ["株式会社東京ソリューションズ"]),
        ("Tokyo Solutions K.K.", ["株式会社東京ソリューションズ"]),
        ("obrien.example", ["O&#x27;Brien &amp; Söhne GmbH"]),
        ("obrien", ["O&#x27;Brien &amp; Söhne GmbH"]),
        ("pat@mail.obrien.example", ["O&#x27;Brien &amp; Söhne GmbH"]),
        ("https://www.tokyo.example/en", ["株式会社東京ソリューションズ"]),
        ("001A0000006Vm9r", ["株式会社東京ソリューションズ"]),
        ("001A0000006Vm9rIAC", ["株式会社東京ソリューションズ"]),
        ("001a0000006vm9r", []),
        ("%", []),
        ("\x00", None),
        ("x" * 5000, []),
    ],
)
def test_people_find_a_partner_by_what_they_have(desk: Client, asked: str, found: list[str] | None) -> None:
    """Name, other name, mail domain, address, website, Salesforce id of 15 and of 18 characters."""
    brien = Account.objects.create(name="O'Brien & Söhne GmbH")
    AccountDomain.objects.create(account=brien, domain="obrien.example")
    tokyo = Account.objects.create(
        name="株式会社東京ソリューションズ", salesforce_id="001A0000006Vm9rIAC", website_domain="tokyo.example"
    )
    AccountName.objects.create(account=tokyo, name="tokyo solutions")
    answer = desk.get(LIST, {"q": asked})
    assert answer.status_code == 200
    shown = names_on(answer.content.decode())
    assert (len(shown) == 4) if found is None else (shown == found)


def test_filters_narrow_together_and_the_unknown_is_a_value(desk: Client, cast: Cast) -> None:
    Account.objects.create(name="Nobody knows")
    assert names(desk, "?track=Select") == ["Northwind DevOps GmbH"]
    assert names(desk, "?track=Select&track=Open") == ["Bluepeak Systems Inc.", "Northwind DevOps GmbH"]
    assert names(desk, "?track=Select&region=AMER") == []
    assert names(desk, "?track=unknown") == ["Nobody knows"]
    assert names(desk, f"?channel_manager={cast.manager.pk}") == ["Northwind DevOps GmbH"]
    assert names(desk, "?channel_manager=nobody") == ["Bluepeak Systems Inc.", "Nobody knows"]
    assert names(desk, "?channel_manager=99999999999999999999") == []
    assert names(desk, "?track=%00&region=Mars") == []


def test_filters_offer_the_values_of_this_organisation(desk: Client) -> None:
    Account.objects.create(name="Odd", track="Distribution")
    page = desk.get(f"{LIST}?track=Distribution").content.decode()
    assert names_on(page) == ["Odd"]
    assert "Track is <b>Distribution</b>" in page


def test_pages_go_on_behind_the_last_row_both_ways(desk: Client, partners: MakeAccounts) -> None:
    """Equal names included: the number decides; a new row in between neither repeats nor hides one."""
    partners(listing.SIZE)
    partners(listing.SIZE, name="Same name")
    first = desk.get(LIST).content.decode()
    forward = re.search(r'rel="next" href="([^"]+)"', first)
    assert forward is not None
    Account.objects.create(name="A newcomer before them all")
    second = desk.get(forward[1].replace("&amp;", "&")).content.decode()
    shown = [*re.findall(r'id="p-(\d+)"', first), *re.findall(r'id="p-(\d+)"', second)]
    assert len(shown) == len(set(shown)) == 2 * listing.SIZE
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back is not None
    again = desk.get(back[1].replace("&amp;", "&")).content.decode()
    assert names_on(again) == names_on(first)


def test_a_long_japanese_name_fits_the_mark_of_a_page(desk: Client, partners: MakeAccounts) -> None:
    partners(listing.SIZE + 1, name="東" * 255)
    forward = re.search(r'rel="next" href="([^"]+)"', desk.get(LIST + "?q=東").content.decode())
    assert forward is not None
    assert len(names_on(desk.get(forward[1].replace("&amp;", "&")).content.decode())) == 1


@pytest.mark.parametrize("mark", ["x", "W10", "WyJhIiwxXQ", "WzEsMl0", "a" * 4000, "\x00"])
def test_a_mark_nobody_gave_out_starts_at_the_first_row(desk: Client, mark: str) -> None:
    assert desk.get(LIST, {"after": mark}).status_code == 200
    assert desk.get(LIST, {"before": mark}).status_code == 200


def test_a_channel_manager_sees_their_own_first_and_all_others(cast: Cast, client_of: ClientOf) -> None:
    """Mine first, and colleagues see every partner."""
    Account.objects.create(name="Zeta", channel_manager=cast.manager)
    page = client_of(cast.sofia).get(LIST).content.decode()
    assert names_on(page) == ["Northwind DevOps GmbH", "Zeta", "Bluepeak Systems Inc."]
    assert page.index("Yours") < page.index("Northwind") < page.index("Others") < page.index("Bluepeak")
    assert names(client_of(cast.sofia), "?channel_manager=me") == ["Northwind DevOps GmbH", "Zeta"]


def test_open_tickets_are_counted_for_each_row(desk: Client, opened: OpenTicket, cast: Cast) -> None:
    opened()
    opened()
    page = desk.get(LIST).content.decode()
    row = page[page.index(f'id="p-{cast.northwind.pk}"') :]
    assert re.search(r'accounts-open num" role="gridcell">2 <', row)


def test_htmx_gets_the_rows_and_the_chips_that_fit_them(desk: Client) -> None:
    answer = desk.get(LIST, {"q": "north", "track": "Select"}, HTTP_HX_REQUEST="true")
    page = answer.content.decode()
    assert "<html" not in page
    assert names_on(page) == ["Northwind DevOps GmbH"]
    assert 'id="partner-chips" hx-swap-oob="true"' in page
    assert "q=north" in page  # the chips keep the words
    assert "HX-Request" in answer["Vary"]


def test_the_statements_do_not_grow_with_the_rows(desk: Client, partners: MakeAccounts, cast: Cast) -> None:
    desk.get(LIST)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(LIST)
        return len(asked)

    few = statements()
    manager = ChannelManager.objects.create(name="Another")
    partners(40, channel_manager=manager, deleted=None, created=timezone.now() - timedelta(days=1))
    assert statements() == few <= 16


def test_partners_and_strangers_see_nothing_of_it(cast: Cast, client_of: ClientOf) -> None:
    """S-12."""
    assert cast.katrin.user is not None
    assert client_of(cast.katrin.user).get(LIST).status_code == 403
    assert Client().get(LIST).status_code == 302
