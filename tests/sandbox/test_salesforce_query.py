"""Queries, as the real library sends them: a parser reads them, so that a wrong escape is found here."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceExpiredSession, SalesforceGeneralError, SalesforceMalformedRequest
from simple_salesforce.format import format_soql

from tests.sandbox.salesforce_org import Org

ODD = "O'Brien & Söhne GmbH"


def names(org: Org, condition: str) -> set[str]:
    return {row["Name"] for row in org.rows("SELECT Name FROM Account WHERE " + condition)}  # noqa: S608 - not SQL


def refusal(org: Org, soql: str) -> tuple[str, str]:
    with pytest.raises(SalesforceMalformedRequest) as caught:
        org.sf.query(soql)
    content: Any = caught.value.content
    (error,) = content
    return error["errorCode"], error["message"]


def test_relationships_are_nested_and_none_when_empty(org: Org) -> None:
    """F-08: the shape of a page, attributes and all."""
    soql = "SELECT Id, Name, Owner.Name, Parent.Name, Parent.Owner.Email FROM Account WHERE Name = {}"
    answer = org.sf.query(format_soql(soql, ODD))
    assert (answer["totalSize"], answer["done"]) == (1, True)
    (row,) = answer["records"]
    assert row["attributes"] == {
        "type": "Account",
        "url": f"/services/data/v62.0/sobjects/Account/{row['Id']}",
    }
    assert (row["Name"], row["Owner"]["Name"], row["Parent"]) == (ODD, "Ilaria Pazienza", None)
    child = org.one("SELECT Parent.Name, Parent.Owner.Email FROM Account WHERE Name = 'Helvia Italia S.r.l.'")
    assert child["Parent"]["Name"] == "Helvia Holding AG"
    assert child["Parent"]["Owner"]["Email"] == "ilaria.pazienza@example.com"


@pytest.mark.parametrize(
    "name", [ODD, '100% "real"_name\\', "back\\slash\nline", "株式会社さくらソフト", "x' OR Name != '"]
)
def test_whatever_the_library_escapes_is_found_again(org: Org, name: str) -> None:
    """S-27: no value breaks out of its quotes, and none is changed on the way."""
    made = org.sf.Account.create({"Name": name})["id"]
    assert made in {row["Id"] for row in org.rows(format_soql("SELECT Id FROM Account WHERE Name = {}", name))}
    assert names(org, format_soql("Name LIKE '%{:like}%' AND Id = {}", name, made)) == {name}
    assert names(org, format_soql("Name LIKE '{:like}' AND Id = {}", f"{name[:-1]}_", made)) == set()


def test_like_keeps_its_wildcards_apart(org: Org) -> None:
    for name in ("Zz100%", "Zz100x", "Zz_1", "Zza1"):
        org.sf.Account.create({"Name": name})
    assert names(org, r"Name LIKE 'zz100\%'") == {"Zz100%"}
    assert names(org, r"Name LIKE 'ZZ100_'") == {"Zz100%", "Zz100x"}
    assert names(org, r"Name LIKE 'Zz\_%'") == {"Zz_1"}


CONDITIONS: dict[str, set[str]] = {
    "Name IN ('Leerfeld', 'northwind devops gmbh')": {"Leerfeld", "Northwind DevOps GmbH"},
    "Type = 'Partner' AND Partners_Partner_Status__c NOT IN ('Authorized','Prospect','Pending','NDA','Denied')": {
        "Gestern Systeme KG",
        "Leerfeld",  # a missing value is not in any list
    },
    "Contracted_Territories__c INCLUDES ('Germany;Austria', 'Japan')": {
        "Northwind DevOps GmbH",
        ODD,
        "Kitsune Software KK",
        "株式会社さくらソフト",
    },
    "Contracted_Territories__c EXCLUDES ('Germany') AND Partners_Signed_Contract_Date__c <= 2019-06-27": {
        "Kitsune Software KK",
        "Gestern Systeme KG",
    },
    "Type = 'Partner' AND Website = null": {"Leerfeld"},
    "Owner.IsActive = false": {"Gestern Systeme KG"},
    "NOT (Type != 'Partner' OR Website != null)": {"Leerfeld"},
    "Partners_Partner_Status__c = 'Former' AND (NOT Partner_Track__c = 'Select')": {"Gestern Systeme KG"},
    "Parent.Name LIKE 'helvia%'": {"Helvia Italia S.r.l."},
    "Name > 'Tess' AND Name < 'Tesz'": {"Tessellate Software Ltd"},
    "Partners_Signed_Contract_Date__c = LAST_N_DAYS:3 OR Id = '0018dQx0000000Z'": set(),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions(org: Org, condition: str) -> None:
    assert names(org, condition) == CONDITIONS[condition]


def test_days_and_moments(org: Org) -> None:
    """As the library writes a datetime, in UTC or not, and as people write a day."""
    org.sf.Account.create({"Name": "New today", "Partners_Signed_Contract_Date__c": f"{datetime.now(UTC):%Y-%m-%d}"})
    for day in ("TODAY", "THIS_MONTH", "LAST_N_DAYS:2", f"{datetime.now(UTC):%Y-%m-%d}"):
        assert names(org, f"CreatedDate = {day}") == {"New today"}
        assert names(org, f"Partners_Signed_Contract_Date__c >= {day} AND CreatedDate > YESTERDAY") == {"New today"}
    assert names(org, "CreatedDate < TODAY AND CreatedDate > TODAY") == set()
    seeded = org.one("SELECT SystemModstamp FROM Account WHERE Name = 'Leerfeld'")["SystemModstamp"]
    moment = datetime.strptime(seeded, "%Y-%m-%dT%H:%M:%S.%f%z")
    for zone in (UTC, timezone(timedelta(hours=5, minutes=30))):
        since = format_soql("SystemModstamp >= {} AND SystemModstamp <= {}", moment.astimezone(zone), moment)
        assert names(org, since) == {"Leerfeld"}


def test_ids_count_their_case_and_may_be_short(org: Org) -> None:
    """Two accounts share a name, and their ids differ in case only."""
    first, second = sorted(row["Id"] for row in org.rows("SELECT Id FROM Account WHERE Name = 'Doppel Digital AG'"))
    assert first[:15].lower() == second[:15].lower()
    for one in (first, second):
        assert [row["Id"] for row in org.rows(format_soql("SELECT Id FROM Account WHERE Id = {}", one[:15]))] == [one]
    assert refusal(org, "SELECT Id FROM Account WHERE OwnerId = 'nobody'") == (
        "INVALID_QUERY_FILTER_OPERATOR",
        "invalid ID field: nobody",
    )


def test_order_limit_offset(org: Org) -> None:
    soql = "SELECT BillingCountry FROM Account WHERE Type = 'Partner' ORDER BY BillingCountry {} LIMIT 3 OFFSET 1"
    assert [row["BillingCountry"] for row in org.rows(soql.format("DESC NULLS LAST"))] == ["US"] * 3
    assert [row["BillingCountry"] for row in org.rows(soql.format("ASC"))] == ["AU", "CH", "CH"]
    assert org.rows("SELECT BillingCountry FROM Account ORDER BY BillingCountry LIMIT 1")[0]["BillingCountry"] is None


def test_counting(org: Org) -> None:
    answer = org.sf.query("select count() from Account where Type = 'Partner'")
    assert (answer["totalSize"], answer["records"]) == (29, [])
    answer = org.sf.query("SELECT COUNT(Id) FROM Contact WHERE Email = null")
    assert answer["records"] == [{"attributes": {"type": "AggregateResult"}, "expr0": 1}]


REFUSED = {
    "SELECT Id FROM Account WHERE Name IN ()": "MALFORMED_QUERY",
    "SELECT Id FROM Account WHERE Name = 'x": "MALFORMED_QUERY",
    "SELECT Id FROM Account WHERE Name = 'O'Brien'": "MALFORMED_QUERY",
    r"SELECT Id FROM Account WHERE Name = '\q'": "MALFORMED_QUERY",
    "SELECT Id FROM Account WHERE Name = 'a' AND Type = 'b' OR Type = 'c'": "MALFORMED_QUERY",
    "SELECT FROM Account": "MALFORMED_QUERY",
    "DELETE FROM Account": "MALFORMED_QUERY",
    "SELECT Id FROM Account; DROP TABLE Account": "MALFORMED_QUERY",
    "SELECT Nme FROM Account": "INVALID_FIELD",
    "SELECT Owner__r.Name FROM Account": "INVALID_FIELD",
    "SELECT Id FROM Acount": "INVALID_TYPE",
    "SELECT Id FROM Account WHERE Contracted_Territories__c LIKE '%a%'": "INVALID_FIELD",
    "SELECT Id FROM Account WHERE SystemModstamp > '2022-01-01'": "INVALID_FIELD",
    "SELECT Id FROM Account WHERE Name = 5": "INVALID_FIELD",
    "SELECT Id FROM Opportunity WHERE Amount > 'x'": "INVALID_FIELD",
    "SELECT Id FROM FeedItem WHERE Body LIKE '%PHD%'": "INVALID_FIELD",
    "SELECT Id FROM ContentDocumentLink": "MALFORMED_QUERY",
    "SELECT Id FROM ContentDocumentLink WHERE ShareType = 'V'": "MALFORMED_QUERY",
    "SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId != '0018dQx00000001'": "MALFORMED_QUERY",
}


@pytest.mark.parametrize("soql", REFUSED)
def test_what_the_vendor_refuses(org: Org, soql: str) -> None:
    assert refusal(org, soql)[0] == REFUSED[soql]


def test_the_refusal_points_at_the_place(org: Org) -> None:
    _code, message = refusal(org, "SELECT Id FROM Account WHERE Name IN ()")
    assert "ERROR at Row:1:Column:39" in message
    assert "unexpected token: ')'" in message


def test_pages_follow_each_other(org: Org) -> None:
    """F-08: to the end, each row once, and a page never holds more than was asked for."""
    org.act("bulk", accounts=450, contacts=0)
    soql = "SELECT Id FROM Account ORDER BY SystemModstamp, Id"
    page = org.sf.query(soql, headers={"Sforce-Query-Options": "batchSize=200"})
    found: list[Any] = page["records"]
    while not page["done"]:
        assert len(page["records"]) == 200
        assert re.fullmatch(r"/services/data/v62\.0/query/01g\w{15}-\d+", page["nextRecordsUrl"])
        page = org.sf.query_more(page["nextRecordsUrl"], identifier_is_url=True)
        found += page["records"]
    assert len({row["Id"] for row in found}) == len(found) == page["totalSize"] == 499
    assert [row["Id"] for row in found] == [row["Id"] for row in org.rows(soql)]
    org.act("settings", page_size=7)
    assert len(org.sf.query(soql)["records"]) == 7
    assert len(org.rows(soql)) == 499


def test_a_locator_that_has_ended(org: Org) -> None:
    org.act("settings", page_size=5)
    more = org.sf.query("SELECT Id FROM Account")["nextRecordsUrl"]
    org.act("expire", cursors=True)
    with pytest.raises(SalesforceExpiredSession):
        org.sf.query_more(more, identifier_is_url=True)
    del org.sf
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_QUERY_LOCATOR"):
        org.sf.query_more(more, identifier_is_url=True)


def test_a_uri_that_is_too_long(org: Org) -> None:
    """Chunks of ids must stay below 16,384 bytes."""
    ids = [f"0018dQxZ{number:07d}AFA" for number in range(800)]
    with pytest.raises(SalesforceGeneralError) as caught:
        org.sf.query(format_soql("SELECT Id FROM Account WHERE Id IN {}", ids))
    assert caught.value.status == 414
    known = [row["Id"] for row in org.rows("SELECT Id FROM Account")]
    assert len(org.rows(format_soql("SELECT Id FROM Account WHERE Id IN {}", [*known, *ids[:200]]))) == len(known)
