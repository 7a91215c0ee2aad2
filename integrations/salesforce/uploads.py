"""A file goes to a record with one request: the version, its document and the link at once (vendors.md §3)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from documents.models import StoredFile
from documents.names import safe_name
from integrations import calls, outcomes, registry
from integrations.errors import VendorError
from integrations.outcomes import Outcome
from integrations.salesforce import files, guarding, ids, people, soql
from integrations.salesforce.client import client
from integrations.salesforce.files import MOST_BYTES

Link = Mapping[str, Any]  # as `files.at` gives it
GONE = frozenset({"NOT_FOUND", "ENTITY_IS_DELETED"})
# Who owns a document, and the library it lies in, are linked with it as well.
OF_NO_RECORD = ("005", "058")


@registry.operation("salesforce.attach_file")
def attach_file(payload: Mapping[str, Any], *, key: str) -> Outcome:  # noqa: ARG001 - record, content and title are the key
    """`{"record", "file": the id of a StoredFile, "title", "name"}`; the reference is that of the document.

    The same content under the same title that hangs there already is not sent again. Read back: `data` says
    `{"version", "document", "link"}` of what Salesforce shows at the record.
    """
    record = ids.full_id(str(payload["record"]))
    stored = StoredFile.objects.filter(pk=payload["file"]).first()
    if stored is None:
        return outcomes.refused("NO_FILE", _("The file is not there any more."))
    if stored.size > MOST_BYTES:
        return outcomes.refused("TOO_LARGE", _("Files of more than 25 MB are not sent to Salesforce."))
    content = stored.read()
    title = str(payload.get("title") or payload["name"]).strip()[:255].strip()  # as Salesforce keeps it
    there = _look(record, title=title, digest=files.md5(content))
    if there:
        return outcomes.already(str(there["ContentDocumentId"]), data=_seen(there))
    values = {
        "Title": title,
        "PathOnClient": safe_name(str(payload["name"])),
        "VersionData": base64.b64encode(content).decode(),
        "FirstPublishLocationId": record,
    }
    return _read_back(record, client().create("ContentVersion", values, patience=calls.FILE))


@registry.operation("salesforce.detach_file")
def detach_file(payload: Mapping[str, Any], *, key: str) -> Outcome:  # noqa: ARG001
    """`{"record", "document"}`: what the desk hung there goes into the bin; where others hold it too, only the link.

    What somebody else has uploaded is left as it is and said, and so is a newer version of somebody else's.
    """
    record, document = (ids.full_id(str(payload[name])) for name in ("record", "document"))
    links = _links(document)
    ours = next((one for one in links if ids.same_id(str(one["LinkedEntityId"]), record)), None)
    if ours is None:
        return outcomes.already(document)
    others = next((one for one in _makers(document) if not ids.same_id(_id_of(one), people.own_id())), None)
    if others is not None:
        words = _("%(name)s has put this file there, not the desk. It is left.")
        return outcomes.refused("NOT_OURS", words % {"name": _name_of(others)})
    held = any(one is not ours and not str(one["LinkedEntityId"]).startswith(OF_NO_RECORD) for one in links)
    _delete("ContentDocumentLink", str(ours["Id"])) if held else _delete(files.DOCUMENT, document)
    with guarding.reading_back():
        left = [one for one in _links(document) if ids.same_id(str(one["LinkedEntityId"]), record)]
    if left:
        return outcomes.refused("NOT_KEPT", guarding.not_kept())
    return outcomes.done(document, data={"deleted": "link" if held else "document"})


def _look(record: str, *, title: str, digest: str) -> Link | None:
    """The document with this title and content that hangs at the record."""
    for row in files.at(record):
        document = row.get(files.DOCUMENT) or {}
        newest = document.get("LatestPublishedVersion") or {}
        if document.get("Title") == title and str(newest.get("Checksum") or "").lower() == digest:
            return row
    return None


def _read_back(record: str, version: str) -> Outcome:
    with guarding.reading_back():
        rows = files.at(record)
    for row in rows:
        document = row.get(files.DOCUMENT) or {}
        if ids.same_id(str(document.get("LatestPublishedVersionId") or ""), version):
            return outcomes.done(str(row["ContentDocumentId"]), data=_seen(row))
    return outcomes.refused("NOT_KEPT", guarding.not_kept(), {"version": version})


def _seen(row: Link) -> dict[str, Any]:
    document = str(row["ContentDocumentId"])
    version = str((row.get(files.DOCUMENT) or {}).get("LatestPublishedVersionId") or "")
    return {"version": version, "document": document, "link": files.link_to(document)}


def _links(document: str) -> list[dict[str, Any]]:
    asked = "SELECT Id, LinkedEntityId FROM ContentDocumentLink WHERE ContentDocumentId = {}"
    return soql.literal(asked, document, about="ContentDocumentLink")


def _makers(document: str) -> list[Link]:
    """Who has uploaded each version of it."""
    asked = "SELECT CreatedById, CreatedBy.Name FROM ContentVersion WHERE ContentDocumentId = {}"
    return list(soql.literal(asked, document, about="ContentVersion")) or [{}]


def _id_of(maker: Link) -> str:
    return str(maker.get("CreatedById") or "")


def _name_of(maker: Link) -> str:
    return str((maker.get("CreatedBy") or {}).get("Name") or _("Somebody"))


def _delete(object_name: str, identity: str) -> None:
    """Somebody may have done it in the meantime."""
    try:
        client().delete(object_name, identity)
    except VendorError as problem:
        if problem.code not in GONE:
            raise
