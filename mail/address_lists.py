"""Address header fields → names and addresses, in every broken form seen in the wild (M-06); linear, never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mail import headers

MAX_ADDRESSES: Final = 500
MAX_FIELD: Final = 100_000
# Each form is bounded, or begins only where a run of its letters begins: the time grows with the length, no faster.
TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.){0,500}"|\((?:[^()\\]|\\.|\([^()]{0,500}\)){0,500}\)|<[^<>]*>'
    r"|=\?[\w.:+*'\-]{1,80}\?[BbQq]\?[^?<>\"]{0,1000}\?=|[,;:]|(?:[^\"(<,;:=]|=(?!\?))+|.",
    re.DOTALL,
)
ADDRESS: Final = re.compile(r"""(?<![^\s<>"'(),;:\[\]])[^\s<>"'(),;:\[\]]+@[^\s<>"'(),;:]+""")
QUOTED_LOCAL: Final = re.compile(r'"((?:[^"\\]|\\.){0,500})"@([^\s<>"(),;:]+)')
UNQUOTED: Final = re.compile(r'\\(.)|"')
BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def parse(fields: Iterable[bytes]) -> tuple[Address, ...]:
    """The addresses of the given fields, groups opened, at most 500."""
    found: list[Address] = []
    for raw in fields:
        for mailbox in mailboxes(headers.one_line(headers.raw_text(raw[:MAX_FIELD]))):
            address = read_mailbox(mailbox)
            if address is not None:
                found.append(address)
            if len(found) >= MAX_ADDRESSES:
                return tuple(found)
    return tuple(found)


def mailboxes(text: str) -> Iterator[list[str]]:
    """The tokens of each mailbox; a group's name (`friends:`) is dropped, its members stay."""
    tokens: list[str] = []
    for match in TOKEN.finditer(text):
        piece = match[0]
        if piece in {",", ";"}:
            yield tokens
            tokens = []
        elif piece == ":" and not any("@" in earlier for earlier in tokens):
            tokens = []
        else:
            tokens.append(piece)
    yield tokens


def read_mailbox(tokens: list[str]) -> Address | None:
    angles = [token for token in tokens if token.startswith("<") and token.endswith(">")]
    comments = [token[1:-1] for token in tokens if token.startswith("(")]
    rest = "".join(token for token in tokens if not token.startswith(("(", "<"))).strip()
    for angle in angles:
        address = bare_address(angle[1:-1])
        if address:
            return Address(phrase(rest.strip("<> ")) or phrase(" ".join(comments)), address)
    return without_angles("".join(token for token in tokens if not token.startswith("(")), comments)


def without_angles(text: str, comments: list[str]) -> Address | None:
    """`ana@acme.example (Ana)`, `Ana ana@acme.example`, `"ana"@acme.example>`."""
    decoded = headers.decode_words(text)
    match = QUOTED_LOCAL.search(decoded) or ADDRESS.search(decoded)
    if match is None:
        return None
    name = decoded[: match.start()].strip() or " ".join(comments)
    return Address("" if name.startswith("@") else phrase(name.strip("<> ")), tidy(match[0]))


def bare_address(inside: str) -> str:
    """What stands between angle brackets; a route (`@a,@b:`) is dropped."""
    text = inside.strip()
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    text = headers.one_line(headers.decode_words(text)).removeprefix("mailto:").strip("'")
    local, at, domain = text.rpartition("@")
    if not at or not local.strip() or not domain.strip():
        return ""
    return tidy(f"{local.strip()}@{BLANKS.sub('', domain)}")


def tidy(address: str) -> str:
    """No needless quotes, no trailing dot; a local part with blanks is quoted, so that it stays one address."""
    local, _at, domain = address.rpartition("@")
    if local.startswith('"') and local.endswith('"') and re.fullmatch(r'"[\w+\-]+(?:\.[\w+\-]+)*"', local):
        local = local[1:-1]
    elif BLANKS.search(local) and not local.startswith('"'):
        local = f'"{local}"'
    return f"{local}@{domain.strip('.<> ').lower()}"[:500]


def phrase(text: str) -> str:
    """A display name: quotes and escapes removed, encoded words decoded, on one line."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    text = UNQUOTED.sub(lambda match: match[1] or "", text)
    name = headers.one_line(headers.decode_words(text)).strip("' ")
    return BLANKS.sub(" ", name.removeprefix('"').removesuffix('"') if name.count('"') == 2 else name)
