"""Whether a mail says something by its looks that light HTML would lose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mail import rich, styles, tables
from mail.markup import Token

PALE: Final = frozenset(
    ["", "white", "#fff", "#ffffff", "transparent", "inherit", "initial", "none", "auto", "window", "rgb(255,255,255)"]
)
GREYS: Final = frozenset(["", "black", "windowtext", "inherit", "initial", "gray", "grey", "currentcolor", "auto"])
HEX: Final = re.compile(r"#(?:([0-9a-f])([0-9a-f])([0-9a-f])|([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2}))")
RGB: Final = re.compile(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})")
COLOURFUL: Final = 48  # how far red, green and blue are apart where a colour is one
ENOUGH: Final = 12  # letters


def is_formatted(row: Sequence[Token]) -> bool:
    """Tables, pictures of the web, coloured grounds, or words set apart by their colour."""
    return bool(tables.of_data(row)) or any(shows(token) for token in row) or has_coloured_words(row)


def shows(token: Token) -> bool:
    if token.kind not in {"open", "void"} or not token.attributes:
        return False
    given = token.attributes
    if token.tag == "img":
        source = given.get("src", "").strip()
        return bool(rich.DATA.match(source)) or (bool(rich.remote(source)) and not rich.is_pixel(token))
    ground = given.get("bgcolor", "").lower() or styles.colour_of(given.get("style", ""), "background-color")
    return ground not in PALE or bool(given.get("background") or styles.picture_of(given.get("style", "")))


def has_coloured_words(row: Sequence[Token]) -> bool:
    """Some words in a colour among others in ink; links and a mail in one colour throughout say nothing by it."""
    around: list[tuple[str, str]] = []
    sizes = {True: 0, False: 0}
    for token in row:
        if token.kind == "open":
            before = around[-1][1] if around else ""
            around.append((token.tag, colour_of(token) or before))
        elif token.kind == "close" and around:
            around.pop()
        elif token.kind == "text" and not any(tag == "a" for tag, _colour in around[-4:]):
            words = len(token.text.replace("&nbsp;", " ").strip())
            sizes[is_colourful(around[-1][1] if around else "")] += words
    return sizes[True] >= ENOUGH and sizes[False] >= ENOUGH


def colour_of(token: Token) -> str:
    return styles.colour_of(token.attributes.get("style", ""), "color") or token.attributes.get("color", "").lower()


def is_colourful(colour: str) -> bool:
    if found := HEX.fullmatch(colour):
        parts = [int(one * 2 if len(one) == 1 else one, 16) for one in found.groups() if one]
    elif found := RGB.match(colour):
        parts = [int(one) for one in found.groups()]
    else:
        return colour not in GREYS and not colour.endswith(("gray", "grey"))
    return max(parts) - min(parts) >= COLOURFUL
