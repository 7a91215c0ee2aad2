"""The PDFs of an envelope: the letter, and combined with the certificate. Until all have signed it says so across."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from sandbox.docusign import flow
from sandbox.docusign.store import Json, Store

LATIN, JAPANESE, KOREAN, CHINESE = "Helvetica", "HeiseiKakuGo-W5", "HYGothic-Medium", "STSong-Light"
BODY = ParagraphStyle("body", fontName=LATIN, fontSize=11, leading=17)
SMALL = ParagraphStyle("small", fontName=LATIN, fontSize=9, leading=13)
HEAD = ParagraphStyle("head", fontName=LATIN, fontSize=18, leading=26, spaceAfter=12)
WATERMARK = "NOT VALID - NOT SIGNED BY ALL"
ASKED = {
    "Company": "Company",
    "End Customer": "End customer",
    "Country": "Country",
    "Purpose": "Purpose",
    "Requester": "Requested by",
    "Requester Email": "E-mail",
}
for _font in (JAPANESE, KOREAN, CHINESE):
    pdfmetrics.registerFont(UnicodeCIDFont(_font))


def document(store: Store, envelope: Json, name: str, *, certificate: bool) -> bytes | None:
    """`combined`, `certificate` or a document's number; None where there is no such document."""
    if name == "certificate":
        return pdf(envelope, list(certified(envelope)))
    if name == "combined":
        story = [part for one in envelope["documents"] for part in (*pages(store, envelope, one), PageBreak())]
        ended = envelope["status"] == "completed" and certificate
        return pdf(envelope, [*story, *certified(envelope)] if ended else story[:-1])
    known = [one for one in envelope["documents"] if one["documentId"] == name]
    if not known:
        return None
    kept = uploaded(store, envelope, name)
    return kept if kept is not None else pdf(envelope, list(pages(store, envelope, known[0])))


def uploaded(store: Store, envelope: Json, name: str) -> bytes | None:
    kept = store.row("SELECT content FROM file WHERE envelope = ? AND document = ?", [envelope["envelopeId"], name])
    return bytes(kept["content"]) if kept else None


def pages(store: Store, envelope: Json, one: Json) -> Iterator[Flowable]:
    """The letter; of a file that came by API its name, its size and what of it is plain text."""
    if one["kind"] == "letter":
        yield from letter(envelope)
        return
    content = uploaded(store, envelope, one["documentId"]) or b""
    yield text(one["name"], HEAD)
    yield text(f"{len(content):,} bytes", SMALL)
    for line in [] if content.startswith(b"%PDF") else content.decode("utf-8", "replace").splitlines():
        yield text(line, BODY)


def letter(envelope: Json) -> Iterator[Flowable]:
    yield text("Letter of Authorization", HEAD)
    values = filled(envelope)
    rows = [[text(words, SMALL), text(values.get(label, ""), BODY)] for label, words in ASKED.items()]
    yield Table(rows, colWidths=[40 * mm, 120 * mm], hAlign="LEFT")
    yield Spacer(1, 10 * mm)
    yield text(
        f"This confirms that {values.get('Company') or 'the company named above'} is authorized to offer our software "
        f"and services to {values.get('End Customer') or 'the end customer named above'}. The authorization is valid "
        "for one calendar year from the date below.",
        BODY,
    )
    yield Spacer(1, 12 * mm)
    for one in envelope["signers"]:
        when = one.get("signedDateTime", "")[:10] or "not yet"
        done = "Approved" if "approveTabs" in one["tabs"] else "Signed"
        yield text(f"{done} by {one['name']} ({one['roleName'] or 'signer'}): {when}", BODY)
    yield text(f"Date: {envelope.get('completedDateTime', '')[:10] or 'none until everybody has signed'}", BODY)


def certified(envelope: Json) -> Iterator[Flowable]:
    yield text("Certificate Of Completion", HEAD)
    yield text(f"Envelope Id: {envelope['envelopeId']}", SMALL)
    yield text(f"Subject: {envelope['emailSubject'].strip()}", SMALL)
    yield text(f"Status: {envelope['status'].capitalize()}", SMALL)
    yield text(f"Sender: {envelope['sender']['userName']} {envelope['sender']['email']}", SMALL)
    for one in flow.everybody(envelope):
        yield Spacer(1, 4 * mm)
        yield text(f"{one['name']} {one['email']} ({one['status']})", BODY)
        for label, field in (("Sent", "sentDateTime"), ("Viewed", "deliveredDateTime"), ("Signed", "signedDateTime")):
            if one.get(field):
                yield text(f"{label}: {one[field][:19].replace('T', ' ')} UTC", SMALL)


def filled(envelope: Json) -> dict[str, str]:
    tabs = [tab for one in envelope["signers"] for tab in one["tabs"].get("textTabs", [])]
    return {str(tab.get("tabLabel")): str(tab.get("value") or "") for tab in tabs}


def pdf(envelope: Json, story: list[Flowable]) -> bytes:
    out = io.BytesIO()
    title = f"Letter of Authorization {envelope['envelopeId']}"
    document = SimpleDocTemplate(out, pagesize=A4, title=title, author="Sandbox", invariant=True)

    def mark(canvas: Canvas, _document: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(LATIN, 7)
        canvas.drawString(20 * mm, 287 * mm, f"Envelope ID: {envelope['envelopeId'].upper()}")
        if envelope["status"] != "completed":
            canvas.translate(A4[0] / 2, A4[1] / 2)
            canvas.rotate(45)
            canvas.setFillGray(0.85)
            canvas.setFont(LATIN, 34)
            canvas.drawCentredString(0, 0, WATERMARK)
        canvas.restoreState()

    document.build(story, onFirstPage=mark, onLaterPages=mark)
    return out.getvalue()


def text(words: str, style: ParagraphStyle) -> Paragraph:
    """Each run of characters in a font that has them."""
    safe = "".join(writable(one) for one in words)
    runs = ((font, "".join(run)) for font, run in groupby(safe, key=font_of))
    return Paragraph("".join(f'<font name="{font}">{escape(run)}</font>' for font, run in runs), style)


def writable(character: str) -> str:
    """Without its accent where no font has it with one."""
    if font_of(character) != LATIN or latin(character):
        return character
    plain = unicodedata.normalize("NFKD", character)[0]
    return plain if latin(plain) else "?"


def font_of(character: str) -> str:
    code = ord(character)
    if 0xAC00 <= code <= 0xD7A3 or 0x1100 <= code <= 0x11FF:
        return KOREAN
    if not (0x3000 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF):
        return LATIN
    try:
        character.encode("shift_jis")
    except UnicodeEncodeError:
        return CHINESE
    return JAPANESE


def latin(character: str) -> bool:
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
