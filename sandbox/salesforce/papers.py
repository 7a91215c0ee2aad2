"""The PDFs that hang at invoices from the beginning: drawn from the seed's own rows, the same each time."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from sandbox.salesforce import ids
from sandbox.salesforce.store import Row

Seed = Mapping[str, list[Row]]
Rows = dict[str, list[Row]]
DOCUMENT, VERSION, LINK = "069", "068", "06A"
LINES = (
    ("Invoice number", "Name"),
    ("Invoiced to", "account"),
    ("Invoice date", "Invoice_Date__c"),
    ("Due date", "Due_Date__c"),
    ("Opportunity", "opportunity"),
    ("End customer", "customer"),
)


def hanging(seed: Seed) -> tuple[Rows, dict[str, bytes]]:
    """The rows of documents, versions and links, and what each version holds."""
    rows: Rows = {"ContentDocument": [], "ContentVersion": [], "ContentDocumentLink": []}
    contents: dict[str, bytes] = {}
    (paper,) = seed["paper"]
    by_number = {one["Name"]: one for one in seed["Invoice__c"]}
    for number, name in enumerate(paper["invoices"], start=1):
        document, version, link = (ids.full(f"{prefix}8dQx{number:08d}") for prefix in (DOCUMENT, VERSION, LINK))
        content = contents[version] = invoice(facts(seed, by_number[name]))
        at, made = by_number[name]["Id"], {"CreatedById": paper["author"], "LastModifiedById": paper["author"]}
        about = {"Title": name, "FileExtension": "pdf", "FileType": "PDF", "ContentSize": len(content), **made}
        rows["ContentDocument"].append({**about, "Id": document, "LatestPublishedVersionId": version})
        checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
        kept = {"PathOnClient": f"{name}.pdf", "VersionData": version, "Checksum": checksum}
        newest = {"VersionNumber": "1", "IsLatest": True, "FirstPublishLocationId": at}
        rows["ContentVersion"].append({**about, **kept, **newest, "Id": version, "ContentDocumentId": document})
        rows["ContentDocumentLink"].append({"Id": link, "ContentDocumentId": document, "LinkedEntityId": at, **made})
    return rows, contents


def facts(seed: Seed, row: Row) -> dict[str, str]:
    """What the paper says, names for ids."""
    named = {one["Id"]: one for one in [*seed["Account"], *seed["Opportunity"]]}
    opportunity: Row = named.get(row.get("Opportunity__c"), {})
    customer: Row = named.get(opportunity.get("AccountId"), {})
    found: dict[str, Any] = {**row, "account": named[row["Account__c"]]["Name"]}
    found |= {"opportunity": opportunity.get("Name"), "customer": customer.get("Name")}
    return {name: str(value) for name, value in found.items() if value is not None}


def invoice(found: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.setTitle(f"Invoice {found['Name']}")
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawString(20 * mm, 265 * mm, "Invoice")
    for place, (label, name) in enumerate((label, name) for label, name in LINES if name in found):
        below = (245 - 9 * place) * mm
        canvas.setFont("Helvetica", 9)
        canvas.drawString(20 * mm, below, label)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(60 * mm, below, found[name])
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(20 * mm, 180 * mm, f"Total: USD {float(found['Amount__c']):,.2f}")
    canvas.setFont("Helvetica", 8)
    canvas.drawString(20 * mm, 20 * mm, "Of the sandbox: everybody and everything on it is invented.")
    canvas.save()
    return out.getvalue()
