"""Pages for people, `/salesforce/`: objects, rows, and one record with its feed, its files and what hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from sandbox import pages
from sandbox.salesforce import files, ids, objects
from sandbox.salesforce.fragments import SHOWN, attached, children, feed, label, moment, title, value
from sandbox.salesforce.objects import CONTENT_VERSION, OBJECTS
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.store import Row, Store
from sandbox.web import Request, Response, Route, problem, redirect

COLUMNS = {
    "Account": ("Type", "Partners_Partner_Status__c", "Partner_Track__c", "Contracted_Territories__c", "OwnerId"),
    "Contact": ("Email", "AccountId", "Active__c"),
    "Opportunity": ("Opportunity_Number__c", "StageName", "ImpartnerPRM__PartnerAccount__c", "OwnerId"),
    "VartopiaDRS__Registration__c": (
        "VartopiaDRS__Status__c",
        "VartopiaDRS__Picklist_1__c",
        "VartopiaDRS__Partner_Account__c",
        "VartopiaDRS__Customer_Name__c",
    ),
    "Invoice__c": ("Account__c", "Invoice_Date__c", "Amount__c", "Status__c"),
    "Case": ("CaseNumber", "Type", "Status", "AccountId"),
    "Certification__c": ("Title__c", "Account__c", "Contact__c", "Passed__c", "Expires__c"),
    "User": ("Email", "Title", "IsActive"),
    "ContentDocument": ("FileType", "ContentSize"),
    "ContentVersion": ("PathOnClient", "ContentSize", "Checksum"),
    "ContentDocumentLink": ("ContentDocumentId", "LinkedEntityId"),
    "FeedItem": ("ParentId", "CreatedById"),
    "FeedAttachment": ("FeedEntityId", "RecordId"),
    "Quote": ("QuoteNumber", "OpportunityId", "Status", "GrandTotal"),
}
CHANGED_BY_HAND = (
    "Account",
    "Contact",
    "Opportunity",
    "VartopiaDRS__Registration__c",
    "Invoice__c",
    "Case",
    "Certification__c",
    "User",
    "Quote",
)
HIDDEN = {"VersionData", "SystemModstamp", "IsDeleted"}


def routes(store: Store) -> list[Route]:
    name, identity = r"(?P<sobject>\w+)", r"(?P<id>\w{18})"
    return [
        Route("GET", r"/salesforce", lambda _request: redirect("/salesforce/")),
        Route("GET", r"/salesforce/", lambda _request: page(store, "Salesforce", welcome())),
        Route("GET", rf"/salesforce/files/{identity}", lambda request: download(store, request)),
        Route("GET", rf"/salesforce/{name}/", lambda request: listing(store, request)),
        Route("GET", rf"/salesforce/{name}/{identity}/", lambda request: record(store, request)),
        Route("GET", rf"/lightning/r/{name}/{identity}/view", shown_at),
    ]


def shown_at(request: Request) -> Response:
    """Where the vendor itself shows a record to people."""
    return redirect(f"/salesforce/{request.parts['sobject']}/{request.parts['id']}/")


def page(store: Store, title: str, body: str, *, chosen: str = "", status: int = 200) -> Response:
    """Objects at the side; on a phone either them or what was chosen."""
    entries = "".join(entry(store, one, chosen=one.name == chosen) for one in OBJECTS.values())
    markup = (
        f'<main class="sheet panes slim{" reading" if chosen else ""}">'
        f'<section class="side" aria-label="Objects"><h1>Salesforce</h1><ol class="list">{entries}</ol></section>'
        f'<section class="main" aria-label="{escape(title)}">{body}</section></main>'
    )
    return Response(body=pages.shell(title, markup, place="salesforce").encode(), status=status)


def entry(store: Store, sobject: SObject, *, chosen: bool) -> str:
    current = ' aria-current="true"' if chosen else ""
    count = store.rows(f'SELECT COUNT(*) FROM "{sobject.name}" WHERE IsDeleted = 0')[0][0]  # noqa: S608 - names of our schema
    return (
        f'<li><a href="/salesforce/{sobject.name}/"{current}><span class="line">'
        f'<strong>{escape(sobject.plural)}</strong><span class="count">{count:,}</span></span></a></li>'
    )


def welcome() -> str:
    return '<p class="empty">Choose an object to see its rows, those changed last first.</p>'


def listing(store: Store, request: Request) -> Response:
    sobject = objects.find(request.parts["sobject"])
    if sobject is None:
        return problem(404, f"There is no object {request.parts['sobject']}.")
    columns = [found for name in COLUMNS[sobject.name] if (found := sobject.field(name))]
    rows = newest(store, sobject)
    heads = "".join(
        f'<th scope="col">{escape(text)}</th>' for text in ("Record", *(label(one) for one in columns), "Changed")
    )
    lines = "".join(line(store, sobject, columns, row) for row in rows)
    more = f'<p class="hint">The {SHOWN} changed last.</p>' if len(rows) == SHOWN else ""
    body = (
        f'<p class="back"><a href="/salesforce/">All objects</a></p><h2>{escape(sobject.plural)}</h2>{more}'
        f'<div class="scroll"><table class="records"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )
    return page(store, sobject.plural, body, chosen=sobject.name)


def newest(store: Store, sobject: SObject) -> list[Row]:
    tail = f"OR 1 ORDER BY SystemModstamp DESC, Id LIMIT {SHOWN}"
    return store.where(sobject, "IsDeleted", 0, tail=tail)


def line(store: Store, sobject: SObject, columns: Sequence[Field], row: Row) -> str:
    cells = "".join(f"<td>{value(store, one, row)}</td>" for one in columns)
    gone = ' <span class="tag">deleted</span>' if row["IsDeleted"] else ""
    link = f'<a href="/salesforce/{sobject.name}/{row["Id"]}/">{escape(title(row))}</a>'
    return f'<tr><th scope="row">{link}{gone}</th>{cells}<td>{moment(row["LastModifiedDate"])}</td></tr>'


def record(store: Store, request: Request) -> Response:
    sobject, identity = objects.find(request.parts["sobject"]), ids.full(request.parts["id"])
    row = store.one(sobject, identity) if sobject and identity else None
    if sobject is None or row is None:
        return problem(404, f"There is no record {request.parts['id']}.")
    gone = ' <span class="tag">deleted</span>' if row["IsDeleted"] else ""
    facts = "".join(
        f"<dt>{escape(label(one))}</dt><dd>{value(store, one, row)}</dd>"
        for one in sobject.fields
        if row[one.name] not in {None, ""} and one.name not in HIDDEN
    )
    changed = sobject.name in CHANGED_BY_HAND and not row["IsDeleted"]
    change = f'<p><a href="/salesforce/{sobject.name}/{identity}/change">Change</a></p>' if changed else ""
    body = (
        f'<p class="back"><a href="/salesforce/">All objects</a></p>'
        f'<p class="hint"><a href="/salesforce/{sobject.name}/">{escape(sobject.plural)}</a></p>'
        f'<h2>{escape(title(row))}{gone}</h2>{change}<dl class="facts wide">{facts}</dl>'
        f"{feed(store, identity)}{attached(store, identity)}{children(store, sobject, identity)}"
    )
    return page(store, title(row), body, chosen=sobject.name)


def download(store: Store, request: Request) -> Response:
    row = store.one(CONTENT_VERSION, ids.full(request.parts["id"]) or "-")
    if row is None:
        return problem(404, f"There is no file {request.parts['id']}.")
    name = quote(str(row["PathOnClient"]).replace("\\", "/").rpartition("/")[2], safe="")
    return Response(
        body=files.content(store, row["Id"]),
        content_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=utf-8''{name}"},
    )
