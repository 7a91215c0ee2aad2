"""Every line of the spreadsheet against what we know: what only a file can get wrong, each once."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from partners.models import Account
from people.models import ChannelManager
from routing.bulk import checking
from routing.bulk.checking import Checked
from routing.bulk.sheets import Line
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
NORTHWIND, UNKNOWN = "0018dQx00000001ABA", "0018dQx0000ZZZZABA"
SOFIA, JAGS = "0058dQx00000002ABA", "0058dQx00000004ABA"


@pytest.fixture
def account(cast: Cast) -> Account:
    cast.manager.salesforce_id, cast.manager.salesforce_email = SOFIA, "sofia.marchetti@example.com"
    cast.manager.save()
    ChannelManager.objects.create(name="Jags Bewas", salesforce_id=JAGS)
    values = {
        "salesforce_id": NORTHWIND,
        "partner_type": "Channel",
        "public_sector": False,
        "owner_id": JAGS,
        "owner_name": "Jags Bewas",
        "owner_email": "jags.bewas@example.com",
        "contracted_territories": ["Germany", "Korea, Republic of"],
    }
    Account.objects.filter(pk=cast.northwind.pk).update(**values)
    return Account.objects.get(pk=cast.northwind.pk)


def one(**said: Any) -> Checked:
    given = {"account_id": NORTHWIND, "new_owner": "Sofia Marchetti", **said}
    (checked,) = checking.check([Line(number=2, **given)])
    return checked


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"account_id": NORTHWIND[:15]},
        {"new_owner": " sofia  MARCHETTI"},
        {"new_owner": "sofia.marchetti@example.com"},
        {"new_owner": "", "new_owner_id": SOFIA},
        {"new_owner_id": SOFIA[:15]},
        {"current_owner": "jags bewas"},
        {"current_owner": "jags.bewas@example.com"},
        {"current_owner": JAGS[:15]},
        {"account_name": "NORTHWIND DevOps, GmbH"},
        {"public_sector": "no"},
    ],
)
def test_a_line_is_understood_however_it_names_account_and_owner(account: Account, said: dict[str, str]) -> None:
    checked = one(**said)
    assert (checked.words, checked.account, checked.salesforce_id) == ("", account, NORTHWIND)
    assert checked.owner is not None
    assert checked.owner.name == "Sofia Marchetti"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"account_id": ""}, "The id of the account is missing."),
        ({"account_id": "0018dQx0000001"}, "is no Salesforce id of an account"),
        ({"account_id": SOFIA}, "is no Salesforce id of an account"),
        ({"account_id": NORTHWIND[:15] + "AAA"}, "is no Salesforce id of an account"),
        ({"account_id": UNKNOWN[:15]}, "No partner account has the id"),
        ({"account_name": "Bluepeak Systems Inc."}, "The id is that of Northwind DevOps GmbH, the file calls it"),
        ({"new_owner": ""}, "No new owner is named."),
        ({"new_owner": "Sofia Marcetti"}, "Close to it: Sofia Marchetti."),
        ({"new_owner": "Qqq Xyz"}, "No channel manager is named “Qqq Xyz”."),
        ({"new_owner_id": JAGS}, "NewOwner says Sofia Marchetti, NewOwnerId is the user of Jags Bewas."),
        ({"new_owner_id": "0058dQx00000099"}, "No channel manager has the Salesforce user"),
        ({"new_owner_id": NORTHWIND}, "is no Salesforce id of a user"),
        ({"current_owner": "Sofia Marchetti"}, "The owner is Jags Bewas now, not Sofia Marchetti as in the file."),
        ({"public_sector": "Yes"}, "Public Sector Partner is No in Salesforce, the file says Yes."),
        ({"public_sector": "perhaps"}, "which is neither Yes nor No."),
        ({"territories": "x" * 81}, "is too long for a territory."),
    ],
)
def test_what_is_wrong_with_a_line_is_said(account: Account, said: dict[str, str], words: str) -> None:
    assert words in one(**said).words


def test_two_managers_of_one_address_are_told_apart_by_the_id(account: Account) -> None:
    other = ChannelManager.objects.get(name="Jags Bewas")
    other.salesforce_email = "Sofia.Marchetti@example.com"
    other.save()
    assert "Add the NewOwnerId." in one(new_owner="sofia.marchetti@example.com").words


@pytest.mark.parametrize(
    ("said", "add", "remove"),
    [
        ("", [], []),
        ("germany; KOREA, republic of", [], []),
        ("Germany, Austria", ["Austria"], ["Korea, Republic of"]),
        ("Korea, Republic of", [], ["Germany"]),
        ("Austria;Austria", ["Austria"], ["Germany", "Korea, Republic of"]),
    ],
)
def test_territories_are_the_whole_list_an_account_shall_have(
    account: Account, said: str, add: list[str], remove: list[str]
) -> None:
    assert one(territories=said).change == (add, remove)


def test_lines_that_contradict_each_other_are_all_refused_and_equal_ones_are_not(account: Account) -> None:
    lines = [
        Line(number=2, account_id=NORTHWIND, new_owner="Sofia Marchetti"),
        Line(number=3, account_id=NORTHWIND[:15], new_owner_id=SOFIA),
    ]
    assert [found.words for found in checking.check(lines)] == ["", ""]
    lines.append(Line(number=7, account_id=NORTHWIND, new_owner="Jags Bewas"))
    words = "Lines 2, 3, 7 want different things for this account."
    assert [found.words for found in checking.check(lines)] == [words] * 3


def test_the_number_of_statements_does_not_grow_with_the_lines(
    account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Account.objects.bulk_create(
        Account(name=f"Partner {number}", salesforce_id=f"0018dQx0000{number:04}AAA") for number in range(300)
    )
    lines = [
        Line(number=number + 2, account_id=f"0018dQx0000{number:04}", new_owner="Sofia Marchetti")
        for number in range(300)
    ]
    with django_assert_num_queries(3):
        checking.check(lines)
