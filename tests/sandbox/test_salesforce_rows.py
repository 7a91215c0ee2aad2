"""Rows read and written through the real library: answers, guards and refusals as the vendor documents them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from simple_salesforce.exceptions import (
    SalesforceError,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)
from simple_salesforce.format import format_external_id, format_soql

from tests.sandbox.salesforce_org import Org

DEAL = "VartopiaDRS__Registration__c"
STATUS = "VartopiaDRS__Status__c"


def refusal(write: Any, *given: Any, **more: Any) -> dict[str, Any]:
    with pytest.raises(SalesforceError) as caught:
        write(*given, **more)
    content: Any = caught.value.content
    (error,) = content
    assert isinstance(error, dict)
    return error


def account(org: Org, name: str) -> dict[str, Any]:
    soql = "SELECT Id, OwnerId, Contracted_Territories__c, SystemModstamp FROM Account WHERE Name = {}"
    return org.one(format_soql(soql, name))


def user(org: Org, name: str) -> str:
    return str(org.one(format_soql("SELECT Id FROM User WHERE Name = {}", name))["Id"])


def test_a_row_and_its_headers(org: Org) -> None:
    identity = account(org, "Northwind DevOps GmbH")["Id"]
    row = org.sf.Account.get(identity[:15])
    assert row["attributes"]["url"].endswith(f"/sobjects/Account/{identity}")
    assert (row["Name"], row["IsDeleted"], row["Contracted_Territories__c"]) == (
        "Northwind DevOps GmbH",
        False,
        "Germany;Austria;Switzerland",
    )
    answer = org.ask("GET", f"/sobjects/Account/{identity}", params={"fields": "Name,Website"})
    assert answer.json().keys() == {"attributes", "Id", "Name", "Website"}
    assert answer.headers["ETag"]
    assert answer.headers["Last-Modified"].startswith("Tue, 01 Nov 2022")
    person = org.rows("SELECT Id FROM Contact")[0]["Id"]
    assert "ETag" not in org.ask("GET", f"/sobjects/Contact/{person}").headers


def test_a_change_is_204_and_moves_the_stamps(org: Org) -> None:
    """F-08: each change is later than any before it, however quick they follow."""
    identity = account(org, "Northwind DevOps GmbH")["Id"]
    stamps = [account(org, "Northwind DevOps GmbH")["SystemModstamp"]]
    for number in range(5):
        assert org.sf.Account.update(identity, {"BillingCity": f"Leipzig {number}"}) == 204
        stamps.append(org.sf.Account.get(identity)["SystemModstamp"])
    assert stamps == sorted(set(stamps))
    assert org.sf.Account.get(identity)["LastModifiedDate"] == stamps[-1]
    since = format_soql("SELECT Id FROM Account WHERE SystemModstamp >= {:literal}", stamps[-1])
    assert [row["Id"] for row in org.rows(since)] == [identity]


def test_a_guarded_change(org: Org) -> None:
    """Who read an older row than there is now gets 412, and nothing is changed."""
    identity = account(org, "Northwind DevOps GmbH")["Id"]
    read = org.ask("GET", f"/sobjects/Account/{identity}").headers
    guard = {"If-Unmodified-Since": read["Last-Modified"]}
    assert org.sf.Account.update(identity, {"BillingCity": "Leipzig"}, headers=guard) == 204
    with pytest.raises(SalesforceGeneralError) as caught:
        org.sf.Account.update(identity, {"BillingCity": "Halle"}, headers=guard)
    assert caught.value.status == 412
    with pytest.raises(SalesforceGeneralError):
        org.sf.Account.update(identity, {"BillingCity": "Halle"}, headers={"If-Match": read["ETag"]})
    assert org.sf.Account.get(identity)["BillingCity"] == "Leipzig"
    soon = {"If-Unmodified-Since": format_datetime(datetime.now(UTC), usegmt=True)}
    assert org.sf.Account.update(identity, {"BillingCity": "Halle"}, headers=soon) == 204


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"Partners_Partner_Status__c": "Excellent"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"Contracted_Territories__c": "Germany;Atlantis"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"OwnerId": "{inactive}"}, "INACTIVE_OWNER_OR_USER"),
        ({"OwnerId": "{account}"}, "MALFORMED_ID"),
        ({"OwnerId": "0058dQx00009999AAA"}, "MALFORMED_ID"),
        ({"OwnerId": "0058dQx00009999"}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"Name": ""}, "REQUIRED_FIELD_MISSING"),
        ({"Name": "x" * 256}, "STRING_TOO_LONG"),
        ({"Nme": "x"}, "INVALID_FIELD"),
        ({"SystemModstamp": "2022-11-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"Partners_Signed_Contract_Date__c": "yesterday"}, "JSON_PARSER_ERROR"),
        ({"Name": 5}, "JSON_PARSER_ERROR"),
    ],
)
def test_a_change_that_is_refused(org: Org, given: dict[str, Any], code: str) -> None:
    before = account(org, "Northwind DevOps GmbH")
    known = {"{inactive}": user(org, "Gustav Ohlsson"), "{account}": before["Id"]}
    values = {name: known.get(value, value) for name, value in given.items()}
    assert refusal(org.sf.Account.update, before["Id"], values)["errorCode"] == code
    assert account(org, "Northwind DevOps GmbH") == before


def test_rows_that_cannot_be_made(org: Org) -> None:
    error = refusal(org.sf.Contact.create, {"FirstName": "Ana"})
    assert (error["errorCode"], error["fields"]) == ("REQUIRED_FIELD_MISSING", ["LastName"])
    assert refusal(org.sf.Contact.create, {"LastName": "X", "Email": "no address"})["errorCode"] == (
        "INVALID_EMAIL_ADDRESS"
    )
    answer = org.ask("POST", "/sobjects/Account", data=b"{not json")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_names_of_people_are_put_together(org: Org) -> None:
    made = org.sf.Contact.create({"FirstName": "Ana", "LastName": "Silva"})["id"]
    org.sf.Contact.update(made, {"LastName": "Sousa"})
    assert org.sf.Contact.get(made)["Name"] == "Ana Sousa"
    assert org.sf.Contact.get(made)["Active__c"] is True


def test_only_an_approved_registration_is_won(org: Org) -> None:
    """A rule of the organisation, held against whoever skips the look before the write."""
    deals = {
        row["VartopiaDRS__Vendor_Deal_ID__c"]: row["Id"]
        for row in org.rows(
            f"SELECT Id, VartopiaDRS__Vendor_Deal_ID__c FROM {DEAL}"  # noqa: S608 - not SQL
        )
    }
    registration = getattr(org.sf, DEAL)
    assert registration.update(deals["GL-0048213"], {STATUS: "Closed-Won"}) == 204
    assert registration.update(deals["GL-0048213"], {STATUS: "Closed-Won"}) == 204
    assert refusal(registration.update, deals["GL-0050310"], {STATUS: "Closed-Won"})["errorCode"] == (
        "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    )
    org.act("settings", locked=[deals["GL-0051180"]])
    assert refusal(registration.update, deals["GL-0051180"], {STATUS: "Expired"})["errorCode"] == "UNABLE_TO_LOCK_ROW"


def test_upsert_by_an_external_id(org: Org) -> None:
    """F-08: one row for one key, also when eight ask at once and the key is awkward."""
    key = format_external_id("PHD_Request_Id__c", "PHD 1042/a+7 ü")
    values = {"Subject": "Addendum", "Type": "Legal Request"}
    org.sf.Case.upsert(key, values)  # the library's session, once, before it is shared out

    def put(number: int) -> Any:
        path = f"/sobjects/Case/{key}"
        return org.ask("PATCH", path, json={**values, "Subject": f"Addendum {number}"}).json()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(put, range(8)))
    (row,) = org.rows("SELECT Id, CaseNumber, PHD_Request_Id__c FROM Case WHERE PHD_Request_Id__c LIKE 'PHD%'")
    assert row["PHD_Request_Id__c"] == "PHD 1042/a+7 ü"
    assert results == [{"id": row["Id"], "success": True, "errors": [], "created": False}] * 8
    fresh = org.sf.Case.upsert("PHD_Request_Id__c/PHD-2", values, raw_response=True)
    assert (fresh.status_code, fresh.json()["created"]) == (201, True)
    assert org.sf.Case.get(key)["Subject"].startswith("Addendum")
    assert refusal(org.sf.Case.create, {"PHD_Request_Id__c": "phd-2"})["errorCode"] == "DUPLICATE_VALUE"
    with pytest.raises(SalesforceResourceNotFound):
        org.sf.Case.upsert("Subject/x", values)


def test_a_key_that_several_rows_have(org: Org) -> None:
    answer = org.ask("PATCH", "/sobjects/Account/Partner_Portal_Id__c/PP-2201", json={"Name": "x"})
    assert answer.status_code == 300
    assert len(answer.json()) == 2


def test_many_rows_in_one_request(org: Org) -> None:
    """F-08: HTTP 200 whatever became of the rows; the results are in their order."""
    good, bad = account(org, "Northwind DevOps GmbH"), account(org, "Leerfeld")
    owner = user(org, "Jags Bewas")
    records = [
        {"attributes": {"type": "Account"}, "id": good["Id"], "OwnerId": owner},
        {"attributes": {"type": "Account"}, "id": bad["Id"], "Partner_Track__c": "Premium"},
        {"attributes": {"type": "Account"}, "id": "0018dQx00009999", "OwnerId": owner},
    ]

    def patch(*, all_or_none: bool, rows: list[dict[str, Any]]) -> Any:
        body = {"allOrNone": all_or_none, "records": rows}
        return org.sf.restful("composite/sobjects", method="PATCH", json=body)

    results = patch(all_or_none=True, rows=records)
    assert [[error["statusCode"] for error in one["errors"]] for one in results] == [
        ["ALL_OR_NONE_OPERATION_ROLLED_BACK"],
        ["INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"],
        ["INVALID_CROSS_REFERENCE_KEY"],
    ]
    assert account(org, "Northwind DevOps GmbH") == good
    results = patch(all_or_none=False, rows=records)
    assert results[0] == {"id": good["Id"], "success": True, "errors": []}
    assert [one["success"] for one in results] == [True, False, False]
    assert account(org, "Northwind DevOps GmbH")["OwnerId"] == owner
    with pytest.raises(SalesforceMalformedRequest, match="more than 200 records"):
        patch(all_or_none=False, rows=records[:1] * 201)
    mixed = [{"attributes": {"type": kind}, "id": "0018dQx00009999"} for kind in ("Account", "Contact")] * 6
    with pytest.raises(SalesforceMalformedRequest, match="chunks"):
        patch(all_or_none=False, rows=mixed)


def test_deleted_rows_are_seen_by_query_all_only(org: Org) -> None:
    """F-08: with an account go its people."""
    helvia = account(org, "Helvia Italia S.r.l.")["Id"]
    assert org.sf.Account.delete(helvia) == 204
    with pytest.raises(SalesforceResourceNotFound, match="ENTITY_IS_DELETED"):
        org.sf.Account.get(helvia)
    query = format_soql("SELECT Name, IsDeleted FROM Contact WHERE AccountId = {} ORDER BY Name", helvia)
    assert org.rows(query) == []
    gone = org.rows(query, include_deleted=True)
    assert [(row["Name"], row["IsDeleted"]) for row in gone] == [("Beatrice Roth", True), ("Paolo Ferri", True)]


def test_a_merge(org: Org) -> None:
    """F-08: the loser says into whom, and what hung on it hangs on the master, all with new stamps."""
    master, loser = (row["Id"] for row in org.rows("SELECT Id FROM Account WHERE Name = 'Doppel Digital AG'"))
    before = org.sf.Account.get(loser)["SystemModstamp"]
    org.act("merge", master=master, loser=loser[:15])
    soql = "SELECT IsDeleted, MasterRecordId, SystemModstamp FROM Account WHERE Id = {}"
    (row,) = org.rows(format_soql(soql, loser), include_deleted=True)
    assert (row["IsDeleted"], row["MasterRecordId"]) == (True, master)
    assert row["SystemModstamp"] > before
    soql = "SELECT Name, SystemModstamp FROM Contact WHERE AccountId = {} ORDER BY Name"
    people = org.rows(format_soql(soql, master))
    assert [one["Name"] for one in people] == ["Lena Doppel", "Marc Doppel"]
    assert max(one["SystemModstamp"] for one in people) > before
    first, second = (row["Id"] for row in org.rows("SELECT Id FROM Contact WHERE Email = 'beat.roth@helvia.example'"))
    org.act("merge", master=first, loser=second)
    with pytest.raises(SalesforceResourceNotFound):
        org.sf.Contact.get(second)
    refused = org.http.post(f"{org.url}/salesforce/merge", json={"master": first, "loser": master})
    assert refused.status_code == 400


def test_describe(org: Org) -> None:
    """F-09: what `check_vendors` looks at."""
    fields = {one["name"]: one for one in org.sf.Account.describe()["fields"]}
    status = fields["Partners_Partner_Status__c"]
    assert (status["type"], status["label"], status["updateable"], status["restrictedPicklist"]) == (
        "picklist",
        "Partner Status",
        True,
        True,
    )
    assert [value["value"] for value in status["picklistValues"]][:2] == ["Authorized", "Prospect"]
    assert fields["Contracted_Territories__c"]["type"] == "multipicklist"
    assert (fields["OwnerId"]["referenceTo"], fields["OwnerId"]["relationshipName"]) == (["User"], "Owner")
    assert fields["SystemModstamp"]["updateable"] is False
    assert fields["Partner_Account_IBAN_Number__c"]["type"] == "string"
    case = {one["name"]: one for one in org.sf.Case.describe()["fields"]}
    assert (case["PHD_Request_Id__c"]["externalId"], case["Description"]["filterable"]) == (True, False)
    assert {one["name"] for one in org.sf.describe()["sobjects"]} >= {"Account", "Invoice__c", DEAL, "FeedItem"}


def test_the_seed_has_what_tests_prove_is_never_asked_for(org: Org) -> None:
    """S-27: bank and tax numbers are there to be left alone."""
    filled = org.rows(
        "SELECT Partner_Account_IBAN_Number__c, Partner_VAT_Tax_ID__c FROM Account "
        "WHERE Partner_Account_IBAN_Number__c != null AND Partner_VAT_Tax_ID__c != null"
    )
    assert len(filled) == 14
