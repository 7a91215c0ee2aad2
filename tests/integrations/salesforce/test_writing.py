"""Writing at Salesforce: only what is right, seen row by row, and with the guards of vendors.md §6 (F-08)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models.functions import Now

from documents import storing
from integrations import ledger, outcomes
from integrations.errors import VendorError
from integrations.models import ErrorClass, ExternalAction
from integrations.outcomes import Outcome
from integrations.salesforce import accounts, cases, chatter, ids, reading, registrations, soql
from integrations.salesforce.client import client
from tests.integrations.salesforce.conftest import (
    APPROVED_DEAL,
    GUSTAV,
    HAVELLAND,
    MARIA,
    NORTHWIND,
    OBRIEN,
    SUBMITTED_DEAL,
    WON_DEAL,
)
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db


def run(operation: str, key: str = "PHD-1042/step", **payload: Any) -> Outcome:
    action = ledger.queue(key=key, operation=f"salesforce.{operation}", payload=payload)
    ExternalAction.objects.filter(pk=action.pk).update(next_try=Now())
    return ledger.perform(action.pk)


def writes(org: VendorSandbox) -> list[dict[str, Any]]:
    asked = org.requests("salesforce")
    return [one for one in asked if one["method"] != "GET" and "oauth2" not in one["path"]]


@pytest.mark.parametrize(
    ("deal", "kind", "code"),
    [
        (WON_DEAL, outcomes.ALREADY, ""),
        (SUBMITTED_DEAL, outcomes.REFUSED, "NOT_APPROVED"),
        ("GL-0", outcomes.REFUSED, "NOT_ONE"),
    ],
)
def test_only_an_approved_deal_is_closed(org: VendorSandbox, deal: str, kind: str, code: str) -> None:
    outcome = run("close_deal", deal_id=deal)
    assert (outcome.kind, outcome.code) == (kind, code)
    assert writes(org) == []


def test_a_deal_that_somebody_changes_meanwhile_is_read_again(
    org: VendorSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compare and set: 412 is a lock, then the new state decides."""
    update = type(client()).update

    def later(asking: Any, name: str, identity: str, values: Any, *, headers: Any = None) -> None:
        monkeypatch.undo()
        update(asking, name, identity, {"VartopiaDRS__Status__c": "Returned"})
        update(asking, name, identity, values, headers=headers)

    monkeypatch.setattr(type(client()), "update", later)
    outcome = run("close_deal", deal_id=APPROVED_DEAL)
    assert (outcome.kind, outcome.code) == (outcomes.RETRY_LATER, "PRECONDITION_FAILED")
    assert run("close_deal", deal_id=APPROVED_DEAL).code == "NOT_APPROVED"
    (seen,) = registrations.deals(APPROVED_DEAL)
    assert seen.status == "Returned"


def test_territories_are_added_to_what_is_there(org: VendorSandbox) -> None:
    client().update("Account", NORTHWIND, {"Contracted_Territories__c": "Germany;Japan"})
    run(
        "set_account", account=NORTHWIND, territories={"add": ["Côte d'Ivoire", "Japan"], "remove": ["Germany", "Mali"]}
    )
    hit = reading.account(NORTHWIND)
    assert hit
    assert set(hit.contracted_territories) == {"Japan", "Côte d'Ivoire"}
    run("set_account", key="2", account=NORTHWIND, territories={"remove": ["Japan", "Côte d'Ivoire"]})
    hit = reading.account(NORTHWIND)
    assert hit
    assert hit.contracted_territories == ()


def test_an_owner_that_somebody_else_has_changed_meanwhile_is_left(org: VendorSandbox) -> None:
    hit = reading.account(OBRIEN)
    assert hit
    client().update("Account", OBRIEN, {"OwnerId": "0058dQx00000002ABA"})
    outcome = run("set_account", account=OBRIEN, owner=MARIA, owner_was=hit.owner)
    assert (outcome.kind, outcome.code) == (outcomes.REFUSED, "CHANGED_MEANWHILE")
    assert "Jay Bahar" in outcome.words


def test_an_inactive_owner_is_refused_in_the_vendors_words(org: VendorSandbox) -> None:
    outcome = run("set_account", account=OBRIEN, owner=GUSTAV)
    assert outcome.kind is outcomes.REFUSED
    assert outcome.code in {"INACTIVE_OWNER_OR_USER", "INVALID_CROSS_REFERENCE_KEY"}
    assert outcome.words.startswith("Salesforce refuses it: ")


def test_of_many_accounts_every_row_is_read(org: VendorSandbox) -> None:
    """Vendors.md §2.1: 200 whatever became of the rows."""
    changes: list[dict[str, Any]] = [
        {"account": NORTHWIND, "owner": MARIA},
        {"account": OBRIEN, "owner": GUSTAV},
        {"account": "0018dQx00000002ABA", "territories": {"add": ["Nowhere"]}},
        {"account": "0018dQx00000003ABA", "territories": {"add": ["Portugal"]}},
        {"account": "0018dQx00099999"[:15], "owner": MARIA},
    ]
    outcome = run("set_accounts", changes=changes)
    action = ExternalAction.objects.get()
    assert (outcome.kind, action.state) == (outcomes.REFUSED, "refused")
    assert outcome.words.startswith("3 of 5 accounts could not be changed. Salesforce")
    became = [action.result[ids.full_id(str(one["account"]))]["kind"] for one in changes]
    assert became == ["done", "refused", "refused", "already", "refused"]
    hit = reading.account(NORTHWIND)
    assert hit
    assert hit.owner == MARIA
    assert len(writes(org)) == 1
    assert run("set_accounts", key="2", changes=changes[:1]).kind is outcomes.ALREADY


def test_of_many_accounts_a_locked_one_is_tried_again_and_the_others_are_left(org: VendorSandbox) -> None:
    changes = [{"account": one, "owner": MARIA} for one in (NORTHWIND, OBRIEN)]
    org.ask("/salesforce/settings", {"locked": [OBRIEN]})
    assert run("set_accounts", changes=changes).kind is outcomes.RETRY_LATER
    assert ExternalAction.objects.get().error_class == "lock"
    org.ask("/salesforce/settings", {"locked": []})
    assert run("set_accounts", changes=changes).kind is outcomes.DONE
    assert OBRIEN in writes(org)[0]["body"]
    assert NORTHWIND not in writes(org)[0]["body"]


def test_what_a_rule_of_the_organisation_changes_again_is_said(
    org: VendorSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read back: 204 is given before the organisation's own rules have had their say."""
    update = type(client()).update

    def with_a_rule(asking: Any, name: str, identity: str, values: Any, *, headers: Any = None) -> None:
        update(asking, name, identity, values, headers=headers)
        update(asking, name, identity, {"OwnerId": "0058dQx00000002ABA"})

    monkeypatch.setattr(type(client()), "update", with_a_rule)
    outcome = run("set_account", account=OBRIEN[:15], owner=MARIA)
    assert (outcome.kind, outcome.code) == (outcomes.REFUSED, "NOT_KEPT")


@pytest.mark.parametrize("operation", ["set_account", "set_accounts"])
def test_what_could_not_be_read_back_is_looked_at_again_and_was_done(
    org: VendorSandbox, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    """F-08."""
    reads, fresh = iter([True, False]), accounts._fresh

    def once(identities: Any) -> Any:
        if not next(reads, True):
            raise VendorError("salesforce", ErrorClass.BUSY, "HTTP_503", "It is not available.")
        return fresh(identities)

    monkeypatch.setattr(accounts, "_fresh", once)
    change = {"account": OBRIEN, "owner": MARIA}
    payload = change if operation == "set_account" else {"changes": [change]}
    assert run(operation, **payload).kind is outcomes.UNKNOWN
    assert run(operation, **payload).kind is outcomes.DONE
    assert len(writes(org)) == 1


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"success": False, "errors": []}, "ambiguous"),
        ({"success": False, "errors": ["?"]}, "ambiguous"),
        (
            {"success": False, "errors": [{"statusCode": "REQUEST_LIMIT_EXCEEDED", "message": "Concurrent requests"}]},
            "busy",
        ),
    ],
)
def test_of_many_accounts_an_odd_row_is_tried_again_as_what_it_is(
    org: VendorSandbox, monkeypatch: pytest.MonkeyPatch, row: Any, kind: str
) -> None:
    monkeypatch.setattr(type(client()), "send", lambda *_given, **_more: [row])
    assert not run("set_accounts", changes=[{"account": OBRIEN, "owner": MARIA}]).worked
    action = ExternalAction.objects.get()
    assert (action.state, action.error_class) == ("waiting", kind)


def test_more_than_200_accounts_at_once_are_refused(org: VendorSandbox) -> None:
    changes = [{"account": f"0018dQx00000{number:03}"} for number in range(201)]
    assert run("set_accounts", changes=changes).code == "TOO_MANY"


def upload(content: bytes, *, title: str, key: str, size: int | None = None) -> Outcome:
    stored = storing.store(content, name="po.pdf", declared_type="application/pdf", area="test")
    if size:
        type(stored).objects.filter(pk=stored.pk).update(size=size)
    return run("attach_file", key, record=HAVELLAND, file=str(stored.pk), title=title, name="../pö?.pdf")


def test_a_file_hangs_at_the_record_once_and_another_one_beside_it(org: VendorSandbox) -> None:
    first = upload(b"one", title="PO", key="1")
    assert first.ref.startswith("069")
    assert upload(b"one", title="PO", key="2") == outcomes.already(first.ref, data=first.data)
    assert upload(b"two", title="PO", key="3").kind is outcomes.DONE
    assert upload(b"one", title="PO 2", key="4").kind is outcomes.DONE
    assert len(writes(org)) == 3


def test_a_file_that_is_too_large_or_gone_is_refused(org: VendorSandbox) -> None:
    assert upload(b"x", title="PO", key="1", size=26 * 1024 * 1024).code == "TOO_LARGE"
    gone = "00000000-0000-4000-8000-000000000000"
    assert run("attach_file", "2", record=HAVELLAND, file=gone, title="x", name="x").code == "NO_FILE"
    assert writes(org) == []


def test_a_large_file_goes_whole(org: VendorSandbox) -> None:
    content = bytes(range(256)) * 20_000  # 5 MB
    outcome = upload(content, title="Large", key="1")
    question = "SELECT ContentSize, Checksum FROM ContentVersion WHERE ContentDocumentId = {}"
    (row,) = soql.literal(question, outcome.ref, about="ContentVersion")
    assert row["ContentSize"] == len(content)


@pytest.mark.parametrize(
    ("person", "mentioned", "begins"),
    [
        (MARIA, True, "@Maria Henry The order"),
        ("maria.henry@example.com", True, "@Maria Henry The order"),
        (GUSTAV, False, "Gustav Ohlsson: The order"),
        ("nobody@example.com", False, "nobody@example.com: The order"),
        ("", True, "The order"),
    ],
)
def test_who_cannot_be_mentioned_is_named(org: VendorSandbox, person: str, mentioned: bool, begins: str) -> None:
    outcome = run("post_chatter", record=HAVELLAND, mention=person, text="The order is here.", reference="PHD-1042")
    assert outcome.kind is outcomes.DONE
    (row,) = soql.literal("SELECT Id, Body FROM FeedItem WHERE ParentId = {}", HAVELLAND, about="FeedItem")
    assert row["Body"].startswith(begins)
    assert row["Body"].endswith(chatter.marker_of("PHD-1042", "PHD-1042/step"))
    assert outcome.data.get("mentioned", True) is mentioned


def test_chatters_own_limit_holds_back_posts_and_nothing_else(org: VendorSandbox) -> None:
    """Vendors.md §3: 503 from Chatter is its limit by the hour."""
    org.fault("salesforce", "503", match="/chatter/")
    for number in range(6):
        run("post_chatter", f"PHD-1/{number}", record=HAVELLAND, text="x")
    assert len([one for one in writes(org) if "chatter" in one["path"]]) == 5
    waiting = ExternalAction.objects.filter(state="waiting")
    assert waiting.count() == 6
    assert all(one.last_error for one in waiting)
    assert run("close_deal", "other", deal_id=APPROVED_DEAL).kind is outcomes.DONE


def test_a_case_that_is_there_is_left_to_whoever_works_on_it(org: VendorSandbox) -> None:
    first = run("open_case", "PHD-1042/legal", subject="Redlines", body="x", account=OBRIEN)
    assert (first.kind, first.ref[:3]) == (outcomes.DONE, "500")
    client().update("Case", first.ref, {"Subject": "Redlines, with Lucia"})
    ExternalAction.objects.all().delete()
    assert run("open_case", "PHD-1042/legal", subject="Redlines", body="x", account=OBRIEN) == outcomes.already(
        first.ref
    )
    (row,) = soql.select("Case", "Id = {}", first.ref)
    assert (row["subject"], row["type"], row["account"]) == ("Redlines, with Lucia", "Legal Request", OBRIEN)


def test_a_long_key_makes_a_short_request_id() -> None:
    assert len(cases.request_id_of("x" * 200)) == 64
    assert cases.request_id_of("PHD-1/legal") == "PHD-1/legal"


def test_a_duplicate_is_saved_only_when_a_person_says_so(org: VendorSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vendors.md §3: no header by default."""
    seen: list[dict[str, str]] = []
    update = type(client()).update

    def watched(asking: Any, name: str, identity: str, values: Any, *, headers: Any = None) -> None:
        seen.append(headers)
        update(asking, name, identity, values, headers=headers)

    monkeypatch.setattr(type(client()), "update", watched)
    run("set_account", account=OBRIEN, owner=MARIA)
    run("set_account", key="2", account=NORTHWIND, owner=MARIA, allow_duplicate=True)
    assert "Sforce-Duplicate-Rule-Header" not in seen[0]
    assert seen[1]["Sforce-Duplicate-Rule-Header"] == accounts.ALLOW_DUPLICATE
    assert all("If-Unmodified-Since" in headers for headers in seen)
