"""A mail as its sender laid it out, for a frame of its own that runs nothing and loads nothing (S-02, S-28).

Pictures of the message keep `cid:` until they are shown; pictures of the web wait in `data-remote` and are counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlsplit

import nh3

from mail import markup, styles
from mail.html import DROPPED, LINK, TAGS
from mail.markup import Token

ATTRIBUTES: Final = {
    "*": {"style", "class", "dir", "lang", "align", "valign", "bgcolor", "width", "height"},
    "a": {"href", "title"},
    "img": {"src", "alt", "border", "data-remote"},
    "font": {"color", "face", "size"},
    "ol": {"start"},
    "table": {"border", "cellpadding", "cellspacing", "bordercolor", "rules", "data-remote"},
    "td": {"colspan", "rowspan", "nowrap", "data-remote"},
    "th": {"colspan", "rowspan", "nowrap", "scope", "data-remote"},
    "time": {"datetime"},
}
BACKED: Final = frozenset({"table", "td", "th"})
WORDS: Final = frozenset({"alt", "title", "lang", "datetime"})
PLAIN_VALUE: Final = re.compile(r"[\w\s#%.,+'-]{0,200}")
MSO: Final = re.compile(r"mso\w{1,30}", re.IGNORECASE | re.ASCII)
CID: Final = re.compile(r"cid:[^\s\"'<>]{1,500}", re.IGNORECASE)
DATA: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=%\s]+", re.IGNORECASE)
MAX_DATA: Final = 100_000
MAX_ALL_DATA: Final = 500_000
REMOTE: Final = re.compile(r"https?://[^\s\"'<>\\]{1,2000}", re.IGNORECASE)
HOST: Final = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])", re.IGNORECASE)
INSIDE: Final = frozenset(
    {"local", "localhost", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa"}
)
FOLD: Final = '<details class="quoted"><summary>…</summary>'
FOLD_END: Final = "</details>"


class Layout:
    """Rewrites the tokens of one mail; counts the pictures of the web that are not loaded."""

    def __init__(self) -> None:
        self.remote = 0
        self.data = 0

    def render(self, own: Sequence[Token], quoted: Sequence[Token]) -> str:
        """The whole mail, its history in a fold."""
        below = self.clean(quoted) if quoted else ""
        return self.clean(own) + (f"{FOLD}{below}{FOLD_END}" if below else "")

    def clean(self, row: Sequence[Token]) -> str:
        return nh3.clean(
            markup.write([one for token in row if (one := self.rewritten(token)) is not None]),
            tags=set(TAGS),
            clean_content_tags=set(DROPPED),
            attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
            attribute_filter=kept,
            filter_style_properties=set(styles.PROPERTIES),
            url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
            url_relative="deny",
            link_rel="noopener noreferrer nofollow",
            set_tag_attribute_values={"a": {"target": "_blank"}},
        )

    def rewritten(self, token: Token) -> Token | None:
        if token.kind in {"text", "close"}:
            return token
        given = {name: value for name, value in token.attributes.items() if name not in {"style", "src", "background"}}
        if style := styles.safe(token.attributes.get("style", "")):
            given["style"] = style
        if token.tag == "img" and not self.with_source(given, token):
            return None
        if token.tag in BACKED:
            background = token.attributes.get("background", "") or styles.picture_of(token.attributes.get("style", ""))
            if address := remote(background):
                self.remote += 1
                given["data-remote"] = address
        return token._replace(attributes=given)

    def with_source(self, given: dict[str, str], token: Token) -> bool:
        """Whether anything is left to show of a picture."""
        source = token.attributes.get("src", "").strip().replace(" ", "%20")
        if CID.fullmatch(source):
            given["src"] = source
        elif DATA.fullmatch(source):
            self.data += len(source)
            if len(source) > MAX_DATA or self.data > MAX_ALL_DATA:
                return False
            given["src"] = source
        elif (address := remote(source)) and not is_pixel(token):
            self.remote += 1
            given["data-remote"] = address
        else:
            return False
        return True


def kept(tag: str, attribute: str, value: str) -> str | None:
    """The last word on every attribute, whatever was rewritten before."""
    if attribute == "style":
        return styles.safe(value) or None
    if attribute == "class":
        return " ".join(name for name in value.split() if MSO.fullmatch(name)) or None
    return value if is_harmless(tag, attribute, value) else None


def is_harmless(tag: str, attribute: str, value: str) -> bool:
    if attribute == "href":
        return bool(LINK.match(value))
    if attribute == "src":
        return tag == "img" and bool(CID.fullmatch(value) or DATA.fullmatch(value))
    if attribute == "data-remote":
        return remote(value) == value
    return attribute in WORDS or bool(PLAIN_VALUE.fullmatch(value))


def remote(address: str) -> str:
    """An address of the web that may be offered to the reader; empty for every other, ours and those of a house too."""
    if not REMOTE.fullmatch(address):
        return ""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    outside = HOST.fullmatch(host) and host.rpartition(".")[2].lower() not in INSIDE
    if not outside or "@" in parts.netloc or port not in {None, 80, 443}:
        return ""
    return quote(address, safe="%/:=&?~#+!$,;@()*[]|")


def is_pixel(token: Token) -> bool:
    """A picture nobody sees, there to tell its owner who has read the mail; it is never offered."""
    given = token.attributes
    style = dict(styles.declarations(given.get("style", "")))
    sizes = (given.get("width", ""), given.get("height", ""), style.get("width", ""), style.get("height", ""))
    return styles.is_tiny(*sizes) or style.get("display", "").startswith("none")
