"""`GET /envelopes`: what changed since, of which PowerForm, in which state; sizes are strings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from sandbox.docusign import flow, shapes
from sandbox.docusign.errors import invalid
from sandbox.docusign.store import Json, moment, now, stamp
from sandbox.docusign.vendor import Vendor

MOST = 1000
SORTS = {
    "last_modified": "lastModifiedDateTime",
    "status_changed": "statusChangedDateTime",
    "created": "createdDateTime",
    "sent": "sentDateTime",
    "completed": "completedDateTime",
    "subject": "emailSubject",
    "status": "status",
}
STATES = ("created", "sent", "delivered", "completed", "declined", "voided")


def listing(vendor: Vendor, query: Mapping[str, str]) -> Json:
    """One of from_date, envelope_ids and transaction_ids is mandatory."""
    if not any(query.get(name) for name in ("from_date", "envelope_ids", "transaction_ids")):
        raise invalid(
            "Query parameter 'from_date' must be set to a valid DateTime, or 'envelope_ids' or 'transaction_ids' "
            "must be specified."
        )
    found = [one for one in vendor.store.envelopes() if wanted(one, query)]
    found = ordered(found, query)
    start, count = number(query, "start_position", 0), min(number(query, "count", MOST), MOST)
    page = found[start : start + count]
    include = listed(query.get("include", ""))
    rows = [shapes.envelope(one, include=include) for one in page]
    return {
        "resultSetSize": str(len(page)),
        "totalSetSize": str(len(found)),
        "startPosition": str(start),
        "endPosition": str(start + len(page) - 1 if page else start),
        "nextUri": uri(query, start + count) if start + count < len(found) else "",
        "previousUri": uri(query, max(start - count, 0)) if start else "",
        "lastQueriedDateTime": stamp(now()),
        "envelopeSearchSource": "rdb",
        "envelopes": rows,
        **transactions(page, query),
    }


def wanted(envelope: Json, query: Mapping[str, str]) -> bool:
    ids, transactions = listed(query.get("envelope_ids", "")), listed(query.get("transaction_ids", ""))
    states, forms = listed(query.get("status", "").lower()), listed(query.get("powerformids", "").lower())
    form = (envelope.get("powerForm") or {}).get("powerFormId", "")
    return (
        (not ids or envelope["envelopeId"] in [one.lower() for one in ids])
        and (not transactions or envelope.get("transactionId") in transactions)
        and (not states or "any" in states or envelope["status"] in states)
        and (not forms or form in forms)
        and in_time(envelope, query)
        and says(envelope, query.get("search_text", ""))
    )


def in_time(envelope: Json, query: Mapping[str, str]) -> bool:
    """By the last change of state, or by the state that `from_to_status` names."""
    name = query.get("from_to_status", "changed").lower()
    at = envelope.get(f"{name}DateTime" if name in STATES else "statusChangedDateTime")
    since, until = day(query, "from_date"), day(query, "to_date")
    if since is None and until is None:
        return True
    if at is None:
        return False
    return (since is None or moment(at) >= since) and (until is None or moment(at) <= until)


def says(envelope: Json, text: str) -> bool:
    """Free text: subject, sender, and everybody's name and address."""
    people = [f"{one['name']} {one['email']}" for one in flow.everybody(envelope)]
    everything = " ".join([envelope["emailSubject"], envelope["sender"]["userName"], *people]).casefold()
    return all(word in everything for word in text.casefold().split())


def ordered(found: list[Json], query: Mapping[str, str]) -> list[Json]:
    field = SORTS.get(query.get("order_by", "last_modified"))
    if field is None:
        raise invalid(f"The 'order_by' is one of {', '.join(SORTS)}.")
    return sorted(
        found, key=lambda one: (one.get(field) or "", one["envelopeId"]), reverse=query.get("order") == "desc"
    )


def transactions(page: list[Json], query: Mapping[str, str]) -> Json:
    if not query.get("transaction_ids"):
        return {}
    fields = ("envelopeId", "transactionId", "status")
    return {"envelopeTransactionStatuses": [{name: one.get(name) for name in fields} for one in page]}


def listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name) or str(default)
    if not text.isdecimal():
        raise invalid(f"The '{name}' is not a number.")
    return int(text)


def day(query: Mapping[str, str], name: str) -> datetime | None:
    if not query.get(name):
        return None
    try:
        return moment(query[name])
    except ValueError:
        raise invalid(f"Query parameter '{name}' must be set to a valid DateTime.") from None


def uri(query: Mapping[str, str], start: int) -> str:
    return f"/envelopes?{urlencode({**query, 'start_position': str(start)})}"
