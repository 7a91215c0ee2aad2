"""/api/v1/partners/: the shape, the filters, pages by cursor, colleagues only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from partners.models import Account, AccountDomain, AccountName
from tests.api.conftest import ClientOf
from tests.conftest import Cast

PARTNERS = "/api/v1/partners/"


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["name"] for one in answer.json()["results"]]


def test_a_partner_has_the_shape_of_the_contract(desk: APIClient, cast: Cast) -> None:
    account = Account.objects.create(
        name="O'Brien & Söhne GmbH",
        salesforce_id="001A0000006Vm9rIAC",
        signed_contract_date=date(2021, 3, 14),
        contracted_territories=["Germany"],
        public_sector=False,
        owner_name="Pat Owner",
        owner_email="pat.owner@example.com",
        channel_manager=cast.manager,
    )
    AccountDomain.objects.create(account=account, domain="obrien.example")
    AccountName.objects.create(account=account, name="obrien soehne")
    shown = desk.get(f"{PARTNERS}{account.pk}/").json()
    assert shown["id"] == account.pk
    assert shown["name"] == "O'Brien & Söhne GmbH"
    assert shown["salesforce_id"] == "001A0000006Vm9rIAC"
    assert shown["signed_contract_date"] == "2021-03-14"
    assert shown["public_sector"] is False
    assert (shown["domains"], shown["other_names"]) == (["obrien.example"], ["obrien soehne"])
    assert shown["channel_manager"] == {"name": "Sofia Marchetti"}
    assert shown["owner"] == {"name": "Pat Owner", "email": "pat.owner@example.com"}
    unknown = desk.get(f"{PARTNERS}{cast.bluepeak.pk}/").json()
    assert (unknown["public_sector"], unknown["owner"], unknown["channel_manager"]) == (None, None, None)
    assert (unknown["signed_contract_date"], unknown["merged_into"], unknown["deleted"]) == (None, None, None)


def test_filters_narrow_and_an_unknown_one_is_an_error(desk: APIClient, cast: Cast) -> None:
    Account.objects.create(name="Gone", merged_into=cast.northwind, deleted=timezone.now())
    assert names(desk.get(PARTNERS)) == ["Bluepeak Systems Inc.", "Northwind DevOps GmbH"]
    assert names(desk.get(f"{PARTNERS}?status=gone")) == ["Gone"]
    assert names(desk.get(f"{PARTNERS}?track=Select,Open")) == ["Bluepeak Systems Inc.", "Northwind DevOps GmbH"]
    assert names(desk.get(f"{PARTNERS}?track=Select&region=EMEA")) == ["Northwind DevOps GmbH"]
    assert names(desk.get(f"{PARTNERS}?channel_manager=sofia marchetti")) == ["Northwind DevOps GmbH"]
    assert names(desk.get(f"{PARTNERS}?channel_manager=nobody")) == ["Bluepeak Systems Inc."]
    assert names(desk.get(f"{PARTNERS}?q=bluepeak.example.com")) == ["Bluepeak Systems Inc."]
    for wrong in ("track=Gold", "region=Mars", "channel_manager=Ghost", "colour=red", "q=%00", "cursor=x"):
        answer = desk.get(f"{PARTNERS}?{wrong}")
        assert answer.status_code == 400, wrong
        assert wrong.partition("=")[0] in answer.json()["errors"]
    merged = desk.get(f"{PARTNERS}{Account.objects.get(name='Gone').pk}/").json()
    assert merged["merged_into"] == {"id": cast.northwind.pk, "name": "Northwind DevOps GmbH"}


def test_pages_go_on_by_cursor_with_a_fixed_number_of_statements(desk: APIClient, cast: Cast) -> None:
    Account.objects.bulk_create([Account(name=f"Partner {n}", channel_manager=cast.manager) for n in range(8)])
    AccountDomain.objects.bulk_create(
        [AccountDomain(account=one, domain=f"p{one.pk}.example") for one in Account.objects.all()]
    )
    desk.get(PARTNERS)  # the token's first use is written down
    seen: list[str] = []
    statements: set[int] = set()
    address = f"{PARTNERS}?limit=5"
    while address:
        with CaptureQueriesContext(connection) as asked:
            answer = desk.get(address)
        statements.add(len(asked))
        seen += names(answer)
        address = answer.json()["next"]
    assert len(seen) == len(set(seen)) == 10
    assert len(statements) == 1


@pytest.mark.parametrize("pk", ["0", "999999", "99999999999999999999999", "x", "-1"])
def test_an_id_of_nobody_is_404(desk: APIClient, pk: str) -> None:
    assert desk.get(f"{PARTNERS}{pk}/").status_code == 404


def test_partners_read_none_of_it(cast: Cast, as_user: ClientOf, anybody: APIClient) -> None:
    """S-12: not even their own."""
    assert cast.katrin.user is not None
    for address in (PARTNERS, f"{PARTNERS}{cast.northwind.pk}/"):
        assert anybody.get(address).status_code == 401
        refused = as_user(cast.katrin.user).get(address)
        assert refused.status_code == 403
        assert "Northwind" not in refused.content.decode()
    assert names(as_user(cast.sofia).get(PARTNERS)) == ["Bluepeak Systems Inc.", "Northwind DevOps GmbH"]
