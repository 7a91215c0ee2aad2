"""Files at a record: which there are, and what one of them holds."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django.utils.translation import gettext as _

from integrations.asking import question
from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor
from integrations.salesforce import ids, links, making, soql
from integrations.salesforce.client import client
from integrations.salesforce.shapes import FileRef

MOST_BYTES: Final = 25 * 1024 * 1024
DOCUMENT: Final = "ContentDocument"
OF_RECORD: Final = (
    "SELECT ContentDocumentId, ContentDocument.Title, ContentDocument.FileExtension, ContentDocument.ContentSize,"
    " ContentDocument.LastModifiedDate, ContentDocument.LatestPublishedVersionId,"
    " ContentDocument.LatestPublishedVersion.Checksum FROM ContentDocumentLink WHERE LinkedEntityId = {}"
)


@question("salesforce.files_of")
def files_of(record: str) -> list[FileRef]:
    """What hangs at it, the newest first."""
    found = [_shaped(row) for row in at(record) if row.get(DOCUMENT)]
    return sorted(found, key=lambda one: (one.modified is not None, one.modified, one.document), reverse=True)


@question("salesforce.file")
def content(version: str) -> bytes:
    """Whole and unchanged; VendorError for one that is not there, too large, or arrived otherwise than it was kept."""
    asked = "SELECT ContentSize, Checksum FROM ContentVersion WHERE Id = {}"
    rows = soql.literal(asked, ids.full_id(version), about="ContentVersion")
    if not rows:
        raise _refused("NO_FILE", _("Salesforce has no such file any more."))
    if int(rows[0].get("ContentSize") or 0) > MOST_BYTES:
        raise _refused("TOO_LARGE", _("Files of more than 25 MB are not fetched from Salesforce."))
    found = client().download("ContentVersion", ids.full_id(version), "VersionData")
    digest = str(rows[0].get("Checksum") or "").lower()
    if digest and digest != md5(found):
        words = _("The file did not arrive from Salesforce as it is kept there.")
        raise VendorError(Vendor.SALESFORCE, ErrorClass.BUSY, "BROKEN_FILE", words)
    return found


def at(record: str) -> list[dict[str, Any]]:
    """The links of a record with their documents, as Salesforce sends them."""
    return soql.literal(OF_RECORD, ids.full_id(record), about="ContentDocumentLink")


def link_to(document: str) -> str:
    return links.page_url(DOCUMENT, document)


def md5(content: bytes) -> str:
    """What Salesforce calls the checksum of a file."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _shaped(row: dict[str, Any]) -> FileRef:
    document = row[DOCUMENT]
    return FileRef(
        document=str(row["ContentDocumentId"]),
        version=str(document.get("LatestPublishedVersionId") or ""),
        title=str(document.get("Title") or ""),
        extension=str(document.get("FileExtension") or ""),
        size=int(document.get("ContentSize") or 0),
        modified=making.moment(document.get("LastModifiedDate")),
        link=link_to(str(row["ContentDocumentId"])),
    )


def _refused(code: str, words: str) -> VendorError:
    return VendorError(Vendor.SALESFORCE, ErrorClass.PERMANENT, code, words)
