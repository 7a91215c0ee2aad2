"""Where the quoted history of an HTML mail begins: by what its client marks, else by its words (M-22)."""

# ruff: noqa: RUF001 - colons of other scripts are the point here

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from mail import markup, quotes
from mail.markup import Token

CONTAINERS: Final = frozenset(
    [
        "gmail_quote",
        "gmail_quote_container",
        "yahoo_quoted",
        "protonmail_quote",
        "tutanota_quote",
        "zmail_extra",
        "ms-outlook-mobile-reference-message",
    ]
)
PREFIXES: Final = frozenset({"moz-cite-prefix", "gmail_attr"})
CONTAINER_IDS: Final = re.compile(r"(?:x_)*(?:yahoo_quoted|mail-editor-reference-message-container)", re.IGNORECASE)
CONTAINER_NAMES: Final = frozenset({"quote", "messagereplysection"})
STARTS: Final = re.compile(r"(?:x_)*(?:divRplyFwdMsg|appendonsend|zwchr|OLK_SRC_BODY_SECTION)", re.IGNORECASE)
RULED: Final = re.compile(r"border-top:\s*(?:solid|[\d.]+p[tx] solid)|border:\s*none;\s*border-top", re.IGNORECASE)
BARRED: Final = re.compile(r"border-left(?:-width|-style)?:(?!\s*(?:none|0))", re.IGNORECASE)
HEADER: Final = re.compile(r"[^\s:：][^:：]{0,24}\s?[:：]\s*\S")
BLANKS: Final = re.compile(r"[\s\xa0\u200b\ufeff]+")
RULE: Final = "_" * 20


@dataclass(slots=True)
class Around:
    """An element that is open: whether it quotes, and the line at which it marks the history."""

    quotes: bool = False
    mark: int | None = None


@dataclass(slots=True)
class Lines:
    """The text of a row of tokens line by line, as a mail programme without HTML would show it."""

    texts: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    marks: dict[int, int] = field(default_factory=dict)
    ruled: list[int] = field(default_factory=list)
    around: list[Around] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    end: int = 0

    def add(self, words: str, position: int) -> None:
        self.words.append(words)
        self.end = position + 1

    def finish(self, *, empty: bool = False) -> None:
        """Ends the line that is being written; a `br` may leave an empty one."""
        text = BLANKS.sub(" ", "".join(self.words)).strip()
        if text or empty:
            depth = sum(one.quotes for one in self.around)
            self.texts.append(f"{'> ' * depth}{text}" if depth else text)
            self.ends.append(self.end if text else (self.ends[-1] if self.ends else 0))
        self.words.clear()


def split(row: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """The sender's own part of a mail, and the history below; everything is own where that is not certain."""
    lines = read(row)
    index = quotes.find(lines.texts, marked=lines.marks)
    if index is None:
        return list(row), []
    return markup.part(row, lines.ends[index - 1])


def read(row: Sequence[Token]) -> Lines:
    lines = Lines()
    for position, token in enumerate(row):
        if token.kind == "text":
            lines.add(unescape(token.text), position)
        elif token.kind == "close":
            close(lines, token)
        elif token.kind == "void":
            void(lines, token, position)
        else:
            begin(lines, token)
    lines.finish()
    for start in lines.ruled:
        if sum(1 for text in lines.texts[start : start + 6] if HEADER.match(text)) >= 3:
            lines.marks.setdefault(start, 0)
    for start, end in lines.marks.items():
        lines.marks[start] = end or len(lines.texts)
    return lines


def void(lines: Lines, token: Token, position: int) -> None:
    if token.tag == "img":
        lines.add(quotes.PICTURE, position)
    elif token.tag == "br":
        lines.finish(empty=True)
    elif token.tag == "hr":
        lines.finish()
        mark(lines, token)
        lines.add(RULE, position)
        lines.finish()


def begin(lines: Lines, token: Token) -> None:
    if token.is_block:
        lines.finish()
    lines.around.append(Around(quotes=is_quote(lines, token), mark=mark(lines, token)))


def close(lines: Lines, token: Token) -> None:
    if token.is_block:
        lines.finish()
    ended = lines.around.pop() if lines.around else Around()
    if ended.mark is not None:
        lines.marks[ended.mark] = len(lines.texts)


def mark(lines: Lines, token: Token) -> int | None:
    """Notes that the history begins on the line to come; gives that line where the element holds all of it."""
    line = len(lines.texts)
    classes = token.attributes.get("class", "").lower().split()
    if STARTS.match(token.attributes.get("id", "")) or not PREFIXES.isdisjoint(classes):
        lines.marks.setdefault(line, 0)
    elif RULED.search(token.style):
        lines.ruled.append(line)
    elif is_container(token):
        lines.marks.setdefault(line, 0)
        return line if lines.marks[line] == 0 else None
    return None


def is_container(token: Token) -> bool:
    if token.tag == "blockquote":
        return False
    given = token.attributes
    return (
        not CONTAINERS.isdisjoint(given.get("class", "").lower().split())
        or bool(CONTAINER_IDS.match(given.get("id", "")))
        or given.get("name", "").lower() in CONTAINER_NAMES
    )


def is_quote(lines: Lines, token: Token) -> bool:
    """Somebody else's words: a marked quotation, a bar at the left, or an indentation below “Ana wrote:”."""
    if token.tag == "blockquote":
        given = token.attributes
        marked = given.get("type", "").lower() == "cite" or "cite" in given or "quote" in given.get("class", "").lower()
        return marked or bool(BARRED.search(token.style)) or is_announced(lines)
    return token.tag == "div" and bool(BARRED.search(token.style)) and "padding" in token.style


def is_announced(lines: Lines) -> bool:
    """The line above says who wrote what follows."""
    for index in range(len(lines.texts) - 1, max(-1, len(lines.texts) - 5), -1):
        stripped = lines.texts[index].lstrip("> ").strip()
        if stripped and stripped != quotes.PICTURE:
            return quotes.after_attribution(lines.texts, index, stripped) is not None
    return False
