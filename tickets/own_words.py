"""What somebody wrote themselves in a message, as plain lines: no older mail below, cells of tables parted by tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from documents.papers import tidy
from tickets import forwards
from tickets.models import Message

LONGEST: Final = 50_000
_QUOTE: Final = re.compile(r"<(/?)blockquote\b[^>]*>")
_CELL: Final = re.compile(r"</t[dh]>\s*(?=<t[dh]\b)")
_LINE: Final = re.compile(r"<(?:br|hr)\b[^>]*>|</?(?:p|div|li|tr|table|h[1-6]|blockquote|pre|ul|ol)\b[^>]*>")
_TAG: Final = re.compile(r"<[^<>]*>")
_MARKS: Final = re.compile(r"^(?:[ \t]*>)+[ \t]?", re.MULTILINE)


def of(message: Message) -> str:
    """Its own words; of a mail that passes another one on, that one too."""
    if forwards.is_forward(message.subject, message.body):
        return tidy(_MARKS.sub("", message.body[:LONGEST]))
    return tidy(_lines(message.html[: 4 * LONGEST]))[:LONGEST] if message.html else tidy(message.body[:LONGEST])


def _lines(html: str) -> str:
    text = unescape(_TAG.sub("", _LINE.sub("\n", _CELL.sub("\t", "\n".join(_unquoted(html))))))
    return "\n".join(line.strip(" ") for line in text.split("\n") if line.strip())


def _unquoted(html: str) -> Iterator[str]:
    """What stands outside of every quotation, however deep they are nested."""
    depth, at = 0, 0
    for edge in _QUOTE.finditer(html):
        if not depth:
            yield html[at : edge.start()]
        depth = max(0, depth - 1) if edge[1] else depth + 1
        at = edge.end()
    if not depth:
        yield html[at:]
