"""What Connect told and could not tell, and the switches that make it late, doubled, disordered or wrongly signed."""

from __future__ import annotations

import sqlite3
from html import escape

from sandbox.docusign import forms, markup
from sandbox.docusign.connect import CONFIGURATION
from sandbox.docusign.store import Json
from sandbox.docusign.vendor import Vendor
from sandbox.web import Request, Response, Route, redirect

SHOWN = 60


def routes(vendor: Vendor) -> list[Route]:
    return [
        Route("POST", r"/docusign/again", lambda request: again(vendor, request)),
        Route("POST", r"/docusign/telling", lambda request: keep(vendor, request)),
    ]


def section(vendor: Vendor) -> str:
    configuration = vendor.connect.configuration()
    told = vendor.store.rows("SELECT * FROM delivery ORDER BY id DESC LIMIT ?", [SHOWN])
    waiting = vendor.store.rows("SELECT count(*) AS number FROM delivery WHERE state = 'pending'")[0]["number"]
    if not configuration["url"]:
        words = "No address is configured: nothing is told to anybody."
    elif configuration["down"]:
        words = f"Down: {configuration['url']} did not acknowledge. {waiting} wait until it does."
    else:
        words = f"Tells {configuration['url']}, {waiting} waiting."
    head = f'<h2 class="part">Connect</h2><p>{escape(words)}</p>'
    return f"{head}{switches(configuration)}{deliveries(told)}"


def switches(configuration: Json) -> str:
    def box(name: str, words: str) -> str:
        checked = " checked" if configuration[name] else ""
        return f'<label class="check"><input type="checkbox" name="{name}" value="1"{checked}> {words}</label>'

    def number(name: str, words: str) -> str:
        value = f"{configuration[name]:g}"
        return f'<label>{words}<input name="{name}" inputmode="decimal" value="{value}"></label>'

    return (
        '<div class="panel"><form method="post" action="/docusign/telling" class="switches">'
        f"{number('delay', 'Seconds before a message leaves')}{number('duplicate', 'Times it is sent again')}"
        f"{number('retry_after', 'Seconds until a failed one is tried again')}"
        f"{box('reorder', 'Newest first')}{box('wrong_key', 'Sign with a wrong key')}"
        f"{box('acknowledge', 'Needs an acknowledgement')}"
        '<p class="foot"><button>Keep</button></p></form></div>'
    )


def deliveries(rows: list[sqlite3.Row]) -> str:
    if not rows:
        return '<p class="hint">Nothing was told.</p>'
    lines = "".join(delivery(row) for row in rows)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Connect messages"><table class="rows"><thead><tr>'
        "<th>When</th><th>Event</th><th>Envelope</th><th>State</th><th>Tries</th><th>By hand</th></tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )


def delivery(row: sqlite3.Row) -> str:
    who = f" {escape(row['recipient'])}" if row["recipient"] else ""
    words = f'<span class="hint">{escape(row["words"])}</span>' if row["words"] else ""
    label = f"Send {row['event']} again"
    button = markup.button("/docusign/again", "Send again", {"delivery": row["id"]}, label=label)
    return (
        f"<tr><td>{markup.moment(row['created'])}</td><td>{escape(row['event'])}{who}</td>"
        f'<td><a href="/docusign/{row["envelope"]}/"><code>{row["envelope"][:8]}</code></a></td>'
        f"<td>{markup.tag(row['state'])}{words}</td><td>{row['tries']}</td>"
        f"<td>{button}</td></tr>"
    )


def again(vendor: Vendor, request: Request) -> Response:
    number = forms.read(request).get("delivery", "")
    if not number.isdecimal() or not vendor.connect.again(int(number)):
        return markup.message("No such message", "Connect has no message with this number.", status=404)
    return redirect("/docusign/")


def keep(vendor: Vendor, request: Request) -> Response:
    form = forms.read(request)
    boxes = {name: name in form for name in ("reorder", "wrong_key", "acknowledge")}
    try:
        numbers = {name: type(CONFIGURATION[name])(form[name]) for name in ("delay", "duplicate", "retry_after")}
        vendor.connect.configure(**boxes, **numbers)
    except (ValueError, KeyError):
        return markup.message("That is no number", "Delay, repeats and retry are numbers.", status=400)
    return redirect("/docusign/")
