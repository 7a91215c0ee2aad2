"""The pages *Faults* and *Requests*, and their programs' side."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from sandbox import pages, vendor_faults
from sandbox.log import Log
from sandbox.vendor_faults import MODES, Fault, Vendor
from sandbox.web import Request, Response, Route, as_json, problem, redirect

NAMES = {"salesforce": "Salesforce", "docusign": "DocuSign"}


def routes(vendors: Sequence[Vendor], log: Log) -> list[Route]:
    known = {vendor.name: vendor for vendor in vendors}

    def switch(request: Request) -> Response:
        form = {name: values[0].strip() for name, values in parse_qs(request.body.decode(errors="replace")).items()}
        vendor = known.get(form.get("vendor", ""))
        if vendor is None:
            return problem(400, f"Take one of {', '.join(known)}.")
        try:
            vendor.set(asked(form))
        except (ValueError, KeyError) as wrong:
            return problem(400, f"The fault cannot be set: {wrong}.")
        return redirect("/faults/")

    def clear(_request: Request) -> Response:
        log.clear()
        return redirect("/requests/")

    def listed(request: Request) -> Response:
        return as_json(log.newest(request.query.get("vendor", [""])[0]))

    return [
        *vendor_faults.routes(vendors),
        Route("GET", r"/faults", lambda _request: redirect("/faults/")),
        Route("GET", r"/requests", lambda _request: redirect("/requests/")),
        Route("GET", r"/faults/", lambda _request: page("Faults", board(vendors), place="faults")),
        Route("POST", r"/faults/", switch),
        Route("GET", r"/requests/", lambda _request: page("Requests", requests(log.newest()), place="requests")),
        Route("POST", r"/requests/clear", clear),
        Route("GET", r"/requests\.json", listed),
    ]


def asked(form: dict[str, str]) -> list[Fault]:
    mode = form.get("mode", "")
    if not mode:
        return []
    if mode not in MODES:
        message = f"{mode} is no mode"
        raise ValueError(message)
    return [vendor_faults.fault_of({**form, "times": form.get("times") or 0, "retry_after": form.get("retry_after")})]


def page(title: str, body: str, *, place: str) -> Response:
    return Response(body=pages.shell(title, body, place=place).encode())


def board(vendors: Sequence[Vendor]) -> str:
    return (
        '<main class="sheet page"><h1>Faults</h1>'
        "<p>What the vendor does with the next requests of the desk, until you take it back.</p>"
        f'<div class="board">{"".join(panel(vendor) for vendor in vendors)}</div></main>'
    )


def panel(vendor: Vendor) -> str:
    name = vendor.name
    playing = vendor.faults[0] if vendor.faults else None
    now = "".join(f"<li>{escape(words(fault))}</li>" for fault in vendor.faults)
    options = "".join(
        f'<option value="{mode}"{" selected" if playing and playing.mode == mode else ""}>{mode}: {meaning}</option>'
        for mode, meaning in MODES.items()
    )
    return (
        f'<form method="post" action="/faults/" class="panel" aria-labelledby="fault-{name}">'
        f'<h2 id="fault-{name}">{NAMES.get(name, name)}</h2><input type="hidden" name="vendor" value="{name}">'
        f"{f'<ul class=playing>{now}</ul>' if now else '<p class=hint>It answers as it should.</p>'}"
        f'<label>What happens<select name="mode"><option value="">nothing special</option>{options}</select></label>'
        f'<label>How often<input name="times" inputmode="numeric" placeholder="for ever" '
        f'value="{playing.times or "" if playing else ""}"></label>'
        f'<label>Only where the request reads like<input name="match" placeholder="PATCH /services/data/.*/Account" '
        f'value="{escape(playing.match) if playing else ""}"></label>'
        f'<label>Retry-After, seconds (429, 503)<input name="retry_after" inputmode="numeric" '
        f'value="{playing.retry_after if playing and playing.retry_after is not None else ""}"></label>'
        '<p><button class="primary">Set the fault</button> '
        '<button name="mode" value="" formnovalidate>Work as it should</button></p></form>'
    )


def words(fault: Fault) -> str:
    often = f"{fault.times} more" if fault.times else "for ever"
    return f"{fault.mode}: {MODES[fault.mode]}, {often}{f', only {fault.match}' if fault.match else ''}"


def requests(rows: Sequence[dict[str, Any]]) -> str:
    lines = "".join(line(row) for row in rows)
    table = f'<ol class="requests">{lines}</ol>' if rows else '<p class="empty">Nothing was asked yet.</p>'
    return (
        f'<main class="sheet page"><form method="post" action="/requests/clear"><h1>Requests '
        f'<span class="count">{len(rows)}</span></h1><button>Clear</button></form>{table}</main>'
    )


def line(row: dict[str, Any]) -> str:
    query = f"?{unquote_plus(row['query'])}" if row["query"] else ""
    fault = f'<span class="tag">{escape(row["fault"])}</span>' if row["fault"] else ""
    sent = f"<h3>Sent</h3><pre>{escape(row['body'])}</pre>" if row["body"] else ""
    got = f"<h3>Answered</h3><pre>{escape(row['answer'])}</pre>" if row["answer"] else ""
    return (
        f"<li><details><summary><time>{escape(row['at'][11:23])}</time> <b>{row['status'] or 'none'}</b> "
        f"<code>{escape(row['method'])} {escape(row['path'])}{escape(query[:300])}</code> {fault}"
        f'<span class="hint">{row["milliseconds"]} ms</span></summary>{sent}{got}</details></li>'
    )
