"""What is written for a proof is read back, and taken back where it was wrong: each once, only our own (F-08)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from documents import storing
from integrations import ledger, outcomes
from integrations.errors import VendorError
from integrations.models import ErrorClass, ExternalAction
from integrations.outcomes import Outcome
from integrations.salesforce import registrations, soql, uploads
from integrations.salesforce.client import client
from tests.integrations.salesforce.conftest import (
    APPROVED_DEAL,
    HAVELLAND,
    MARIA,
    NORTHWIND,
    WON_DEAL,
    files_there,
    now,
    posts_there,
    until_settled,
)
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db
DEAL = "a0R8dQx00000001EBA"
BILL = {"record": "a0I8dQx00000001EBA", "document": "0698dQx00000001ABA"}
STATUS = "VartopiaDRS__Status__c"


def act(operation: str, key: str = "", **payload: Any) -> ExternalAction:
    return ledger.queue(key=key or f"PHD-1042/{operation}", operation=f"salesforce.{operation}", payload=payload)


def run(operation: str, key: str = "", **payload: Any) -> Outcome:
    return now(act(operation, key, **payload))


def stored(content: bytes = b"%PDF-1.4 statement of work") -> str:
    return str(storing.store(content, name="sow.pdf", declared_type="application/pdf", area="test").pk)


def attached() -> Outcome:
    return run("attach_file", record=HAVELLAND, file=stored(), title="SOW", name="sow.pdf")


def status() -> str:
    (deal,) = registrations.deals(APPROVED_DEAL)
    return str(deal.status)


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """`begin` writes and says what takes it back; `wire` meets that request; `left` counts what is there."""

    operation: str
    begin: Callable[[], dict[str, Any]]
    wire: str
    left: Callable[[], int]


def closed() -> dict[str, Any]:
    done = run("close_deal", registration=DEAL)
    return {"registration": DEAL, "expect_modified": done.data["modified"]}


def hung() -> dict[str, Any]:
    return {"record": HAVELLAND, "document": attached().ref}


def posted() -> dict[str, Any]:
    return {"post": run("post_chatter", record=HAVELLAND, text="The proof is here.").ref}


UNDOINGS = [
    Undoing(
        operation="reopen_deal", begin=closed, wire="PATCH .*Registration__c/", left=lambda: status() != "Approved"
    ),
    Undoing(operation="detach_file", begin=hung, wire="DELETE .*/ContentDocument/", left=files_there),
    Undoing(operation="delete_post", begin=posted, wire="DELETE .*/FeedItem/", left=posts_there),
]


@pytest.mark.parametrize("mode", ["", "401", "500", "lock", "drop-before", "drop-after", "truncated"])
@pytest.mark.parametrize("undoing", UNDOINGS, ids=lambda one: one.operation)
def test_a_write_is_taken_back_whatever_happens_on_the_way(org: VendorSandbox, undoing: Undoing, mode: str) -> None:
    payload = undoing.begin()
    assert undoing.left() == 1
    if mode:
        org.fault("salesforce", mode, times=1, match=undoing.wire)
    action = act(undoing.operation, **payload)
    assert until_settled(action)[-1].kind is outcomes.DONE
    assert undoing.left() == 0
    assert run(undoing.operation, "again", **payload).kind is outcomes.ALREADY


def test_a_registration_is_closed_by_its_record_and_says_how_it_is_now(org: VendorSandbox) -> None:
    seen = registrations.deal(DEAL)
    assert seen
    assert seen.modified
    done = run("close_deal", registration=DEAL[:15], expect_modified=seen.modified.isoformat())
    assert done.kind is outcomes.DONE
    assert (done.ref, done.data["was"], done.data["status"]) == (DEAL, "Approved", "Closed-Won")
    assert done.data["modified"] > seen.modified.isoformat()
    assert done.data["modified_by"] == "Partner Help Desk"
    gone = run("close_deal", "gone", registration="a0R8dQx00009999EBA"[:15])
    assert (gone.kind, gone.code) == (outcomes.REFUSED, "NOT_FOUND")


def test_one_that_was_changed_since_it_was_shown_is_left(org: VendorSandbox) -> None:
    """Compare and set: somebody decided on what they saw."""
    seen = registrations.deal(DEAL)
    assert seen
    assert seen.modified
    client().update("VartopiaDRS__Registration__c", DEAL, {"VartopiaDRS__Customer_Name__c": "Another AG"})
    refused = run("close_deal", registration=DEAL, expect_modified=seen.modified.isoformat())
    assert (refused.kind, refused.code) == (outcomes.REFUSED, "CHANGED_MEANWHILE")
    assert refused.words.startswith("Partner Help Desk has changed the registration in Salesforce on ")
    assert status() == "Approved"


def test_what_somebody_did_with_it_later_is_not_set_back(org: VendorSandbox) -> None:
    """Only what we wrote; a later change of our own user is ours too."""
    payload = closed()
    client().update("VartopiaDRS__Registration__c", DEAL, {"VartopiaDRS__Customer_Name__c": "Another AG"})
    assert run("reopen_deal", "1", **payload).code == "CHANGED_MEANWHILE"
    own = registrations.deal(DEAL)
    assert own
    assert run("reopen_deal", "2", **payload, expect_by=own.modified_by_id).kind is outcomes.DONE
    client().update("VartopiaDRS__Registration__c", DEAL, {STATUS: "Closed-Lost"})
    assert run("reopen_deal", "3", **payload).code == "NOT_WON"
    assert run("close_deal", "4", deal_id="GL-0053012").code == "NOT_ONE"
    assert run("close_deal", "5", deal_id=f" {WON_DEAL.lower()} ").kind is outcomes.ALREADY


def test_a_rule_of_the_organisation_that_sets_it_back_is_said(
    org: VendorSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = type(client()).update

    def with_a_rule(asking: Any, name: str, identity: str, values: Any, *, headers: Any = None) -> None:
        update(asking, name, identity, values, headers=headers)
        update(asking, name, identity, {STATUS: "Returned"})

    monkeypatch.setattr(type(client()), "update", with_a_rule)
    assert run("close_deal", registration=DEAL).code == "NOT_KEPT"


@pytest.mark.parametrize("operation", ["attach_file", "post_chatter", "close_deal"])
def test_what_cannot_be_read_back_is_looked_for_before_it_is_sent_again(
    org: VendorSandbox, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    """F-08: nothing is written twice."""
    payloads: dict[str, dict[str, Any]] = {
        "attach_file": {"record": HAVELLAND, "file": stored(), "title": "SOW", "name": "sow.pdf"},
        "post_chatter": {"record": HAVELLAND, "text": "The proof is here."},
        "close_deal": {"registration": DEAL},
    }
    wire = {"attach_file": "GET .*ContentDocumentLink", "post_chatter": "GET .*/chatter/", "close_deal": "GET .*/query"}
    before = posts_there() + files_there()
    written = client().create, client().send, client().update

    def then_away(write: Any) -> Any:
        def act_(*given: Any, **more: Any) -> Any:
            found = write(*given, **more)
            org.fault("salesforce", "503", times=1, match=wire[operation])
            return found

        return act_

    for name, write in zip(("create", "send", "update"), written, strict=True):
        monkeypatch.setattr(client(), name, then_away(write))
    action = act(operation, **payloads[operation])
    first, *_rest, last = until_settled(action)
    assert (first.kind, first.code, last.kind) == (outcomes.UNKNOWN, "NOT_READ_BACK", outcomes.DONE)
    asked = [
        one for one in org.requests("salesforce") if one["method"] in {"POST", "PATCH"} and "oauth2" not in one["path"]
    ]
    assert len(asked) == 1
    assert posts_there() + files_there() == before + (operation != "close_deal")


def test_a_file_says_where_it_is(org: VendorSandbox) -> None:
    done = attached()
    assert done.data["document"] == done.ref
    assert done.data["link"].endswith(f"/lightning/r/ContentDocument/{done.ref}/view")
    (row,) = soql.literal("SELECT ContentDocumentId FROM ContentVersion WHERE Id = {}", done.data["version"], about="x")
    assert row["ContentDocumentId"] == done.ref


def test_a_post_carries_the_file_and_mentions_the_manager(org: VendorSandbox) -> None:
    file = attached().ref
    done = run("post_chatter", record=HAVELLAND, mention=MARIA, text="The proof is here.", file=file)
    assert (done.data["mentioned"], done.data["file"]) == (True, file)
    assert done.data["text"].startswith("@Maria Henry The proof is here. [PHD-")
    assert files_there() == 1  # the post shows the same file
    ExternalAction.objects.filter(operation="salesforce.post_chatter").update(state="waiting")
    again = run("post_chatter", record=HAVELLAND, mention=MARIA, text="The proof is here.", file=file)
    assert (again.kind, again.data) == (outcomes.ALREADY, done.data)


def test_a_post_whose_file_is_gone_is_refused_or_said(org: VendorSandbox) -> None:
    file = attached().ref
    payload = {"record": HAVELLAND, "text": "The proof is here.", "file": file}
    run("post_chatter", **payload)
    run("detach_file", record=HAVELLAND, document=file)
    ExternalAction.objects.filter(operation="salesforce.post_chatter").update(state="waiting")
    assert run("post_chatter", **payload).code == "NO_FILE_IN_POST"
    refused = run("post_chatter", "other", **payload)
    assert (refused.kind, refused.words.startswith("Salesforce refuses it: ")) == (outcomes.REFUSED, True)
    assert posts_there() == 1


def test_a_file_that_others_hold_too_keeps_its_content(org: VendorSandbox) -> None:
    file = attached().ref
    link = {"ContentDocumentId": file, "LinkedEntityId": NORTHWIND, "ShareType": "V"}
    client().create("ContentDocumentLink", link)
    done = run("detach_file", record=HAVELLAND, document=file)
    assert (done.kind, done.data["deleted"]) == (outcomes.DONE, "link")
    assert files_there() == 0
    assert len(uploads._links(file)) == 2  # the account's, and whose document it is


def test_what_somebody_else_has_put_there_is_left(org: VendorSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = run("detach_file", **BILL)
    assert (refused.code, refused.words) == (
        "NOT_OURS",
        "Billing Operations has put this file there, not the desk. It is left.",
    )
    file, makers = attached().ref, uploads._makers
    newer = {"CreatedById": MARIA, "CreatedBy": {"Name": "Maria Henry"}}
    monkeypatch.setattr(uploads, "_makers", lambda document: [*makers(document), newer])
    assert run("detach_file", "newer", record=HAVELLAND, document=file).words.startswith("Maria Henry has put")
    assert files_there() == 1
    post = run("post_chatter", record=HAVELLAND, text="The proof is here.").ref
    monkeypatch.setattr("integrations.salesforce.people.own_id", lambda: MARIA)
    assert run("delete_post", post=post).code == "NOT_OURS"
    assert posts_there() == 1


@pytest.mark.parametrize("undoing", UNDOINGS[1:], ids=lambda one: one.operation)
def test_what_somebody_takes_away_in_the_same_moment_is_gone(
    org: VendorSandbox, monkeypatch: pytest.MonkeyPatch, undoing: Undoing
) -> None:
    payload = undoing.begin()
    delete = type(client()).delete

    def twice(asking: Any, name: str, identity: str) -> None:
        delete(asking, name, identity)
        delete(asking, name, identity)

    monkeypatch.setattr(type(client()), "delete", twice)
    assert run(undoing.operation, **payload).kind is outcomes.DONE


def test_what_is_still_there_after_it_was_deleted_is_said(org: VendorSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    payloads = {"detach_file": hung(), "delete_post": posted()}
    monkeypatch.setattr(type(client()), "delete", lambda *_given: None)
    for operation, payload in payloads.items():
        assert run(operation, **payload).code == "NOT_KEPT"
    monkeypatch.setattr(type(client()), "delete", _away)
    for operation, payload in payloads.items():
        assert run(operation, f"{operation}/2", **payload).kind is outcomes.RETRY_LATER


def _away(*_given: Any) -> None:
    raise VendorError("salesforce", ErrorClass.BUSY, "HTTP_503", "It is not available.")
