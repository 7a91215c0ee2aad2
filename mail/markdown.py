"""What people write here, as safe HTML: Markdown from the composer, plain text from mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import Final

import nh3
from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from markdown_it import MarkdownIt

MAX_LINKED: Final = 100_000
TAGS: Final = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
MAX_QUOTED: Final = 5
QUOTED: Final = re.compile(r"(?:>[ \t]?)+")
PARAGRAPHS: Final = re.compile(r"\n[ \t]*\n+")

markdown: Final = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
markdown.enable(["table", "strikethrough", "linkify"]).disable(["image", "html_block", "html_inline"])
links: Final = LinkifyIt()


def render(text: str) -> str:
    """Markdown → safe HTML; HTML in it is shown, not obeyed."""
    return safe(markdown.render(text.replace("\0", "")))


def plain(text: str) -> str:
    """Plain text → safe HTML: paragraphs, line breaks, links, `>` as quotations; nothing else is interpreted."""
    linked = len(text) <= MAX_LINKED
    return safe("".join(quotations(text.replace("\0", ""), linked=linked)))


def quotations(text: str, *, linked: bool) -> Iterator[str]:
    """The lines of one depth of `>` after the other, each in as many quotations."""
    for depth, group in groupby((quoted(line) for line in text.split("\n")), key=itemgetter(0)):
        words = "\n".join(line for _depth, line in group).strip("\n")
        paragraphs = [paragraph for paragraph in PARAGRAPHS.split(words) if paragraph.strip()]
        if paragraphs:
            inner = "".join(f"<p>{lines(paragraph, linked=linked)}</p>" for paragraph in paragraphs)
            yield f"{'<blockquote>' * depth}{inner}{'</blockquote>' * depth}"


def quoted(line: str) -> tuple[int, str]:
    """How often a line is quoted, and what stands behind the signs."""
    found = QUOTED.match(line)
    return (min(found[0].count(">"), MAX_QUOTED), line[found.end() :]) if found else (0, line)


def lines(paragraph: str, *, linked: bool) -> str:
    return "<br>".join(with_links(line) if linked else escape(line) for line in paragraph.split("\n"))


def with_links(line: str) -> str:
    if "." not in line or not (found := links.match(line)):
        return escape(line)
    out, position = [], 0
    for match in found:
        out.append(escape(line[position : match.index]))
        out.append(f'<a href="{escape(match.url)}">{escape(match.text)}</a>')
        position = match.last_index
    return "".join(out) + escape(line[position:])


def safe(markup: str) -> str:
    return nh3.clean(
        markup,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
