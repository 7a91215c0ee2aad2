"""In which encoding a CSV was saved: by its mark, by what it can be, and by what its letters would be."""

from __future__ import annotations

import codecs
import re
from typing import Final

import charset_normalizer
from django.utils.translation import gettext as _

from documents.tables import Unfit
from documents.western import HOLES_AS_LATIN

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ERRORS: Final = {"cp1252": HOLES_AS_LATIN}
CHUNK: Final = 1024 * 1024
SAMPLE: Final = 64 * 1024
LOOKED_AT: Final = 400
FEW: Final = 0.02
LATIN: Final = 0.4
OTHERS: Final = (
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
    *("cp1251", "cp1253", "cp1255", "cp1256", "cp874"),
)
CALLED: Final = {
    "cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp1250": "Windows-1250", "cp932": "Shift JIS",
    "cp1251": "Windows-1251", "cp1253": "Windows-1253", "cp949": "Windows-949",
    "big5": "Big5", "gb18030": "GB 18030",
}  # fmt: skip
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_RUN: Final = re.compile(rb"[\x80-\xff]{3,}")
_LINE: Final = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_VALID: Final = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")
# In Windows-1252 these are no letters; œ is, before u
_EASTERN: Final = re.compile(
    rb"(?<=[A-Za-z])[\xb3\xb9\xbf\xbe]|(?<=[A-Za-z])\x9c(?!u)|[\xa3\xaf](?=[a-z])|\x8c(?=[a-tv-z])"
)
_CARON: Final = re.compile(rb"(?<=[A-Za-z\xc0-\xff])[\x9a\x9e]|[\x8a\x8e](?=[a-z\xc0-\xff])")
_CZECH: Final = re.compile(rb"[\xe8\xf8\xec\xf9\xc8\xd8]")
# Letters of Mac Roman that are marks elsewhere, as the apostrophe of O'Brien, of l'avenue and of Anna's is
_MAC: Final = re.compile(
    rb"(?<=[A-Za-z])[\x80-\x91\x93-\x9f\xa7](?=[a-z])|(?<=[A-Za-z][A-Za-z])\x92(?=[a-rt-z]|s[a-z])"
    rb"|(?<=[a-z])[\x87\x8a\x8e\x8f\x9a\x9f](?![A-Za-z])"
)


def of(content: bytes) -> tuple[str, list[str]]:
    """Its name for Python; a sentence where it is only likely."""
    for mark, name in MARKS:
        if content.startswith(mark):
            return name, []
    if b"\0" in content[:LOOKED_AT] and (name := _without_mark(content[:LOOKED_AT])):
        return name, []
    broken = _broken(content)
    if broken == 0:
        return "utf-8", []
    if broken <= FEW:
        return "utf-8", [_("Some bytes of this UTF-8 file are broken. Look for � in the table.")]
    name = _likely(_sample(content))
    words = _("This file does not say its encoding. It reads as %(name)s; when names look wrong, save it as UTF-8.")
    return name, [words % {"name": CALLED.get(name, name)}]


def _without_mark(head: bytes) -> str:
    """The headings are Latin letters, of which UTF-16 leaves every second byte empty; one NUL is only dirt."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if min(even, odd) <= len(head) * FEW and max(even, odd) >= len(head) * LATIN:
        return "utf-16-le" if odd > even else "utf-16-be"
    if even + odd <= len(head) * FEW:
        return ""
    raise Unfit(_("This is neither an Excel workbook (.xlsx) nor a CSV file."))


def _broken(content: bytes) -> float:
    """Which part of what is not ASCII is no UTF-8; 0 where all of it is."""
    decoder, damaged = codecs.getincrementaldecoder("utf-8")("replace"), 0
    for start in range(0, len(content), CHUNK):
        damaged += decoder.decode(content[start : start + CHUNK]).count("\ufffd")
    damaged += decoder.decode(b"", final=True).count("\ufffd")
    damaged -= content.count("\ufffd".encode())
    return damaged / (damaged + len(_VALID.findall(content))) if damaged > 0 else 0.0


def _sample(content: bytes) -> bytes:
    """The first lines with something that is not ASCII."""
    found, size = [], 0
    for line in _LINE.finditer(content):
        found.append(line[0])
        size += len(line[0])
        if size > SAMPLE:
            break
    return b"\n".join(found)


def _likely(sample: bytes) -> str:
    """Letters of other scripts come in runs, accents of Latin ones stand among ASCII letters."""
    high = b"".join(_HIGH.findall(sample))
    if 2 * len(b"".join(_RUN.findall(sample))) > len(high):
        best = charset_normalizer.from_bytes(sample, cp_isolation=list(OTHERS)).best()
        if best is not None:
            return best.encoding
    if _EASTERN.search(sample) or (_CARON.search(sample) and _CZECH.search(sample)):
        return "cp1250"
    letters = sum(byte >= 0xC0 for byte in high)
    return "mac_roman" if len(_MAC.findall(sample)) > letters else "cp1252"
