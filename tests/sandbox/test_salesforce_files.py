"""Files, links and posts, as the desk leaves them on an opportunity; and the pages that show them to people."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound
from simple_salesforce.format import format_soql

from tests.sandbox.salesforce_org import Org

LOOK = (
    "SELECT ContentDocumentId, ContentDocument.Title, ContentDocument.LatestPublishedVersion.Checksum "
    "FROM ContentDocumentLink WHERE LinkedEntityId = '{}'"
)
FILE = b"%PDF-1.7 \x00\xff signed"


def opportunity(org: Org) -> str:
    return str(org.one("SELECT Id FROM Opportunity WHERE Name LIKE 'Havelland%'")["Id"])


def user(org: Org, name: str) -> str:
    return str(org.one(format_soql("SELECT Id FROM User WHERE Name = {}", name))["Id"])


def upload(org: Org, at: str, **more: Any) -> str:
    fields = {"Title": "SOW", "PathOnClient": "SOW Havelland.pdf", "FirstPublishLocationId": at, **more}
    return str(org.sf.ContentVersion.create({**fields, "VersionData": base64.b64encode(FILE).decode()})["id"])


def test_one_request_makes_version_document_and_link(org: Org) -> None:
    """F-08: and the look before a second upload finds it by its MD5."""
    at = opportunity(org)
    version = upload(org, at)
    found = org.one(LOOK.format(at))
    document = found["ContentDocument"]
    assert document["Title"] == "SOW"
    assert document["LatestPublishedVersion"]["Checksum"] == hashlib.md5(FILE, usedforsecurity=False).hexdigest()
    row = org.sf.ContentVersion.get(version)
    assert (row["ContentDocumentId"], row["ContentSize"], row["FileExtension"], row["IsLatest"]) == (
        found["ContentDocumentId"],
        len(FILE),
        "pdf",
        True,
    )
    assert row["VersionData"].endswith(f"/sobjects/ContentVersion/{version}/VersionData")
    assert org.sf.ContentVersion.get_base64(version, "VersionData") == FILE
    by_sum = org.rows(format_soql("SELECT Id FROM ContentVersion WHERE Checksum = {}", row["Checksum"]))
    assert [one["Id"] for one in by_sum] == [version]


def test_a_form_of_two_parts(org: Org) -> None:
    """What is too big for JSON goes as multipart."""
    at = opportunity(org)
    fields = {"PathOnClient": "scan.PDF", "FirstPublishLocationId": at}
    parts = {
        "entity_content": ("", json.dumps(fields), "application/json"),
        "VersionData": ("scan.PDF", FILE * 2000, "application/octet-stream"),
    }
    answer = org.ask("POST", "/sobjects/ContentVersion", files=parts)
    assert (answer.status_code, answer.json()["success"]) == (201, True)
    assert org.sf.ContentVersion.get_base64(answer.json()["id"], "VersionData") == FILE * 2000
    assert org.one(LOOK.format(at))["ContentDocument"]["Title"] == "scan"
    assert org.ask("POST", "/sobjects/ContentVersion", files={"VersionData": b"x"}).status_code == 400


def test_a_further_version(org: Org) -> None:
    first = upload(org, opportunity(org))
    document = org.sf.ContentVersion.get(first)["ContentDocumentId"]
    second = org.sf.ContentVersion.create(
        {"ContentDocumentId": document, "PathOnClient": "v2.pdf", "VersionData": "djI="}
    )["id"]
    assert org.sf.ContentDocument.get(document)["LatestPublishedVersionId"] == second
    assert (org.sf.ContentVersion.get(first)["IsLatest"], org.sf.ContentVersion.get(second)["VersionNumber"]) == (
        False,
        "2",
    )


def test_a_document_is_linked_once(org: Org) -> None:
    at = opportunity(org)
    document = org.sf.ContentVersion.get(upload(org, at))["ContentDocumentId"]
    elsewhere = org.one("SELECT Id FROM Account WHERE Name = 'Leerfeld'")["Id"]
    link = {"ContentDocumentId": document, "LinkedEntityId": elsewhere, "ShareType": "V"}
    assert org.sf.ContentDocumentLink.create(link)["success"] is True
    with pytest.raises(SalesforceMalformedRequest, match="DUPLICATE_VALUE"):
        org.sf.ContentDocumentLink.create(link)
    assert len(org.rows(LOOK.format(elsewhere))) == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"PathOnClient": ""}, "REQUIRED_FIELD_MISSING"),
        ({"VersionData": ""}, "REQUIRED_FIELD_MISSING"),
        ({"VersionData": "no base64"}, "JSON_PARSER_ERROR"),
        ({"FirstPublishLocationId": "0068dQx00009999"}, "INVALID_CROSS_REFERENCE_KEY"),
    ],
)
def test_an_upload_that_is_refused_leaves_nothing(org: Org, given: dict[str, str], code: str) -> None:
    fields = {"PathOnClient": "a.pdf", "VersionData": "QQ==", "FirstPublishLocationId": opportunity(org), **given}
    before = org.sf.query("SELECT COUNT() FROM ContentDocument")["totalSize"]
    with pytest.raises(SalesforceMalformedRequest, match=code):
        org.sf.ContentVersion.create(fields)
    assert org.sf.query("SELECT COUNT() FROM ContentDocument")["totalSize"] == before


def post(org: Org, subject: str, *segments: Any) -> Any:
    body = {"feedElementType": "FeedItem", "subjectId": subject, "body": {"messageSegments": list(segments)}}
    return org.sf.restful("chatter/feed-elements", method="POST", json=body)


def test_a_post_with_a_mention(org: Org) -> None:
    """F-08: found again by its parent, newest first, with the marker in its text."""
    at = opportunity(org)
    mention = {"type": "Mention", "id": user(org, "Sofia Marchetti")}
    made = post(org, at, mention, {"type": "Text", "text": " Proof of execution received. [PHD-1042-a7]"})
    assert made["body"]["text"] == "@Sofia Marchetti Proof of execution received. [PHD-1042-a7]"
    assert made["parent"]["id"] == at
    soql = "SELECT Id, Body FROM FeedItem WHERE ParentId = {} ORDER BY CreatedDate DESC LIMIT 100"
    row = org.one(format_soql(soql, at))
    assert (row["Id"], row["Body"]) == (made["id"], made["body"]["text"])
    assert org.sf.restful(f"chatter/feed-elements/{made['id']}")["body"]["text"] == made["body"]["text"]


def test_posts_that_are_refused(org: Org) -> None:
    at, text = opportunity(org), {"type": "Text", "text": "x"}
    gone = {"type": "Mention", "id": user(org, "Gustav Ohlsson")}
    with pytest.raises(SalesforceMalformedRequest, match="inactive user"):
        post(org, at, gone, text)
    with pytest.raises(SalesforceResourceNotFound):
        post(org, "0068dQx00009999", text)
    for segments in ([], [{"type": "Text"}], [{"type": "Sound", "text": "x"}], ["x"]):
        with pytest.raises(SalesforceMalformedRequest, match="POST_BODY_PARSE_ERROR"):
            post(org, at, *segments)
    with pytest.raises(SalesforceMalformedRequest, match="POST_TOO_LONG"):
        post(org, at, {"type": "Text", "text": "x" * 10_001})
    with pytest.raises(SalesforceMalformedRequest, match="LIMIT_EXCEEDED"):
        post(org, at, *[{"type": "Mention", "id": user(org, "Sofia Marchetti")}] * 26)
    assert org.sf.query("SELECT COUNT() FROM FeedItem")["totalSize"] == 0


def document_of(org: Org, version: str) -> str:
    return str(org.sf.ContentVersion.get(version)["ContentDocumentId"])


def carrying(subject: str, *documents: str) -> dict[str, Any]:
    """A post with files, as the vendor's reference writes it."""
    return {
        "feedElementType": "FeedItem",
        "subjectId": subject,
        "body": {"messageSegments": [{"type": "Text", "text": "Here it is."}]},
        "capabilities": {"files": {"items": [{"id": one} for one in documents]}},
    }


def test_a_post_carries_files_that_are_there(org: Org) -> None:
    """They are seen at the record then, once each; and with the post goes what it carried, not the file."""
    at, elsewhere = opportunity(org), org.one("SELECT Id FROM Account WHERE Name = 'Leerfeld'")["Id"]
    here, there = (document_of(org, upload(org, place)) for place in (at, elsewhere))
    made = org.sf.restful("chatter/feed-elements", method="POST", json=carrying(at, here, there[:15]))
    items = org.sf.restful(f"chatter/feed-elements/{made['id']}")["capabilities"]["files"]["items"]
    assert [one["id"] for one in items] == [here, there]
    assert (items[0]["title"], items[0]["fileExtension"], items[0]["fileSize"]) == ("SOW", "pdf", str(len(FILE)))
    assert {row["ContentDocumentId"] for row in org.rows(LOOK.format(at))} == {here, there}
    assert "SOW" in page(org, f"/salesforce/Opportunity/{at}/").partition("<h3>Chatter</h3>")[2].partition("</ol>")[0]
    org.sf.ContentDocument.delete(here)
    shown = org.sf.restful(f"chatter/feed-elements/{made['id']}")["capabilities"]["files"]["items"]
    assert [one["id"] for one in shown] == [there]
    assert org.ask("DELETE", f"/chatter/feed-elements/{made['id']}").status_code == 204
    assert org.rows(format_soql("SELECT Id FROM FeedAttachment WHERE FeedEntityId = {}", made["id"])) == []
    assert {row["ContentDocumentId"] for row in org.rows(LOOK.format(at))} == {there}
    for method, path in (
        ("DELETE", "chatter/feed-elements"),
        ("GET", "chatter/feed-elements"),
        ("DELETE", "sobjects/FeedItem"),
    ):
        assert org.ask(method, f"/{path}/{made['id']}").json()[0]["errorCode"] == "ENTITY_IS_DELETED"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"items": [{"id": "0698dQx00009999"}]}, "INVALID_ID_FIELD"),
        ({"items": "0698dQx00000001"}, "POST_BODY_PARSE_ERROR"),
        ({"items": [{"id": "0698dQx00000001ABA"}] * 11}, "LIMIT_EXCEEDED"),
    ],
)
def test_a_post_whose_files_are_refused_leaves_nothing(org: Org, files: dict[str, Any], code: str) -> None:
    asked = {**carrying(opportunity(org)), "capabilities": {"files": files}}
    with pytest.raises(SalesforceMalformedRequest, match=code):
        org.sf.restful("chatter/feed-elements", method="POST", json=asked)
    assert org.sf.query("SELECT COUNT() FROM FeedItem")["totalSize"] == 0


def test_a_deleted_file_is_gone_with_its_versions_and_links(org: Org) -> None:
    at = opportunity(org)
    version = upload(org, at)
    org.sf.ContentDocument.delete(document_of(org, version))
    assert org.rows(LOOK.format(at)) == []
    assert org.ask("GET", f"/sobjects/ContentVersion/{version}/VersionData").status_code == 404
    assert "SOW Havelland.pdf" not in page(org, f"/salesforce/Opportunity/{at}/")


def test_an_invoice_shows_its_pdf_and_a_link_of_the_vendors_leads_to_it(org: Org) -> None:
    bill = org.one("SELECT Id, Account__r.Name FROM Invoice__c WHERE Name = 'INV-0024655'")
    answer = org.http.get(f"{org.url}/lightning/r/Invoice__c/{bill['Id']}/view")
    assert answer.url.endswith(f"/salesforce/Invoice__c/{bill['Id']}/")
    assert "INV-0024655.pdf" in answer.text
    version = org.one("SELECT Id, Checksum, ContentSize FROM ContentVersion WHERE Title = 'INV-0024655'")
    content = org.sf.ContentVersion.get_base64(version["Id"], "VersionData")
    assert (content[:5], len(content)) == (b"%PDF-", version["ContentSize"])
    assert hashlib.md5(content, usedforsecurity=False).hexdigest() == version["Checksum"]


def test_an_opportunity_is_won_by_its_stage_alone(org: Org) -> None:
    asked = "SELECT IsWon, IsClosed, Id FROM Opportunity WHERE Name LIKE 'Havelland%'"
    seen = []
    for stage in ("Closed Won", "8-Closed Lost", "7-Closing"):
        org.sf.Opportunity.update(opportunity(org), {"StageName": stage})
        row = org.one(asked)
        seen.append((row["IsWon"], row["IsClosed"]))
    assert seen == [(True, True), (False, True), (False, False)]
    assert org.rows("SELECT Id FROM Opportunity WHERE IsWon = true AND StageName != 'Closed Won'") == []
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_FIELD_FOR_INSERT_UPDATE"):
        org.sf.Opportunity.update(opportunity(org), {"IsWon": True})


def page(org: Org, path: str) -> str:
    answer = org.http.get(org.url + path)
    assert answer.status_code == 200, path
    return answer.text


def test_people_see_what_the_desk_wrote(org: Org) -> None:
    at = opportunity(org)
    version = upload(org, at)
    post(org, at, {"type": "Text", "text": "<script>alert(1)</script> [PHD-7]"})
    shown = page(org, f"/salesforce/Opportunity/{at}/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [PHD-7]" in shown
    assert "<script" not in shown
    assert "SOW Havelland.pdf" in shown
    assert "GL-0048213" in shown
    answer = org.http.get(f"{org.url}/salesforce/files/{version}")
    assert (answer.content, answer.headers["Content-Type"]) == (FILE, "application/octet-stream")
    assert "SOW%20Havelland.pdf" in answer.headers["Content-Disposition"]


def test_every_object_has_a_page_and_every_row(org: Org) -> None:
    upload(org, opportunity(org))
    first = page(org, "/salesforce/")
    assert "O&#x27;Brien &amp; Söhne GmbH" in page(org, "/salesforce/Account/")
    for sobject in org.sf.describe()["sobjects"]:
        name = sobject["name"]
        assert f'href="/salesforce/{name}/"' in first
        listing = page(org, f"/salesforce/{name}/")
        for link in [part.partition('"')[0] for part in listing.split(f'href="/salesforce/{name}/')[2:4]]:
            page(org, f"/salesforce/{name}/{link}")
    for path in (
        "/salesforce/Nothing/",
        "/salesforce/Account/0018dQx00009999AAA/",
        "/salesforce/files/0688dQx00009999AAA",
    ):
        assert org.http.get(org.url + path).status_code == 404


@pytest.mark.parametrize("name", ["settings", "merge", "bulk"])
def test_a_mistake_is_told_in_a_sentence(org: Org, name: str) -> None:
    asked = {"settings": {"page_size": "many"}, "merge": {}, "bulk": {"accounts": "x"}}[name]
    answer = org.http.post(f"{org.url}/salesforce/{name}", json=asked)
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")


def test_a_reset_forgets_everything(org: Org) -> None:
    upload(org, opportunity(org))
    org.act("settings", page_size=1, limit_used=5)
    org.act("bulk", accounts=10, contacts=20)
    org.reset()
    assert org.sf.query("SELECT COUNT() FROM Account WHERE Type = 'Partner'")["totalSize"] == 29
    assert {row["Title"][:4] for row in org.rows("SELECT Title FROM ContentVersion")} == {"INV-"}
    assert len(org.sf.query("SELECT Id FROM Account")["records"]) == 49
