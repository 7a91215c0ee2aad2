"""HTML of others made safe (S-02, S-28), and HTML as text."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import nh3
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

MAX_MARKUP: Final = 1_000_000
MAX_DEPTH: Final = 2000  # parsing is quadratic in the depth; no mail of a person is this deep
TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)[^<>]*>")
CHILDLESS: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "td",
        "tr",
        "th",
    ]
)
TAGS: Final = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
DROPPED: Final = frozenset(
    ["script", "style", "head", "title", "iframe", "object", "embed", "noscript", "template", "svg", "math"]
)
ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "span": {"data-cid"},  # the place of a picture of the same message
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign", "scope"},
    "ol": {"start"},
    "time": {"datetime"},
    "*": {"dir", "lang"},
}
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
LINK: Final = re.compile(r"\s*(?:https?://|mailto:|tel:)", re.IGNORECASE)
TEXT_CONFIG: Final = ParserConfig(css=CSS_PROFILES["strict"])


def sanitise(markup: str) -> str:
    """Safe HTML for a page of ours: known tags only, no style, no picture, links to the web and to people only."""

    def keep(_tag: str, attribute: str, value: str) -> str | None:
        return value if attribute != "href" or LINK.match(value) else None

    return nh3.clean(
        bounded(markup),
        tags=set(TAGS - {"img"}),
        clean_content_tags=set(DROPPED),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=keep,
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def bounded(markup: str) -> str:
    """At most 1 MB, and without any tag where they are nested absurdly deep."""
    markup = markup[:MAX_MARKUP]
    return TAG.sub(" ", markup) if is_too_deep(markup) else markup


def is_too_deep(markup: str) -> bool:
    depth = 0
    for match in TAG.finditer(markup):
        if match[2].lower() in CHILDLESS:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > MAX_DEPTH:
            return True
    return False


def to_text(markup: str) -> str:
    """Readable text of HTML; what lxml cannot take is stripped of its tags."""
    if not markup.strip():
        return ""
    try:
        text = get_text(bounded(markup), TEXT_CONFIG)
    except (ValueError, RecursionError, TypeError, AttributeError, AssertionError, IndexError):
        text = ""
    if not text.strip():
        text = without_tags(bounded(markup))
    return "\n".join(line.rstrip() for line in text.replace("\xa0", " ").splitlines()).strip("\n")


def without_tags(markup: str) -> str:
    """For markup so broken or deep that lxml gives nothing."""
    bare = nh3.clean(markup.replace("<", " <"), tags=set(), clean_content_tags=set(DROPPED))
    return re.sub(r"[ \t]{2,}", " ", unescape(bare))
