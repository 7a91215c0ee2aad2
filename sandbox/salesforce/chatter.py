"""`chatter/feed-elements`: posts with mentions; they are rows of FeedItem for queries."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce import ids, objects
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.objects import FEED_ITEM, USER
from sandbox.salesforce.records import Records
from sandbox.salesforce.store import Row, Store

MAX_TEXT = 10_000
MAX_MENTIONS = 25


def post(records: Records, body: dict[str, Any], *, base: str) -> dict[str, Any]:
    if body.get("feedElementType") != "FeedItem":
        raise unreadable("feedElementType must be FeedItem")
    subject = subject_of(records, str(body.get("subjectId", "")))
    message = body.get("body")
    segments = message.get("messageSegments") if isinstance(message, dict) else None
    if not isinstance(segments, list) or not segments:
        raise unreadable("body.messageSegments is missing")
    if sum(isinstance(one, dict) and one.get("type") == "Mention" for one in segments) > MAX_MENTIONS:
        raise Problem("LIMIT_EXCEEDED", f"A post can mention {MAX_MENTIONS} people at most.")
    text = "".join(written(records, one) for one in segments)
    if len(text) > MAX_TEXT:
        message = f"Your post can't have more than {MAX_TEXT} characters."
        raise Problem("POST_TOO_LONG", message)
    identity = records.create(FEED_ITEM, {"ParentId": subject, "Body": text})
    row = records.get(FEED_ITEM, identity)
    return shown(records.store, row, base=base)


def subject_of(records: Records, given: str) -> str:
    identity = ids.full(given)
    sobject = objects.BY_PREFIX.get(identity[:3])
    row = records.store.one(sobject, identity) if sobject else None
    if row is None or row["IsDeleted"]:
        raise Problem("NOT_FOUND", f"The subject {given} does not exist or is not accessible.", status=404)
    return identity


def written(records: Records, segment: Any) -> str:
    """A mention is written as the person's name; no blank is added around it."""
    kind = segment.get("type") if isinstance(segment, dict) else None
    if kind == "Text" and isinstance(segment.get("text"), str):
        return str(segment["text"])
    if kind != "Mention":
        raise unreadable(f"a segment of the type {kind} is not known")
    given = str(segment.get("id", ""))
    user = records.store.one(USER, ids.full(given) or "-")
    if user is None:
        raise Problem("INVALID_ID_FIELD", f"Invalid identifier in a mention: {given}")
    if not user["IsActive"]:
        raise Problem("INVALID_ID_FIELD", f"An inactive user cannot be mentioned: {given}")
    return f"@{user['Name']}"


def shown(store: Store, row: Row, *, base: str) -> dict[str, Any]:
    author = store.one(USER, row["CreatedById"]) or {}
    return {
        "id": row["Id"],
        "type": row["Type"],
        "feedElementType": "FeedItem",
        "actor": {"id": row["CreatedById"], "displayName": author.get("Name"), "type": "User"},
        "body": {"text": row["Body"], "messageSegments": [{"type": "Text", "text": row["Body"]}]},
        "parent": {"id": row["ParentId"]},
        "createdDate": row["CreatedDate"],
        "modifiedDate": row["LastModifiedDate"],
        "url": f"{base}/chatter/feed-elements/{row['Id']}",
    }


def unreadable(why: str) -> Problem:
    return Problem("POST_BODY_PARSE_ERROR", f"The request body can't be parsed: {why}.")
