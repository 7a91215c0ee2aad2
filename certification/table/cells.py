"""What a cell of the table says: the text as it stood there, yes as X, nothing that a spreadsheet would compute."""

from __future__ import annotations

import re
from typing import Final

YES: Final = "X"
_BREAKS: Final = re.compile(r"[ \t]*(?:\r\n|[\r\n\u2028\u2029\v\f])")
_UNSEEN: Final = re.compile("[\0-\x08\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_COMPUTED: Final = re.compile(r"[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]")
_INSIDE: Final = re.compile(r"([;\t\n]\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20\u2212])")
_PHONE: Final = re.compile(
    r"\+?[\d\s().,/\u00a0\u2009\u2010-\u2013-]+(?:(?:ext|extn|x|app|poste|int|#)\.?\s*\d+)?", re.IGNORECASE
)
_PLAIN: Final = re.compile(r"\w(?:[\w .,@'()&/-]*[\w.)])?")
_NOTHING: Final = re.compile(r"[-\u2212]{1,3}")  # how people write that there is none
_DIGIT: Final = re.compile(r"\d")
_TRUTHS: Final = {"true": True, "false": False}
KNOWN: Final = {"True": True, "TRUE": True, "true": True, "False": False, "FALSE": False, "false": False}


def text(raw: str) -> str:
    """As it stood there, without blanks around it and signs nobody sees; its lines end as on Unix."""
    if raw.isascii() and raw.isprintable():
        return raw.strip()
    return _BREAKS.sub("\n", _UNSEEN.sub("", raw)).strip()


def truth(said: str) -> bool | None:
    """True and False as whole cells, however they are written; None for anything else."""
    return _TRUTHS.get(said.casefold())


def harmless(said: str, *, phone: bool = False) -> str:
    """Marked as text where a spreadsheet would compute it, also behind a semicolon that some of them split at."""
    if is_plain(said) or _NOTHING.fullmatch(said):
        return said
    if phone and is_phone(said):
        return said
    inside = _INSIDE.sub(r"\1'", said)
    return f"'{inside}" if _COMPUTED.match(inside) else inside


def is_plain(raw: str) -> bool:
    """Letters, digits and the marks of names and addresses, nothing around them: most cells, told at once."""
    return _PLAIN.fullmatch(raw) is not None


def as_it_was(said: str) -> str:
    """The words of a cell that was marked as text."""
    return said[1:] if said.startswith("'") and _COMPUTED.match(said, 1) else said


def is_phone(said: str) -> bool:
    """Digits and what people put between them: a spreadsheet can call nothing with it."""
    return bool(_PHONE.fullmatch(said) and _DIGIT.search(said))
