"""The sandbox's HTML: every value passes through `escape`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

SHELL = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<header class="bar">
<span class="logo" aria-hidden="true"></span>
<strong>Sandbox</strong>
<nav aria-label="Sandbox">{places}</nav>
<span class="hint">Nothing here leaves this machine.</span>
</header>
{body}
</body>
</html>
"""


PLACES = {
    "mail": "Mail",
    "salesforce": "Salesforce",
    "docusign": "DocuSign",
    "faults": "Faults",
    "requests": "Requests",
}


def shell(title: str, body: str, *, place: str = "") -> str:
    """A whole page; `place` is the entry of the bar it belongs to."""
    links = "".join(
        f'<a href="/{slug}/"{" aria-current=" + chr(34) + "page" + chr(34) if slug == place else ""}>{name}</a>'
        for slug, name in PLACES.items()
    )
    return SHELL.format(title=escape(title), body=body, places=links)


def index() -> str:
    body = """<main class="sheet page">
<h1>Sandbox</h1>
<p>Stands in for the desk's surroundings.</p>
<dl class="places">
<dt><a href="/mail/">Mail</a></dt><dd>keeps every mail the desk sends.</dd>
<dt><a href="/salesforce/">Salesforce</a></dt><dd>holds accounts, contacts, opportunities and what the desk writes.</dd>
<dt><a href="/docusign/">DocuSign</a></dt><dd>sends envelopes round; you play partner, approver and Legal.</dd>
<dt><a href="/faults/">Faults</a></dt><dd>make a vendor slow, locked, full or broken.</dd>
<dt><a href="/requests/">Requests</a></dt><dd>shows what the desk asked and what it got.</dd>
</dl>
<p class="hint">For programs: <a href="/mail/messages.json"><code>/mail/messages.json</code></a>,
<code>/mail/&lt;id&gt;.eml</code>, <a href="/requests.json"><code>/requests.json</code></a>,
<code>POST /faults/smtp</code>, <code>/faults/salesforce</code>, <code>/faults/docusign</code>.</p>
</main>"""
    return shell("Sandbox", body)


def mailbox(rows: Sequence[dict[str, Any]], *, message: dict[str, Any] | None) -> str:
    """The list beside the opened message; on a phone one of the two."""
    chosen = message["id"] if message else None
    entries = "".join(entry(row, chosen=row["id"] == chosen) for row in rows)
    listing = f'<ol class="list">{entries}</ol>' if rows else '<p class="empty">No mail has left the desk yet.</p>'
    right = letter(message) if message else '<p class="empty">Choose a mail to read it.</p>'
    body = (
        f'<main class="sheet panes{" reading" if message else ""}">'
        f'<section class="side" aria-label="Caught mail"><h1>Caught mail <span class="count">{len(rows)}</span></h1>'
        f"{listing}</section>"
        f'<section class="main" aria-label="Message">{right}</section></main>'
    )
    return shell(message["subject"] if message else "Caught mail", body, place="mail")


def entry(row: dict[str, Any], *, chosen: bool) -> str:
    current = ' aria-current="true"' if chosen else ""
    tag = '<span class="tag">automatic</span>' if row["auto_submitted"] else ""
    return (
        f'<li><a href="/mail/{row["id"]}/"{current}>'
        f'<span class="line"><strong>{escape(", ".join(row["to"] or row["recipients"]))}</strong>{moment(row)}</span>'
        f'<span class="line"><span class="subject">{escape(row["subject"] or "(no subject)")}</span>{tag}</span>'
        "</a></li>"
    )


def moment(row: dict[str, Any]) -> str:
    received = datetime.fromisoformat(row["received"])
    return f'<time datetime="{escape(row["received"])}" title="{escape(row["received"])}">{received:%d %b %H:%M}</time>'


def letter(message: dict[str, Any]) -> str:
    """One message: who, what, the text, the HTML in a frame that can do nothing, the files, all headers."""
    number = message["id"]
    return (
        f'<p class="back"><a href="/mail/">All mail</a></p><h2>{escape(message["subject"] or "(no subject)")}</h2>'
        f'<dl class="facts">{facts(message)}</dl>{files(message)}'
        f'<h3>Text</h3><pre class="text" tabindex="0">{escape(message["text"]) or "No plain text."}</pre>'
        f"{frame(message)}"
        f"<details><summary>{len(message['headers'])} headers</summary>{headers(message)}</details>"
        f'<p class="hint"><a href="/mail/{number}.eml">The bytes ({message["size"]:,})</a></p>'
    )


def facts(message: dict[str, Any]) -> str:
    rows = [
        ("From", message["from"]),
        ("To", ", ".join(message["to"])),
        ("Cc", ", ".join(message["cc"])),
        ("Envelope", f"{message['envelope_from'] or '<>'} → {', '.join(message['recipients'])}"),
        ("Message-ID", message["message_id"]),
        ("Received", message["received"]),
    ]
    return "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows if value)


def files(message: dict[str, Any]) -> str:
    links = "".join(
        f'<li><a href="/mail/{message["id"]}/parts/{one["number"]}">{escape(one["name"])}</a>'
        f' <span class="hint">{escape(one["type"])}</span></li>'
        for one in message["attachments"]
    )
    return f'<h3>Files</h3><ul class="files">{links}</ul>' if links else ""


def frame(message: dict[str, Any]) -> str:
    if not message["has_html"]:
        return ""
    return f'<h3>HTML</h3><iframe sandbox title="HTML of this mail" src="/mail/{message["id"]}/html"></iframe>'


def headers(message: dict[str, Any]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in message["headers"]
    )
    return f'<table class="headers"><tbody>{rows}</tbody></table>'
