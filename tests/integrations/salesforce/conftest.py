"""The organisation the sandbox plays, and five changes to it whose effects can be counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models.functions import Now

from documents import storing
from integrations import breaker, calls, equipment, ledger
from integrations.calls import Patience
from integrations.models import ExternalAction
from integrations.outcomes import Outcome
from integrations.salesforce import reading, registrations, soql
from tests.sandbox_desk import VendorSandbox

assert equipment.__all__  # the operations are registered

NORTHWIND = "0018dQx00000001ABA"
OBRIEN = "0018dQx00000014ABA"
HAVELLAND = "0068dQx00000001ABA"  # an opportunity
MARIA = "0058dQx00000004ABA"
GUSTAV = "0058dQx00000035ABA"  # not active
APPROVED_DEAL, SUBMITTED_DEAL, WON_DEAL = "GL-0048213", "GL-0050310", "GL-0049971"
ROUNDS = 12


@dataclass(frozen=True, kw_only=True)
class Change:
    """`wire` meets the request that writes; `effects` counts how often it is there."""

    operation: str
    payload: dict[str, Any]
    wire: str
    effects: Callable[[], int]


def deal_is_won() -> int:
    return sum(deal.status == "Closed-Won" for deal in registrations.deals(APPROVED_DEAL))


def maria_owns_northwind() -> int:
    hit = reading.account(NORTHWIND)
    assert hit
    return int(hit.owner == MARIA and {"Poland", "Austria"} <= set(hit.contracted_territories))


def files_there() -> int:
    question = "SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = {}"
    return len(soql.literal(question, HAVELLAND, about="ContentDocumentLink"))


def posts_there() -> int:
    return len(soql.literal("SELECT Id FROM FeedItem WHERE ParentId = {}", HAVELLAND, about="FeedItem"))


def cases_there() -> int:
    return soql.count("Case", "Subject = {}", "Redlines of O'Brien & Söhne")


@pytest.fixture
def changes(db: None) -> dict[str, Change]:
    stored = storing.store(b"%PDF-1.4 purchase order", name="po.pdf", declared_type="application/pdf", area="test")
    return {
        "deal": Change(
            operation="salesforce.close_deal",
            payload={"deal_id": APPROVED_DEAL},
            wire="PATCH .*/VartopiaDRS__Registration__c/",
            effects=deal_is_won,
        ),
        "account": Change(
            operation="salesforce.set_account",
            payload={"account": NORTHWIND, "owner": MARIA, "territories": {"add": ["Poland"], "remove": ["Germany"]}},
            wire="PATCH .*/sobjects/Account/",
            effects=maria_owns_northwind,
        ),
        "file": Change(
            operation="salesforce.attach_file",
            payload={"record": HAVELLAND, "file": str(stored.pk), "title": "PO 4711", "name": "po.pdf"},
            wire="POST .*/ContentVersion",
            effects=files_there,
        ),
        "post": Change(
            operation="salesforce.post_chatter",
            payload={"record": HAVELLAND, "mention": MARIA, "text": "The order is here.", "reference": "PHD-1042"},
            wire="POST .*/chatter/",
            effects=posts_there,
        ),
        "case": Change(
            operation="salesforce.open_case",
            payload={"subject": "Redlines of O'Brien & Söhne", "body": "Look here.", "account": OBRIEN},
            wire="PATCH .*/Case/",
            effects=cases_there,
        ),
    }


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that hangs is waited for as long as a test can bear."""
    for name in ("READ", "WRITE", "FILE"):
        monkeypatch.setattr(calls, name, Patience(connect=5.0, read=1.5, total=5.0))


@pytest.fixture
def org(sandbox: VendorSandbox, db: None) -> Iterator[VendorSandbox]:
    yield sandbox
    sandbox.fault("salesforce")


def ask(change: Change, *, key: str = "PHD-1042/step") -> ExternalAction:
    return ledger.queue(key=key, operation=change.operation, payload=change.payload, about="PHD-1042")


def now(action: ExternalAction) -> Outcome:
    """As if its time had come."""
    ExternalAction.objects.filter(pk=action.pk, state="waiting").update(next_try=Now())
    outcome = ledger.perform(action.pk)
    action.refresh_from_db()
    return outcome


def until_settled(action: ExternalAction) -> list[Outcome]:
    """Every round of it; whoever waits says why, and an open breaker is closed as time would."""
    seen: list[Outcome] = []
    for _ in range(ROUNDS):
        seen.append(now(action))
        if action.state in {"done", "refused", "cancelled"}:
            return seen
        assert action.state == "waiting"
        assert action.last_error
        for name in ("salesforce", breaker.CHATTER):
            if breaker.state(name).open:
                breaker.close(name)
    return seen
