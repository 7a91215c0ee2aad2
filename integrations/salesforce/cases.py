"""A Case for another team, by an external id of ours: there is one however often it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from integrations import outcomes, registry
from integrations.errors import VendorError
from integrations.outcomes import Outcome
from integrations.salesforce import fields, ids, soql
from integrations.salesforce.client import client

LEGAL: Final = "Legal Request"
LONGEST_ID: Final = 80
CREATED_MEANWHILE: Final = "DUPLICATE_VALUE"


@registry.operation("salesforce.open_case")
def open_case(payload: Mapping[str, Any], *, key: str) -> Outcome:
    """`{"subject", "body", "account"?, "type"?}`. One that is there is left as it is: somebody may work on it."""
    request_id = request_id_of(key)
    there = _look(request_id)
    if there:
        return outcomes.already(there)
    given = {
        "type": str(payload.get("type") or LEGAL),
        "subject": str(payload["subject"])[:255],
        "description": str(payload["body"])[:32_000],
        "account": ids.full_id(str(payload["account"])) if payload.get("account") else None,
    }
    values = {fields.api("Case", name): value for name, value in given.items() if value is not None}
    name, field = fields.object_name("Case"), fields.api("Case", "request_id")
    try:
        identity, _created = client().upsert(name, field, request_id, values)
    except VendorError as problem:
        found = _look(request_id) if problem.code == CREATED_MEANWHILE else ""
        if not found:
            raise
        return outcomes.already(found)
    return outcomes.done(identity)


def request_id_of(key: str) -> str:
    """The action's key, shortened where the field would not hold it."""
    return key if len(key) <= LONGEST_ID else hashlib.sha256(key.encode()).hexdigest()


def _look(request_id: str) -> str:
    condition = f"{fields.api('Case', 'request_id')} = {{}}"
    return next((str(row["id"]) for row in soql.select("Case", condition, request_id)), "")
