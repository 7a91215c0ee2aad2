"""The few things a mail may say about its looks: colours, type, space and borders; never an address, never a place."""

from __future__ import annotations

import re
from typing import Final

SIDES: Final = ("top", "right", "bottom", "left")
PROPERTIES: Final = frozenset(
    [
        *("color", "background-color", "direction", "display", "clear", "float", "vertical-align", "white-space"),
        *("font", "font-family", "font-size", "font-style", "font-variant", "font-weight", "line-height"),
        *("letter-spacing", "text-align", "text-decoration", "text-decoration-line", "text-indent", "text-transform"),
        *("width", "max-width", "min-width", "height", "max-height", "word-break", "overflow-wrap", "word-wrap"),
        *("border", "border-collapse", "border-color", "border-radius", "border-spacing", "border-style"),
        *("border-width", "table-layout", "list-style-type", "margin", "padding"),
        *(f"{name}-{side}" for name in ("border", "margin", "padding") for side in SIDES),
        *(f"border-{side}-{what}" for side in SIDES for what in ("color", "style", "width")),
    ]
)
FUNCTIONS: Final = r"(?:rgb|rgba|hsl|hsla)\([\d\s.,%/+-]{1,60}\)"
VALUE: Final = re.compile(rf"(?:[\w\s#%.,+!'\"-]|{FUNCTIONS}){{1,200}}", re.ASCII)
COLOUR: Final = re.compile(rf"#[0-9a-f]{{3,8}}|{FUNCTIONS}|[a-z]{{3,24}}", re.IGNORECASE)
NUMERIC: Final = re.compile(rf"#[0-9a-f]{{3,8}}\b|{FUNCTIONS}", re.IGNORECASE)
ADDRESS: Final = re.compile(r"url\(\s*([\"']?)([^\"')]{1,2000})\1\s*\)", re.IGNORECASE)
LENGTH: Final = re.compile(r"\d{1,4}(?:\.\d{1,3})?(?:px|pt|%)?")
MAX_STYLE: Final = 4000


def safe(style: str) -> str:
    """The declarations that only change looks, in order; a value with anything unusual in it is left out."""
    found = []
    for given, written in declarations(style):
        name, value = ("background-color", ground(written)) if given == "background" else (given, written)
        if name in PROPERTIES and VALUE.fullmatch(value) and not is_outside(name, value):
            found.append(f"{name}:{value}")
    return ";".join(found)


def declarations(style: str) -> list[tuple[str, str]]:
    found = []
    for declaration in style[:MAX_STYLE].split(";"):
        name, colon, value = declaration.partition(":")
        if colon and value.strip():
            found.append((name.strip().lower(), value.strip()))
    return found


def ground(background: str) -> str:
    """The colour of a `background`, which may also name a picture and how it repeats."""
    rest = ADDRESS.sub(" ", background).strip()
    found = NUMERIC.search(rest)
    return found[0] if found else rest if COLOUR.fullmatch(rest) else ""


def is_outside(name: str, value: str) -> bool:
    """A negative distance would lay words over others."""
    return name.startswith(("margin", "padding", "text-indent")) and "-" in value


def picture_of(style: str) -> str:
    """The address of a background picture."""
    for name, value in declarations(style):
        if name in {"background", "background-image"} and (found := ADDRESS.search(value)):
            return found[2].strip()
    return ""


def colour_of(style: str, name: str) -> str:
    """The last colour the style gives, in small letters and without blanks."""
    found = ""
    for given, value in declarations(style):
        if given == name:
            found = value.lower()
        elif given == "background" and name == "background-color":
            found = ground(value).lower()
    return re.sub(r"\s|!important", "", found)


def is_tiny(*sizes: str) -> bool:
    """One or two points wide or high: nothing to see, only to count who reads."""
    return any(re.fullmatch(r"\s*[0-2](?:\.0+)?(?:px|pt)?\s*", size) for size in sizes)
