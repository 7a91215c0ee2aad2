"""Files: a version makes its document and, where it says so, the link to a record, all in one request."""

from __future__ import annotations

import hashlib
import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sandbox.salesforce import checks, ids, objects
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.records import Records
from sandbox.salesforce.seeding import complete
from sandbox.salesforce.store import Row, Store
from sandbox.web import Request

DOCUMENT, LINK, VERSION = objects.CONTENT_DOCUMENT, objects.CONTENT_DOCUMENT_LINK, objects.CONTENT_VERSION
MAX_JSON = 52_428_800
NO_DATA = "Required fields are missing: [VersionData]"


def sent(request: Request) -> tuple[dict[str, Any], bytes]:
    """The fields and the file, from JSON with base64 or from a form of two parts."""
    kind = request.headers.get("content-type", "")
    if kind.lower().startswith("multipart/form-data"):
        return from_form(kind, request.body)
    if len(request.body) > MAX_JSON:
        message = f"Maximum size of request reached. Maximum size of request is {MAX_JSON} bytes."
        raise Problem("REQUEST_TOO_LARGE", message, status=413)
    fields = decoded(request.body)
    data = fields.pop("VersionData", None)
    if not isinstance(data, str) or not data:
        raise Problem("REQUIRED_FIELD_MISSING", NO_DATA, fields=["VersionData"])
    return fields, checks.decoded(data)


def from_form(kind: str, body: bytes) -> tuple[dict[str, Any], bytes]:
    head = f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = message_from_bytes(head + body, policy=policy.HTTP)
    assert isinstance(message, EmailMessage)
    parts = {part.get_param("name", header="content-disposition"): part for part in message.iter_parts()}
    if "entity_content" not in parts or "VersionData" not in parts:
        raise Problem("INVALID_MULTIPART_REQUEST", "The parts entity_content and VersionData are needed.")
    return decoded(payload(parts["entity_content"])), payload(parts["VersionData"])


def payload(part: Any) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def decoded(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as problem:
        raise Problem("JSON_PARSER_ERROR", f"The body is not JSON: {problem}") from problem
    if not isinstance(found, dict):
        raise Problem("JSON_PARSER_ERROR", "The body must be a JSON object.")
    return found


def upload(records: Records, fields: dict[str, Any], data: bytes) -> str:
    """The id of the new version."""
    store = records.store
    with store.turn():
        # The checks ask for the data, which is kept apart from the row.
        values = checks.for_create(store, VERSION, {**fields, "VersionData": "AA=="})
        document = values["ContentDocumentId"] = values.get("ContentDocumentId") or store.new_id(DOCUMENT.prefix)
        identity = records.store.new_id(VERSION.prefix)
        name, _dot, extension = str(values["PathOnClient"]).replace("\\", "/").rpartition("/")[2].rpartition(".")
        values["Title"] = values.get("Title") or name or extension
        about = {"FileExtension": extension, "FileType": extension.upper() or "UNKNOWN", "ContentSize": len(data)}
        common = {**about, "Title": values["Title"], **made_by(records)}
        earlier = store.where(VERSION, "ContentDocumentId", document)
        checksum = hashlib.md5(data, usedforsecurity=False).hexdigest()
        number = {"VersionNumber": str(len(earlier) + 1), "IsLatest": 1, "Checksum": checksum}
        insert(records, VERSION, {**values, **common, **number, "VersionData": identity, "Id": identity})
        store.run("INSERT INTO content VALUES (?, ?)", [identity, data])
        publish(records, document, identity, common=common, earlier=earlier, at=values.get("FirstPublishLocationId"))
        return identity


def publish(records: Records, document: str, version: str, *, common: Row, earlier: list[Row], at: str | None) -> None:
    """The document of a first version and its links; of a further one, only which is the latest."""
    for one in earlier:
        records.touch(VERSION, one["Id"], {"IsLatest": 0})
    if earlier:
        names = {name: value for name, value in common.items() if name not in {"CreatedById", "OwnerId"}}
        records.touch(DOCUMENT, document, {**names, "LatestPublishedVersionId": version})
        return
    insert(records, DOCUMENT, {**common, "LatestPublishedVersionId": version, "Id": document})
    for entity, share in {records.user: "I", at: "V"}.items():
        if entity:
            linked(records, {"ContentDocumentId": document, "LinkedEntityId": entity, "ShareType": share})


def link(records: Records, given: dict[str, Any]) -> str:
    with records.store.turn():
        return linked(records, given)


def linked(records: Records, given: dict[str, Any]) -> str:
    """A second link of the same two is refused."""
    values = checks.for_create(records.store, LINK, given)
    for one in records.store.where(LINK, "LinkedEntityId", values["LinkedEntityId"], tail="AND IsDeleted = 0"):
        if one["ContentDocumentId"] == values["ContentDocumentId"]:
            words = f"{one['ContentDocumentId']} is already linked with {ids.full(values['LinkedEntityId'])}"
            raise Problem("DUPLICATE_VALUE", f"duplicate value found: {words}", fields=[])
    return records.create(LINK, values)


def insert(records: Records, sobject: Any, values: Row) -> None:
    records.store.insert(sobject, [complete(sobject, values, stamp=records.store.stamp())])


def made_by(records: Records) -> Row:
    return {"CreatedById": records.user, "LastModifiedById": records.user, "OwnerId": records.user}


def content(store: Store, version: str) -> bytes:
    found = store.rows("SELECT data FROM content WHERE id = ?", [version])
    return bytes(found[0][0]) if found else b""
