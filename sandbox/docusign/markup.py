"""Pieces of the DocuSign pages: every value passes through `escape`."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from sandbox import pages
from sandbox.docusign import letters
from sandbox.docusign.store import Json
from sandbox.web import Response

TONES = {
    "completed": "good",
    "delivered": "busy",
    "sent": "busy",
    "paused": "warn",
    "pending": "warn",
    "declined": "bad",
    "voided": "bad",
    "failed": "bad",
}


def page(title: str, body: str, *, status: int = 200) -> Response:
    return Response(
        body=pages.shell(title, f'<main class="sheet page">{body}</main>', place="docusign").encode(), status=status
    )


def message(title: str, words: str, *, status: int = 200) -> Response:
    back = '<p><a href="/docusign/">All envelopes</a></p>'
    return page(title, f"<h1>{escape(title)}</h1><p>{escape(words)}</p>{back}", status=status)


def tag(status: str) -> str:
    return f'<span class="tag {TONES.get(status, "plain")}">{escape(status)}</span>'


def moment(at: str | None) -> str:
    """`26 Nov 18:29`, with the whole of it behind."""
    if not at:
        return ""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    words = f"{int(at[8:10])} {months[int(at[5:7]) - 1]} {at[11:16]}"
    return f'<time datetime="{escape(at)}" title="{escape(at)}">{words}</time>'


def button(action: str, words: str, hidden: Mapping[str, object], *, label: str = "") -> str:
    """A form of one button; `label` says in full what the words leave to the column."""
    fields = "".join(f'<input type="hidden" name="{name}" value="{escape(str(hidden[name]))}">' for name in hidden)
    spoken = f' aria-label="{escape(label)}"' if label else ""
    return f'<form method="post" action="{action}" class="act">{fields}<button{spoken}>{escape(words)}</button></form>'


def field(name: str, label: str, value: str = "", *, wrong: str = "", kind: str = "text") -> str:
    """A labelled input; `wrong` says what is the matter with it."""
    note = f'<span class="wrong" id="wrong-{name}">{escape(wrong)}</span>' if wrong else ""
    mark = f' aria-invalid="true" aria-describedby="wrong-{name}"' if wrong else ""
    entry = f'<input name="{name}" type="{kind}" value="{escape(value)}" maxlength="200" required{mark}>'
    return f"<label>{escape(label)}{entry}{note}</label>"


def facts(rows: Mapping[str, str]) -> str:
    """Values are markup already."""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in rows.items() if value)
    return f'<dl class="facts">{lines}</dl>'


def paper(envelope: Json, pdf: str) -> str:
    """The document as a person sees it before clicking; the PDF is one click away."""
    draft = "" if envelope["status"] == "completed" else f'<p class="draft">{letters.WATERMARK.capitalize()}</p>'
    if envelope["documents"][0]["kind"] == "letter":
        values = letters.filled(envelope)
        rows = {words: escape(values.get(label, "")) for label, words in letters.ASKED.items()}
        text = f"<h2>Letter of Authorization</h2>{facts(rows)}"
    else:
        names = "".join(f"<li>{escape(one['name'])}</li>" for one in envelope["documents"])
        text = f'<h2>{escape(envelope["emailSubject"])}</h2><ul class="files">{names}</ul>'
    return f'<article class="paper">{draft}{text}<p class="hint"><a href="{pdf}">Read it as PDF</a></p></article>'
