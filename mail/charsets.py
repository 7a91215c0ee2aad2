"""Bytes → text, whatever a message claims about them (M-04). Decoding never raises; no NUL, no surrogate."""

from __future__ import annotations

import re
from typing import Final

import charset_normalizer

from documents.western import HOLES_AS_LATIN, western

ALIASES: Final = {
    "ascii": "ascii",
    "us-ascii": "ascii",
    "ansi_x3.4-1968": "ascii",
    "ansi_x3.110-1983": "ascii",
    "iso646-us": "ascii",
    "646": "ascii",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "utf8mb3": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "cp65001": "utf-8",
    "x-unknown": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf-7": "utf-7",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-32": "utf-32",
    "unicode": "utf-16",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "8859_1": "cp1252",
    "x-ansi": "cp1252",
    "ansi": "cp1252",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-macroman": "mac_roman",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "euckr": "cp949",
    "x-windows-949": "cp949",
    "iso-2022-kr": "iso2022_kr",
    "gb2312": "gb18030",
    "iso-gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "chinesegb2312": "gb18030",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "gb18030": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "cp950",
    "big-5": "cp950",
    "x-x-big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "euc-jp": "euc_jp",
    "eucjp": "euc_jp",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-2": "iso2022_jp_2",
    "iso-2022-jp-3": "iso2022_jp_3",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "tis-620": "cp874",
    "iso-8859-11": "cp874",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8",
    "iso-8859-6-i": "iso8859_6",
    "iso-8859-6-e": "iso8859_6",
    "unknown-8bit": "utf-8",
}
PLAIN_FAMILIES: Final = re.compile(
    r"(?:cp|windows-|win-|x-cp|ibm)(037|437|500|720|737|775|850|852|855|857|858|860|861|862|863|864|865|866|869|874"
    r"|932|949|950|1026|1140|1250|1251|1252|1253|1254|1255|1256|1257|1258)"
    r"|iso[-_]?8859[-_](1[0-6]|[2-9])(?:-\w)?"
)
MULTIBYTE: Final = frozenset(
    {"utf-8", "cp949", "gb18030", "cp950", "big5hkscs", "cp932", "euc_jp", "iso2022_jp_ext", "iso2022_jp_2"}
)
JAPANESE_ESCAPE: Final = re.compile(rb"\x1b\$[@B]|\x1b\([JI]|\x1b\$\(D")
JIS: Final = frozenset({b"\x1b$@", b"\x1b$B"})
JAPANESE_RUN: Final = re.compile(rb"(\x1b\$[@B]|\x1b\([BJ])([^\x1b]*)")
SURROGATES: Final = re.compile("[\ud800-\udfff]")
SAMPLE: Final = 20_000
FEW: Final = 0.02
SHORT: Final = 200
HIGH_RUN: Final = re.compile(rb"[\x80-\xff]{4}")


def codec(declared: str) -> str:
    """The Python codec for a declared charset, from a list of text codecs; empty for unknown or forbidden ones."""
    name = declared.strip().strip("\"'").lower().replace(" ", "")
    if not name or len(name) > 40:
        return ""
    if found := ALIASES.get(name) or ALIASES.get(name.replace("_", "-")):
        return found
    family = PLAIN_FAMILIES.fullmatch(name)
    if family is None:
        return ""
    return f"cp{family[1]}" if family[1] else f"iso8859_{family[2]}"


def decode(data: bytes, declared: str = "") -> str:
    """Declared, else UTF-8, else detected, else Windows-1252; always an answer."""
    name = codec(declared)
    if name in {"", "ascii", "utf-8"} and data.isascii() and b"\x1b" not in data:
        return clean(data.decode("ascii"))
    for attempt in (name, "utf-8"):
        if attempt and (text := strictly(data, attempt)) is not None:
            return clean(text)
    if (text := leniently(data, name)) is not None:
        return clean(text)
    return clean(detect(data))


def strictly(data: bytes, name: str) -> str | None:
    if name in {"ascii", "utf-8"} and JAPANESE_ESCAPE.search(data):
        name = "iso2022_jp_ext"
    if name == "cp1252":
        return western(data)
    try:
        return data.decode("utf-8-sig" if name == "utf-8" else name)
    except (UnicodeError, LookupError):
        return japanese(data) if name.startswith("iso2022_jp") else None


def japanese(data: bytes) -> str | None:
    """ISO-2022-JP with the letters Windows added to it, which Python's codec does not know."""
    try:
        return "".join(
            shifted(letters).decode("cp932") if mode in JIS else letters.decode("ascii")
            for mode, letters in JAPANESE_RUN.findall(b"\x1b(B" + data)
        )
    except ValueError:  # also letters that no row or column has
        return None


def shifted(letters: bytes) -> bytes:
    """JIS rows and columns as Shift JIS."""
    out = bytearray()
    for row, column in zip(letters[::2], letters[1::2], strict=False):
        lead = (row - 0x21) // 2 + (0x81 if row < 0x5F else 0xC1)
        out += bytes([lead, column + (0x1F if column < 0x60 else 0x20) if row % 2 else column + 0x7E])
    return bytes(out)


def leniently(data: bytes, name: str) -> str | None:
    """A multi-byte charset with a few broken characters is still that charset."""
    for attempt in (name, "utf-8"):
        if attempt in MULTIBYTE:
            text = data.decode(attempt, errors="replace")
            broken = text.count("\ufffd")
            whole = sum(1 for char in text[:SAMPLE] if char > "\x7f") - broken
            if whole > 3 * broken and broken <= max(1, int(len(text) * FEW)):
                return text
    return None


def detect(data: bytes) -> str:
    """Short texts with single high bytes are Western; a detector only guesses there."""
    if len(data) < SHORT and not HIGH_RUN.search(data):
        return data.decode("cp1252", errors=HOLES_AS_LATIN)
    best = charset_normalizer.from_bytes(data[:SAMPLE]).best()
    if best is not None and (text := strictly(data, best.encoding)) is not None:
        return text
    return data.decode("cp1252", errors=HOLES_AS_LATIN)


def clean(text: str) -> str:
    """Without NUL and lone surrogates: what PostgreSQL and JSON take."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else SURROGATES.sub("\ufffd", text)
