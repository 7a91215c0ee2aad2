"""Parts of the pages: a value, a link to a record, and what hangs on one."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from sandbox.salesforce import chatter, objects
from sandbox.salesforce.objects import (
    CONTENT_DOCUMENT,
    CONTENT_DOCUMENT_LINK,
    CONTENT_VERSION,
    FEED_ITEM,
    OBJECTS,
    USER,
)
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.store import Row, Store

SHOWN = 200
TITLES = ("VartopiaDRS__Vendor_Deal_ID__c", "QuoteNumber", "Name", "Subject", "Title", "Body", "ShareType")


def feed(store: Store, identity: str) -> str:
    rows = store.where(FEED_ITEM, "ParentId", identity, tail="AND IsDeleted = 0 ORDER BY SystemModstamp DESC")
    posts = "".join(
        f'<li><p class="hint">{named(store, row["CreatedById"])} {moment(row["CreatedDate"])}</p>'
        f'<p class="text">{escape(row["Body"] or "")}</p>{carried(store, row["Id"])}</li>'
        for row in rows
    )
    return f'<h3>Chatter</h3><ol class="feed">{posts}</ol>' if posts else ""


def carried(store: Store, post: str) -> str:
    """The files that a post brought."""
    items = "".join(
        f'<li><a href="/salesforce/files/{one["versionId"]}">{escape(one["title"])}</a></li>'
        for one in chatter.carried(store, post)
    )
    return f'<ul class="files">{items}</ul>' if items else ""


def attached(store: Store, identity: str) -> str:
    """The files linked with a record; of a file, its versions."""
    links = store.where(CONTENT_DOCUMENT_LINK, "LinkedEntityId", identity, tail="AND IsDeleted = 0")
    if identity[:3] == CONTENT_DOCUMENT.prefix:
        links = [{"ContentDocumentId": identity}]
    versions = [
        version
        for link in links
        for version in store.where(
            CONTENT_VERSION, "ContentDocumentId", link["ContentDocumentId"], tail="AND IsDeleted = 0"
        )
    ]
    items = "".join(
        f'<li><a href="/salesforce/files/{one["Id"]}">{escape(one["PathOnClient"])}</a> '
        f'<span class="hint">{one["ContentSize"]:,} bytes, {moment(one["CreatedDate"])}</span></li>'
        for one in versions
    )
    return f'<h3>Files</h3><ul class="files">{items}</ul>' if items else ""


def children(store: Store, sobject: SObject, identity: str) -> str:
    """Rows of other objects that point here, by the field that does."""
    parts = []
    for child in OBJECTS.values():
        for field in child.fields:
            if field.to != sobject.name or sobject is USER or child in {CONTENT_VERSION, CONTENT_DOCUMENT_LINK}:
                continue
            rows = store.where(child, field.name, identity, tail=f"ORDER BY SystemModstamp DESC LIMIT {SHOWN}")
            parts += [related(child, field, rows)] if rows else []
    return "".join(parts)


def related(child: SObject, field: Field, rows: Iterable[Row]) -> str:
    items = "".join(
        f'<li><a href="/salesforce/{child.name}/{one["Id"]}/">{escape(title(one))}</a></li>' for one in rows
    )
    heading = f'{escape(child.plural)} <span class="count">{escape(label(field))}</span>'
    return f'<h3>{heading}</h3><ul class="files">{items}</ul>'


def label(field: Field) -> str:
    return field.label.removesuffix(" ID") if field.to else field.label


def title(row: Row) -> str:
    found = next((str(row[name]) for name in TITLES if row.get(name)), row["Id"])
    return found if len(found) <= 80 else f"{found[:79]}…"


def value(store: Store, field: Field, row: Row) -> str:
    content = row[field.name]
    if content is None:
        return ""
    if field.type == "reference":
        return named(store, content)
    if field.type == "boolean":
        return "yes" if content else "no"
    if field.type == "datetime":
        return moment(content)
    shown = f"{content:,.2f}" if field.type == "currency" else str(content).replace(";", "; ")
    return escape(shown)


def named(store: Store, identity: str) -> str:
    """A link that says the other record's name."""
    sobject = objects.BY_PREFIX.get(identity[:3])
    row = store.one(sobject, identity) if sobject else None
    if sobject is None or row is None:
        return escape(identity)
    return f'<a href="/salesforce/{sobject.name}/{identity}/">{escape(title(row))}</a>'


def moment(stamp: str) -> str:
    return f'<time datetime="{escape(stamp[:19])}Z">{escape(stamp[:10])} {escape(stamp[11:19])}</time>'
