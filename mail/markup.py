"""Marked-up text as a flat row of tokens, read from nh3's own output: balanced, every attribute quoted and escaped.

Splitting and rebuilding work on this row, never on a tree of another parser; what comes out goes through nh3 again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape, unescape
from typing import Final, NamedTuple

import nh3

from mail.html import DROPPED, TAGS, bounded

VOID: Final = frozenset({"br", "hr", "img", "wbr", "col"})
INLINE: Final = frozenset(
    re.findall(
        r"\w+",
        "a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup time"
        " tt u var img wbr",
    )
)
MARKS: Final = {
    "*": {"class", "id", "name", "style", "dir", "lang", "align", "valign", "bgcolor", "width", "height", "background"},
    "a": {"href"},
    "img": {"src", "alt", "title", "border", "hspace", "vspace"},
    "blockquote": {"type", "cite"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "table": {"border", "cellpadding", "cellspacing", "bordercolor", "rules", "frame"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap", "scope"},
    "time": {"datetime"},
}
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "cid", "data"})
TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^>]*)>")
ATTRIBUTE: Final = re.compile(r'([a-zA-Z][\w-]*)="([^"]*)"')


class Token(NamedTuple):
    """`open`, `close`, `void` or `text`; the text as it is written, escaped."""

    kind: str
    tag: str
    attributes: Mapping[str, str]
    text: str

    @property
    def style(self) -> str:
        return self.attributes.get("style", "").lower()

    @property
    def is_block(self) -> bool:
        return bool(self.tag) and self.tag not in INLINE


def tokens(markup: str) -> list[Token]:
    """The HTML of a stranger as tokens: known tags, with the attributes that say what they are for."""
    return list(read(marked(markup)))


def marked(markup: str) -> str:
    return nh3.clean(
        bounded(markup),
        tags=set(TAGS),
        clean_content_tags=set(DROPPED),
        attributes={tag: set(names) for tag, names in MARKS.items()},
        url_schemes=set(SCHEMES),
        url_relative="pass_through",  # only looked at here; what is shown is cleaned once more
        link_rel=None,
    )


def read(clean: str) -> Iterator[Token]:
    """The tokens of what nh3 wrote."""
    position = 0
    for match in TAG.finditer(clean):
        if match.start() > position:
            yield Token("text", "", {}, clean[position : match.start()])
        position = match.end()
        closing, tag, rest = match.groups()
        if closing:
            yield Token("close", tag, {}, "")
        else:
            found = {name: unescape(value) for name, value in ATTRIBUTE.findall(rest)} if rest else {}
            yield Token("void" if tag in VOID else "open", tag, found, "")
    if position < len(clean):
        yield Token("text", "", {}, clean[position:])


def write(row: Sequence[Token]) -> str:
    return "".join(written(token) for token in row)


def written(token: Token) -> str:
    if token.kind == "text":
        return token.text
    if token.kind == "close":
        return f"</{token.tag}>"
    given = "".join(f' {name}="{escape(value)}"' for name, value in token.attributes.items())
    return f"<{token.tag}{given}>"


def part(row: Sequence[Token], position: int) -> tuple[list[Token], list[Token]]:
    """Two rows, each balanced: what is open at the cut is closed before it and opened again behind it."""
    around = opened(row[:position])
    closing = [Token("close", token.tag, {}, "") for token in reversed(around)]
    return [*row[:position], *closing], [*around, *row[position:]]


def opened(row: Sequence[Token]) -> list[Token]:
    """The elements that are open at the end of the row, outermost first."""
    stack: list[Token] = []
    for token in row:
        if token.kind == "open":
            stack.append(token)
        elif token.kind == "close" and stack:
            stack.pop()
    return stack
