"""A mail as light HTML in the desk's own type: paragraphs, lists, links, quotations and tables of data; nothing else.

Built from tokens, so that the lines stand as they stood in the sender's programme, then cleaned by nh3 like all HTML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final
from urllib.parse import unquote

from mail import html, tables
from mail.markup import Token

KEPT: Final = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u", "ins": "u", "s": "s", "strike": "s", "del": "s",
    "code": "code", "tt": "code", "kbd": "code", "samp": "code", "sub": "sub", "sup": "sup", "mark": "mark",
}  # fmt: skip
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
SPACED: Final = frozenset({"p", "table", "ul", "ol", "dl", "blockquote", "pre", *HEADINGS})
CELLS: Final = frozenset({"td", "th"})
HIDDEN: Final = re.compile(
    r"display:\s*none|visibility:\s*hidden|mso-hide:\s*all|max-height:\s*0(?:px)?\s*(?:;|$)|font-size:\s*0(?:px)?\s*(?:;|$)"
    r"|opacity:\s*0\s*(?:;|$)"
)
BOLD: Final = re.compile(r"font-weight:\s*(?:bold|bolder|[6-9]00)")
ITALIC: Final = re.compile(r"font-style:\s*(?:italic|oblique)")
STRUCK: Final = re.compile(r"text-decoration(?:-line)?:[^;]*line-through")
MARGIN: Final = re.compile(r"margin(-top|-bottom)?:\s*([^;]{1,80})")
NOTHING: Final = re.compile(r"-?0(?:\.0+)?(?:[a-z]{2,3})?|auto", re.ASCII)
SPACES: Final = re.compile(r"[ \t\r\n\f]+")
LINK: Final = re.compile(r"\s*(?:https?://|mailto:|tel:)", re.IGNORECASE)


@dataclass(slots=True)
class Place:
    """What text is written into: `flow` makes paragraphs, `cell` (a cell or an item of a list) only lines."""

    kind: str
    begun: bool = False


@dataclass(slots=True)
class Element:
    """An element of the mail that is open, and what its end has to write."""

    token: Token
    inline: int = 0
    tag: str = ""
    start: int = 0
    said: int = 0
    place: bool = False


@dataclass(slots=True)
class Writer:
    """The light HTML so far; `breaks` are the line ends that wait for the next words."""

    out: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=lambda: [Place("flow")])
    wanted: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    breaks: int = 0
    said: int = 0
    paragraph: bool = False
    pre: int = 0

    def say(self, words: str) -> None:
        """Words that are escaped already."""
        if not self.pre:
            words = SPACES.sub(" ", words)
            fresh = self.breaks or not self.places[-1].begun
            if fresh and not words.replace("&nbsp;", " ").strip():
                self.breaks += 1 if "&nbsp;" in words and self.breaks == 1 else 0
                return
            words = words.lstrip(" ") if fresh else words
        elif not words:
            return
        self.begin_line()
        self.put_inline()
        self.out.append(words)
        self.said += 1

    def begin_line(self) -> None:
        place, breaks = self.places[-1], self.breaks
        self.breaks = 0
        if place.kind == "flow" and not self.pre and (breaks > 1 or not self.paragraph):
            self.end_paragraph()
            self.out.append("<p>")
            self.paragraph = True
        elif breaks and place.begun:
            self.take_inline()
            self.out.append("\n" * breaks if self.pre else "<br>" * min(breaks, 2))
        place.begun = True

    def put_inline(self) -> None:
        """Opens and ends what is bold, a link, …, only where there are words."""
        same = 0
        while same < min(len(self.wanted), len(self.written)) and self.wanted[same] == self.written[same]:
            same += 1
        self.take_inline(same)
        for tag in self.wanted[same:]:
            self.out.append(f"<{tag}>")
            self.written.append(tag)

    def take_inline(self, left: int = 0) -> None:
        while len(self.written) > left:
            self.out.append(f"</{self.written.pop().partition(' ')[0]}>")

    def end_paragraph(self) -> None:
        self.take_inline()
        if self.paragraph:
            self.out.append("</p>")
            self.paragraph = False

    def line(self, breaks: int = 1) -> None:
        self.breaks = max(self.breaks, breaks)


def render(row: Sequence[Token]) -> str:
    """Safe HTML for a page of ours; a picture of the message is a place with its Content-ID."""
    writer = Writer()
    data = tables.of_data(row)
    hidden = 0
    for position, token in enumerate(row):
        if hidden:
            hidden += {"open": 1, "close": -1}.get(token.kind, 0)
        elif token.kind == "text":
            writer.say(token.text)
        elif token.kind == "close":
            end(writer)
        elif token.kind == "void":
            void(writer, token)
        elif HIDDEN.search(token.style):
            hidden = 1
        else:
            begin(writer, token, is_data=position in data)
    writer.end_paragraph()
    return html.sanitise("".join(writer.out))


def void(writer: Writer, token: Token) -> None:
    if token.tag == "br":
        writer.breaks += 1
    elif token.tag == "hr":
        writer.line(2)
    elif token.tag == "img":
        picture(writer, token)


def picture(writer: Writer, token: Token) -> None:
    """A part of the message keeps its place; of a picture inside a link the words stay."""
    scheme, _colon, name = token.attributes.get("src", "").strip().partition(":")
    words = " ".join(token.attributes.get("alt", "").split())[:120]
    if scheme.lower() == "cid" and name:
        cid = unquote(name).strip("<> ")[:500]
        writer.begin_line()
        writer.put_inline()
        writer.out.append(f'<span data-cid="{escape(cid)}">[{escape(words or cid.partition("@")[0])}]</span>')
        writer.said += 1
    elif words and any(one.token.tag == "a" for one in writer.elements):
        writer.say(escape(words))


def begin(writer: Writer, token: Token, *, is_data: bool) -> None:
    element = Element(token, said=writer.said)
    writer.elements.append(element)
    for tag in inline_of(token):
        writer.wanted.append(tag)
        element.inline += 1
    if not token.is_block:
        return
    writer.line(2 if is_spaced(token) else 1)
    if token.tag in {"ul", "ol", "blockquote", "pre"} or is_data:
        block(writer, element)
    elif token.tag == "li" and parent(writer, element) in {"ul", "ol"}:
        cell(writer, element, "li")
    elif token.tag == "tr" and parent(writer, element) == "table":
        structure(writer, element, "tr")
    elif token.tag in CELLS and parent(writer, element) == "tr":
        spans = "".join(
            f' {name}="{escape(token.attributes[name])}"'
            for name in ("colspan", "rowspan", "align")
            if name in token.attributes
        )
        cell(writer, element, f"{token.tag}{spans}")


def inline_of(token: Token) -> list[str]:
    """`a href="…"`, `strong`, …: what the element adds to the words in it."""
    found = [KEPT[token.tag]] if token.tag in KEPT else []
    if token.tag == "a" and LINK.match(token.attributes.get("href", "")):
        address = escape(token.attributes["href"].strip())
        found.append(f'a href="{address}" title="{address}"')
    if token.tag in HEADINGS or BOLD.search(token.style):
        found.append("strong")
    if ITALIC.search(token.style):
        found.append("em")
    if STRUCK.search(token.style):
        found.append("s")
    return list(dict.fromkeys(found))


def is_spaced(token: Token) -> bool:
    """A paragraph with room around it; Word and many others write each line as a `p` without any."""
    if token.tag != "p":
        return token.tag in SPACED
    return "mso" not in token.attributes.get("class", "").lower() and not is_tight(token.style)


def is_tight(style: str) -> bool:
    """Neither room above nor below is asked for."""
    above = below = False
    for side, value in MARGIN.findall(style):
        first, *rest = [bool(NOTHING.fullmatch(one)) for one in value.replace("!important", "").split()] or [False]
        if side == "-top":
            above = first
        elif side == "-bottom":
            below = first
        else:
            above, below = first, rest[1] if len(rest) > 1 else first
    return above and below


def parent(writer: Writer, element: Element) -> str:
    """The tag that was written for the nearest element around that wrote one."""
    return next((one.tag.partition(" ")[0] for one in reversed(writer.elements) if one is not element and one.tag), "")


def block(writer: Writer, element: Element) -> None:
    structure(writer, element, element.token.tag)
    if element.tag == "blockquote":
        writer.places.append(Place("flow"))
        element.place = True
    elif element.tag == "pre":
        writer.places.append(Place("cell"))
        element.place = True
        writer.pre += 1


def structure(writer: Writer, element: Element, tag: str) -> None:
    writer.end_paragraph()
    element.tag, element.start = tag, len(writer.out)
    writer.out.append(f"<{tag}>")
    writer.breaks = 0


def cell(writer: Writer, element: Element, tag: str) -> None:
    structure(writer, element, tag)
    writer.places.append(Place("cell"))
    element.place = True


def end(writer: Writer) -> None:
    if not writer.elements:
        return
    element = writer.elements.pop()
    if element.inline:
        del writer.wanted[-element.inline :]
    if element.tag:
        close(writer, element)
    if element.token.is_block:
        writer.line(2 if is_spaced(element.token) else 1)


def close(writer: Writer, element: Element) -> None:
    """Ends what was written; where no word came in between it was never there."""
    writer.end_paragraph()
    if element.place:
        writer.places.pop()
    if element.tag == "pre":
        writer.pre -= 1
    name = element.tag.partition(" ")[0]
    if writer.said == element.said and name not in CELLS:
        del writer.out[element.start :]
    else:
        writer.out.append(f"</{name}>")
        writer.places[-1].begun = True
    writer.breaks = 0


def words_in(light: str) -> int:
    """How many words a reader sees."""
    return len(unescape(re.sub(r"<[^>]*>", " ", light)).split())
