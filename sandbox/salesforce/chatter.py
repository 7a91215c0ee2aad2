"""`chatter/feed-elements`: posts with mentions and files; they are rows of FeedItem for queries."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce import ids, objects
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.objects import CONTENT_DOCUMENT, CONTENT_VERSION, FEED_ATTACHMENT, FEED_ITEM, USER
from sandbox.salesforce.objects import CONTENT_DOCUMENT_LINK as LINK
from sandbox.salesforce.records import Records
from sandbox.salesforce.store import Row, Store

MAX_TEXT = 10_000
MAX_MENTIONS = 25
MAX_FILES = 10


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
    documents = named_files(records, body.get("capabilities"))
    with records.store.turn():
        kind = "ContentPost" if documents else "TextPost"
        identity = records.create(FEED_ITEM, {"ParentId": subject, "Body": text, "Type": kind})
        for document in documents:
            attach(records, document, post=identity, subject=subject)
    return shown(records.store, records.get(FEED_ITEM, identity), base=base)


def comment(records: Records, post: str, body: dict[str, Any], *, base: str) -> dict[str, Any]:
    """An answer below a post. What it says is not kept, only that it was given."""
    message = body.get("body")
    segments = message.get("messageSegments") if isinstance(message, dict) else None
    if not isinstance(segments, list) or not segments:
        raise unreadable("body.messageSegments is missing")
    text = "".join(written(records, one) for one in segments)
    with records.store.turn():
        row = records.get(FEED_ITEM, post)
        records.touch(FEED_ITEM, row["Id"], {"CommentCount": (row["CommentCount"] or 0) + 1})
        identity = records.store.new_id("0D7")
    item = {"id": row["Id"], "url": f"{base}/chatter/feed-elements/{row['Id']}"}
    return {"id": identity, "type": "TextComment", "body": {"text": text}, "feedElement": item}


def named_files(records: Records, capabilities: Any) -> list[Row]:
    """The documents that a post is to carry; all of them must be there."""
    named = capabilities.get("files", {}) if isinstance(capabilities, dict) else {}
    items = named.get("items", []) if isinstance(named, dict) else None
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise unreadable("capabilities.files.items must be a list of files")
    if len(items) > MAX_FILES:
        raise Problem("LIMIT_EXCEEDED", f"A post can carry {MAX_FILES} files at most.")
    return [document_of(records, str(one.get("id", ""))) for one in items]


def document_of(records: Records, given: str) -> Row:
    row = records.store.one(CONTENT_DOCUMENT, ids.full(given) or "-")
    if row is None or row["IsDeleted"]:
        raise Problem("INVALID_ID_FIELD", f"Invalid identifier of a file: {given}")
    return row


def attach(records: Records, document: Row, *, post: str, subject: str) -> None:
    """The newest version goes with the post, and the file can be seen at the record."""
    version = document["LatestPublishedVersionId"]
    records.create(FEED_ATTACHMENT, {"FeedEntityId": post, "RecordId": version, "Title": document["Title"]})
    links = records.store.where(LINK, "ContentDocumentId", document["Id"], tail="AND IsDeleted = 0")
    if subject not in {one["LinkedEntityId"] for one in links}:
        records.create(LINK, {"ContentDocumentId": document["Id"], "LinkedEntityId": subject, "ShareType": "I"})


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
        "capabilities": {"files": {"items": files}} if (files := carried(store, row["Id"])) else {},
        "parent": {"id": row["ParentId"]},
        "createdDate": row["CreatedDate"],
        "modifiedDate": row["LastModifiedDate"],
        "url": f"{base}/chatter/feed-elements/{row['Id']}",
    }


def carried(store: Store, post: str) -> list[dict[str, Any]]:
    """The files of a post, as long as they are not deleted themselves."""
    found = []
    for one in store.where(FEED_ATTACHMENT, "FeedEntityId", post, tail="AND IsDeleted = 0"):
        version = store.one(CONTENT_VERSION, one["RecordId"]) or {"IsDeleted": 1}
        if not version["IsDeleted"]:
            about = {"id": version["ContentDocumentId"], "versionId": version["Id"], "title": version["Title"]}
            extension, size = version["FileExtension"], str(version["ContentSize"])
            found.append({**about, "fileExtension": extension, "fileSize": size})
    return found


def unreadable(why: str) -> Problem:
    return Problem("POST_BODY_PARSE_ERROR", f"The request body can't be parsed: {why}.")
