"""How a mail is read: its sender's words lightly set, the history folded, and its own layout where that says more.

Runs where mail is parsed, without a database, on markup of strangers; everything that leaves here has been cleaned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mail import history, light, looks, markdown, markup, quotes
from mail.html import MAX_MARKUP, is_too_deep
from mail.rich import Layout

MAX_LINKS: Final = 5000
MAX_ENTITIES: Final = 100_000
MAX_TOKENS: Final = 200_000
ANCHOR: Final = re.compile(r"<a[\s>]", re.IGNORECASE)
STUB: Final = 3  # a text this many times longer than the HTML beside it is the real one


@dataclass(frozen=True, slots=True)
class Shown:
    """Safe HTML. `rich_html` is empty where the light view loses nothing; `too_large` where the HTML is not shown."""

    own_html: str = ""
    quoted_html: str = ""
    rich_html: str = ""
    remote_images: int = 0
    too_large: bool = False


NOTHING: Final = Shown()


def of(*, text: str, html: str, subject: str = "", has_plain: bool = True) -> Shown:
    """`text` is the plain text of the mail, its own or made from the HTML; `html` is as it came."""
    folds = not quotes.is_forward(subject)
    if not html.strip():
        return of_text(text, folds=folds)
    if is_too_large(html):
        return of_text(text, folds=folds, too_large=True)
    row = markup.tokens(html)
    if len(row) > MAX_TOKENS:
        return of_text(text, folds=folds, too_large=True)
    own, quoted = history.split(row) if folds else (row, [])
    own_html = light.render(own)
    layout = Layout()
    rich_html = layout.render(own, quoted) if looks.is_formatted(own) else ""
    if is_stub(own_html, text, has_plain=has_plain, row_is_split=bool(quoted)):
        plain = of_text(text, folds=folds)
        return Shown(plain.own_html, plain.quoted_html, rich_html, layout.remote)
    return Shown(own_html, light.render(quoted) if quoted else "", rich_html, layout.remote)


def of_text(text: str, *, folds: bool = True, too_large: bool = False) -> Shown:
    own, quoted = quotes.split(text) if folds else (text, "")
    return Shown(markdown.plain(own), markdown.plain(quoted) if quoted else "", "", 0, too_large)


def is_too_large(html: str) -> bool:
    """More than a page can carry: the text is shown, and the original can be had."""
    if len(html) > MAX_MARKUP or html.count("&") > MAX_ENTITIES:
        return True
    return sum(1 for _link in ANCHOR.finditer(html)) > MAX_LINKS or is_too_deep(html)


def is_stub(own_html: str, text: str, *, has_plain: bool, row_is_split: bool) -> bool:
    """HTML without a word (or nearly) beside a text: the text is what the sender wrote."""
    words = light.words_in(own_html)
    if not text.strip():
        return False
    if not words:
        return "data-cid" not in own_html or has_plain
    return has_plain and not row_is_split and len(text.split()) > STUB * words + 20
