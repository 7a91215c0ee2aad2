"""The words of a rich text (RTF), as Outlook puts them into winmail.dat; one pass, nothing is interpreted."""

# ruff: noqa: RUF001 - the signs RTF has words for

from __future__ import annotations

import re
from typing import Final

from mail import charsets

MAX_WORDS: Final = 1_000_000
TOKEN: Final = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,40})(-?\d{1,10})? ?|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]{1,4000})|[\r\n]+"
)
HIDDEN: Final = frozenset(
    {"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "generator"}
)
BREAKS: Final = {"par": "\n", "line": "\n", "row": "\n", "page": "\n", "sect": "\n", "tab": "\t", "cell": "\t"}
SIGNS: Final = {"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
SYMBOLS: Final = {b"~": "\xa0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}"}


class Reader:
    """Where in the text we are: which groups are hidden, and how many letters stand in for a Unicode one."""

    def __init__(self, page: str) -> None:
        self.out: list[str] = []
        self.pending = bytearray()
        self.hidden: list[bool] = [False]
        self.skip = 0
        self.replacements = 1
        self.page = page

    def take(self, code: bytes, name: bytes, number: bytes, symbol: bytes, brace: bytes, plain: bytes) -> None:
        if name:
            self.word(name.decode(), int(number) if number else None)
        elif symbol == b"*":
            self.hidden[-1] = True
        elif symbol:
            self.write(SYMBOLS.get(symbol, ""))
        elif brace:
            self.group(brace)
        else:
            self.add(bytes.fromhex(code.decode()) if code else plain or b"")

    def write(self, text: str) -> None:
        self.settle()
        if not self.hidden[-1]:
            self.out.append(text)

    def add(self, data: bytes) -> None:
        skipped = min(self.skip, len(data))
        self.skip -= skipped
        if not self.hidden[-1]:
            self.pending += data[skipped:]

    def settle(self) -> None:
        """Bytes that belong together become text together: a letter may be several of them."""
        if self.pending:
            self.out.append(charsets.decode(bytes(self.pending), self.page))
            self.pending.clear()

    def word(self, name: str, number: int | None) -> None:
        if name in BREAKS or name in SIGNS:
            self.write(BREAKS.get(name) or SIGNS[name])
        elif name == "u" and number is not None:
            self.write(chr(number % 0x10000))
            self.skip = self.replacements
        elif name == "uc" and number is not None:
            self.replacements = max(0, number)
        elif name == "ansicpg" and number:
            self.page = f"cp{number}"
        elif name in HIDDEN:
            self.hidden[-1] = True

    def group(self, brace: bytes) -> None:
        self.settle()
        if brace == b"{":
            self.hidden.append(self.hidden[-1])
        elif len(self.hidden) > 1:
            self.hidden.pop()


def to_text(data: bytes, *, page: str = "cp1252") -> str:
    """The words of the text; empty for what is no RTF."""
    if not data.lstrip().startswith(b"{\\rtf"):
        return ""
    reader = Reader(page)
    for match in TOKEN.finditer(data):
        reader.take(*match.groups())
    reader.settle()
    joined = "".join(reader.out)[:MAX_WORDS]
    paired = joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"\n{3,}", "\n\n", paired).strip()
