"""Pages that change a record or put it into the bin, as a person at the vendor would: `/salesforce/…/change`."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import parse_qs

from sandbox.salesforce import browsing, ids, objects, seeding
from sandbox.salesforce.api import Api
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.fragments import label, title
from sandbox.salesforce.objects import USER
from sandbox.salesforce.records import Records
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.store import Row, Store
from sandbox.web import Request, Response, Route, problem, redirect

KINDS = {"date": "date", "email": "email", "url": "text", "phone": "tel"}
Values = dict[str, Any]


def routes(api: Api) -> list[Route]:
    record = r"/salesforce/(?P<sobject>\w+)/(?P<id>\w{18})"
    return [
        Route("GET", f"{record}/change", lambda request: Change(api, request).show()),
        Route("POST", f"{record}/change", lambda request: Change(api, request).keep()),
        Route("POST", f"{record}/delete", lambda request: Change(api, request).delete()),
    ]


class Change:
    """One request about one record; who does it is the organisation's first user."""

    def __init__(self, api: Api, request: Request) -> None:
        self.store, self.request = api.store, request
        self.records = Records(store=api.store, settings=api.settings, user=seeding.seed()["User"][0]["Id"])
        self.sobject = objects.find(request.parts["sobject"])
        self.identity = ids.full(request.parts["id"])

    def found(self) -> tuple[SObject, Row] | None:
        if self.sobject is None or self.sobject.name not in browsing.CHANGED_BY_HAND:
            return None
        row = self.store.one(self.sobject, self.identity) if self.identity else None
        return (self.sobject, row) if row and not row["IsDeleted"] else None

    def show(self) -> Response:
        found = self.found()
        return page(self.store, *found, {}) if found else self.missing()

    def keep(self) -> Response:
        """Writes what differs; a refusal comes back with what was typed."""
        found = self.found()
        if found is None:
            return self.missing()
        sobject, row = found
        given = typed(sobject, self.request.body)
        try:
            self.records.update(sobject, self.identity, differing(sobject, row, given))
        except Problem as refusal:
            return page(self.store, sobject, row, given, wrong=refusal.message)
        return redirect(address(sobject, row))

    def delete(self) -> Response:
        found = self.found()
        if found is None:
            return self.missing()
        try:
            self.records.delete(found[0], self.identity)
        except Problem as refusal:
            return page(self.store, *found, {}, wrong=refusal.message)
        return redirect(address(*found))

    def missing(self) -> Response:
        return problem(404, f"There is no record {self.request.parts['id']} to change.")


def address(sobject: SObject, row: Row) -> str:
    return f"/salesforce/{sobject.name}/{row['Id']}/"


def changeable(sobject: SObject) -> Iterator[Field]:
    return (one for one in sobject.fields if one.update and one.type not in {"base64", "datetime"})


def typed(sobject: SObject, body: bytes) -> Values:
    """What the form says, as the API would be told."""
    sent = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    values: Values = {}
    for one in changeable(sobject):
        texts = [text.strip().replace("\r\n", "\n") for text in sent.get(one.name, [])]
        if one.type == "boolean":
            values[one.name] = bool(texts)
        elif one.type == "multipicklist":
            values[one.name] = ";".join(filter(None, texts))
        elif texts:
            values[one.name] = texts[-1]
    return values


def differing(sobject: SObject, row: Row, given: Values) -> Values:
    """A field left as it was is not written: what somebody else wrote meanwhile stays."""
    return {
        one.name: given[one.name]
        for one in changeable(sobject)
        if one.name in given and shown(one, given[one.name]) != shown(one, row[one.name])
    }


def shown(field: Field, value: Any) -> str:
    if field.type == "boolean":
        return "1" if value else ""
    if field.type in {"currency", "double", "int"} and isinstance(value, int | float):
        return f"{value:g}" if value == int(value) and abs(value) < 100_000 else f"{value:.2f}"
    return "" if value is None else str(value)


def page(store: Store, sobject: SObject, row: Row, given: Values, *, wrong: str = "") -> Response:
    inputs = "".join(entry(store, one, shown(one, given.get(one.name, row[one.name]))) for one in changeable(sobject))
    said = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    where = address(sobject, row)
    body = (
        f'<p class="hint"><a href="{where}">{escape(title(row))}</a></p><h2>Change {escape(title(row))}</h2>{said}'
        f'<form method="post" action="{where}change" class="narrow-left" novalidate>{inputs}'
        '<p class="foot"><button class="primary">Keep</button></p></form>'
        f'<form method="post" action="{where}delete" class="foot"><button>Put into the recycle bin</button></form>'
    )
    return browsing.page(store, f"Change {title(row)}", body, chosen=sobject.name, status=400 if wrong else 200)


def entry(store: Store, field: Field, value: str) -> str:
    words = escape(label(field))
    if field.type == "boolean":
        checked = " checked" if value else ""
        return f'<label class="check"><input type="checkbox" name="{field.name}" value="1"{checked}> {words}</label>'
    if field.to == USER.name:
        return f"<label>{words}{select(field, users(store), {value})}</label>"
    if field.type in {"picklist", "multipicklist"}:
        chosen = set(value.split(";")) if field.type == "multipicklist" else {value}
        choices = dict.fromkeys([*field.values, *(chosen - {""})])
        return f"<label>{words}{select(field, {one: one for one in choices}, chosen)}</label>"
    if field.type == "textarea":
        return f'<label>{words}<textarea name="{field.name}" rows="3">{escape(value)}</textarea></label>'
    kind = KINDS.get(field.type, "text")
    return f'<label>{words}<input name="{field.name}" type="{kind}" value="{escape(value)}"></label>'


def select(field: Field, choices: dict[str, str], chosen: set[str]) -> str:
    several = ' multiple size="6"' if field.type == "multipicklist" else ""
    nothing = "" if several else '<option value=""></option>'
    options = "".join(
        f'<option value="{escape(key)}"{" selected" if key in chosen else ""}>{escape(words)}</option>'
        for key, words in choices.items()
    )
    return f'<select name="{field.name}"{several}>{nothing}{options}</select>'


def users(store: Store) -> dict[str, str]:
    rows = store.rows(f'SELECT Id, Name FROM "{USER.name}" WHERE IsDeleted = 0 ORDER BY Name')  # noqa: S608 - our name
    return dict(rows)
