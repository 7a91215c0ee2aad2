"""The pages of the Salesforce stand-in: a person looks at records and changes them, without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from tests.sandbox.salesforce_org import Org

ACCOUNT = "/salesforce/Account/0018dQx00000001ABA/"


def post(org: Org, path: str, form: Mapping[str, object]) -> requests.Response:
    return org.http.post(org.url + path, data=form, timeout=10, allow_redirects=False)


def test_a_person_changes_an_account(org: Org) -> None:
    """F-08: what the desk's pull then finds."""
    before = org.one("SELECT SystemModstamp, Website FROM Account WHERE Name = 'Northwind DevOps GmbH'")
    page = org.http.get(f"{org.url}{ACCOUNT}change", timeout=10).text
    assert '<option value="Authorized" selected>' in page
    assert "<script" not in page
    form = {
        "Name": "O'Brien & <Söhne>",
        "Partners_Partner_Status__c": "NDA",
        "Contracted_Territories__c": ["Germany", "Switzerland"],
        "OwnerId": "0058dQx00000002ABA",
    }
    answer = post(org, f"{ACCOUNT}change", form)
    assert (answer.status_code, answer.headers["Location"]) == (302, ACCOUNT)
    after = org.one(
        "SELECT Name, Partners_Partner_Status__c, Contracted_Territories__c, Owner.Name, Website, SystemModstamp "
        "FROM Account WHERE Id = '0018dQx00000001ABA'"
    )
    assert (after["Name"], after["Partners_Partner_Status__c"]) == ("O'Brien & <Söhne>", "NDA")
    assert (after["Contracted_Territories__c"], after["Owner"]["Name"]) == ("Germany;Switzerland", "Jay Bahar")
    assert after["Website"] == before["Website"]
    assert after["SystemModstamp"] > before["SystemModstamp"]


def test_a_refusal_keeps_what_was_typed(org: Org) -> None:
    answer = post(org, f"{ACCOUNT}change", {"Name": "", "Industry": "<Water>"})
    assert (answer.status_code, "Required fields are missing" in answer.text) == (400, True)
    assert "&lt;Water&gt;" in answer.text
    assert org.one("SELECT Name FROM Account WHERE Id = '0018dQx00000001ABA'")["Name"] == "Northwind DevOps GmbH"


def test_a_record_goes_into_the_bin(org: Org) -> None:
    assert post(org, f"{ACCOUNT}delete", {}).status_code == 302
    assert not org.rows("SELECT Id FROM Account WHERE Id = '0018dQx00000001ABA'")
    assert org.http.get(f"{org.url}{ACCOUNT}change", timeout=10).status_code == 404
    assert "deleted" in org.http.get(f"{org.url}{ACCOUNT}", timeout=10).text


def test_files_are_not_changed_by_hand(org: Org) -> None:
    assert post(org, "/salesforce/ContentVersion/0688dQx00000001AAA/change", {"Title": "x"}).status_code == 404
