"""Which parts are the text people read (M-10) and which are files (M-11)."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import unquote

from documents.names import safe_name
from mail import headers, html
from mail.mime import Part

TEXTS: Final = frozenset({"text/plain", "text/html"})
UNSHOWN: Final = frozenset({"text/x-amp-html", "text/watch-html"})
MESSAGE_ENDINGS: Final = {
    "message/rfc822": "eml",
    "message/global": "eml",
    "text/rfc822-headers": "txt",
    "message/delivery-status": "txt",
    "text/calendar": "ics",
    "application/ms-tnef": "dat",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "application/pkcs7-signature": "p7s",
    "application/pgp-signature": "asc",
}
BLANK: Final = re.compile(r"[\s\u00a0\u200b-\u200f\u2060\ufeff\u00ad]*")
ONLY_A_NOTICE: Final = re.compile(
    r"(?:this (?:message|e-?mail) (?:is|was sent) in html|your (?:e-?mail )?(?:client|program|reader|software)\b.{0,60}"
    r"(?:does not|doesn.t|cannot|can.t|unable to).{0,40}html|(?:to view|view) this (?:message|e-?mail).{0,80}html"
    r"|(?:ihr|dein) e-?mail-?(?:programm|client).{0,80}html|html-?(?:capable|f.hig|enabled))",
    re.IGNORECASE | re.DOTALL,
)
NOTICE_LENGTH: Final = 300
CID: Final = re.compile(r"""cid:([^"'>\s)]{1,500})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedPart:
    """A file that came with the message; `content_type` is what the sender declared."""

    filename: str
    content_type: str
    content: bytes
    content_id: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of the text, as plain text, as HTML or both."""

    text: str
    html: str

    @property
    def has_plain(self) -> bool:
        """Words in plain text; a notice that one should look at the HTML instead is none."""
        if BLANK.fullmatch(self.text):
            return False
        return not (self.html and len(self.text) < NOTICE_LENGTH and ONLY_A_NOTICE.search(self.text))

    def as_text(self) -> str:
        return self.text if self.has_plain else html.to_text(self.html) or self.text

    def as_html(self) -> str:
        return self.html or f"<div>{escape(self.text).replace(chr(10), '<br>')}</div>"


def choose(root: Part) -> tuple[list[Block], list[Part]]:
    """The text blocks of the message in order, and the parts that are files."""
    if not root.children:
        return single(root)
    blocks: list[Block] = []
    files: list[Part] = []
    spare: list[Part] = []
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.content_type == "multipart/alternative" and part.children:
            block, rest = alternative(part)
            blocks.extend(block)
            files.extend(rest)
        elif part.children:
            files.extend([part] if part.opened else [])
            waiting.extend(reversed(part.children))
        elif part.fallback:
            spare.append(part)
        elif is_text(part):
            blocks.append(block_of(part))
        elif part.content_type not in UNSHOWN:
            files.append(part)
    return otherwise(blocks, files, spare)


def otherwise(blocks: list[Block], files: list[Part], spare: list[Part]) -> tuple[list[Block], list[Part]]:
    """Where no text was found: that of winmail.dat, else the first text that has a name but is no attachment."""
    if any(not BLANK.fullmatch(block.text + block.html) for block in blocks):
        return blocks, files
    if spare:
        texts = {part.content_type: part.text() for part in spare}
        return [Block(texts.get("text/plain", ""), texts.get("text/html", ""))], files
    named = next(
        (part for part in files if part.content_type in TEXTS and part.disposition.value != "attachment"), None
    )
    if named is not None:
        return [block_of(named)], [part for part in files if part is not named]
    return blocks, files


def single(root: Part) -> tuple[list[Block], list[Part]]:
    """A message of one part: its text is the text, whatever its name says, unless it is plainly an attachment."""
    readable = root.content_type in TEXTS or root.content_type.startswith("multipart/")
    if readable and root.disposition.value != "attachment":
        return [block_of(root)], []
    return [], [root]


def alternative(part: Part) -> tuple[list[Block], list[Part]]:
    """The same text in several forms: one block; files among them stay files."""
    text, markup, files = "", "", []
    for leaf in flat(part):
        if leaf.opened or not is_text(leaf):
            files.append(leaf)
        elif leaf.content_type == "text/html":
            markup = markup + leaf.text()
        elif BLANK.fullmatch(text):
            text = leaf.text()
        else:
            text = f"{text}\n{leaf.text()}"
    blocks = [Block(text, markup)] if text.strip() or markup.strip() else []
    return blocks, [leaf for leaf in files if leaf.content_type not in UNSHOWN]


def flat(part: Part) -> Iterator[Part]:
    """The parts without children, and those that were opened and stay files."""
    waiting = list(reversed(part.children))
    while waiting:
        child = waiting.pop()
        if not child.children or child.opened:
            yield child
        waiting.extend(reversed(child.children))


def is_text(part: Part) -> bool:
    """A text part without a file name that does not call itself an attachment."""
    shown = part.content_type in TEXTS or part.content_type.startswith("multipart/")
    return shown and part.disposition.value != "attachment" and not part.name


def block_of(part: Part) -> Block:
    text = part.text()
    return Block("", text) if part.content_type == "text/html" else Block(text, "")


def body_text(blocks: list[Block]) -> str:
    return "\n\n".join(text for block in blocks if (text := block.as_text().strip("\n").rstrip()))


def body_html(blocks: list[Block]) -> str:
    """The HTML as it came (unsafe!), empty when the message has none."""
    return "\n".join(block.as_html() for block in blocks) if any(block.html for block in blocks) else ""


def attachments(files: list[Part], *, markup: str) -> tuple[ParsedPart, ...]:
    """The files with safe, distinct names; `inline` where the HTML shows them, or where nobody needs to see them."""
    shown = {unquote(cid).lower() for cid in CID.findall(markup)}
    taken: set[str] = set()
    return tuple(attachment(part, shown=shown, taken=taken) for part in files)


def attachment(part: Part, *, shown: set[str], taken: set[str]) -> ParsedPart:
    content = part.payload()
    content_id = part.headers.get("content-id").strip("<> ")[:500]
    return ParsedPart(
        filename=distinct(file_name(part, content), taken=taken),
        content_type=part.content_type[:120],
        content=content,
        content_id=content_id,
        inline=part.unlisted or (bool(content_id) and content_id.lower() in shown),
    )


def file_name(part: Part, content: bytes) -> str:
    """Disposition, type, Content-Location, a nested message's subject, else made from the type."""
    location = part.headers.get("content-location").partition("?")[0]
    named = part.name or location.rpartition("/")[2]
    if not named and part.content_type in {"message/rfc822", "message/global"}:
        nested, _body = headers.split_block(content[: headers.MAX_BLOCK])
        named = f"{nested.get('subject').replace('/', '-') or 'message'}.eml"
    return safe_name(named, fallback=made_name(part.content_type))


def made_name(content_type: str) -> str:
    ending = MESSAGE_ENDINGS.get(content_type) or (mimetypes.guess_extension(content_type) or ".bin").lstrip(".")
    stems = {"ics": "invite", "eml": "message", "dat": "winmail", "p7m": "smime", "p7s": "smime", "asc": "signature"}
    stem = "delivery-status" if content_type == "message/delivery-status" else stems.get(ending, "attachment")
    return f"{stem}.{ending}"


def distinct(name: str, *, taken: set[str]) -> str:
    """`scan.pdf`, `scan (2).pdf`, …"""
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    candidate, number = name, 1
    while candidate.lower() in taken:
        number += 1
        candidate = safe_name(f"{stem[:200]} ({number}){dot}{ending}")
    taken.add(candidate.lower())
    return candidate
