"""A file goes to a record with one request: the version, its document and the link at once (vendors.md §3)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from django.utils.translation import gettext as _

from documents.models import StoredFile
from documents.names import safe_name
from integrations import calls, outcomes, registry
from integrations.errors import VendorError
from integrations.outcomes import Outcome
from integrations.salesforce import ids
from integrations.salesforce.client import client
from integrations.salesforce.soql import literal

MOST_BYTES: Final = 25 * 1024 * 1024


@registry.operation("salesforce.attach_file")
def attach_file(payload: Mapping[str, Any], *, key: str) -> Outcome:  # noqa: ARG001 - record, content and title are the key
    """`{"record", "file": the id of a StoredFile, "title", "name"}`; the reference is that of the document.

    The same content under the same title that hangs there already is not sent again.
    """
    record = ids.full_id(str(payload["record"]))
    stored = StoredFile.objects.filter(pk=payload["file"]).first()
    if stored is None:
        return outcomes.refused("NO_FILE", _("The file is not there any more."))
    if stored.size > MOST_BYTES:
        return outcomes.refused("TOO_LARGE", _("Files of more than 25 MB are not sent to Salesforce."))
    content = stored.read()
    title = str(payload.get("title") or payload["name"]).strip()[:255].strip()  # as Salesforce keeps it
    there = _look(record, title=title, digest=hashlib.md5(content, usedforsecurity=False).hexdigest())
    if there:
        return outcomes.already(there)
    values = {
        "Title": title,
        "PathOnClient": safe_name(str(payload["name"])),
        "VersionData": base64.b64encode(content).decode(),
        "FirstPublishLocationId": record,
    }
    version = client().create("ContentVersion", values, patience=calls.FILE)
    return outcomes.done(_document_of(version))


def _document_of(version: str) -> str:
    """It is written, so not being able to ask is no failure; then the version stands for its document."""
    with suppress(VendorError):
        rows = literal("SELECT ContentDocumentId FROM ContentVersion WHERE Id = {}", version, about="ContentVersion")
        return str(rows[0]["ContentDocumentId"]) if rows else version
    return version


def _look(record: str, *, title: str, digest: str) -> str:
    """The document with this title and content that hangs at the record."""
    rows = literal(
        "SELECT ContentDocumentId, ContentDocument.Title, ContentDocument.LatestPublishedVersion.Checksum"
        " FROM ContentDocumentLink WHERE LinkedEntityId = {}",
        record,
        about="ContentDocumentLink",
    )
    for row in rows:
        document = row.get("ContentDocument") or {}
        newest = document.get("LatestPublishedVersion") or {}
        if document.get("Title") == title and str(newest.get("Checksum") or "").lower() == digest:
            return str(row["ContentDocumentId"])
    return ""
