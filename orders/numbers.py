"""Whether what stands behind “quote” or “purchase order” is its number: not the seats, a day or a year of it."""

# ruff: noqa: RUF001 - the colon of other scripts is one too

from __future__ import annotations

import re
from typing import Final

from documents.papers import Found

_NEAR: Final = 80
_UNIT: Final = re.compile(
    r"[ \t]*(?:x\b|%|€|\$|(?:named )?(?:seats?|users?|licen[cs]es?|months?|years?|days?|weeks?|lizenzen|benutzer|nutzer"
    r"|monate?|jahre?|tage?|utilisateurs?|licences?|mois|ans|jours|usuarios?|usuários?|licencias?|licenças?|meses|años"
    r"|anos|días|utenti|licenze|mesi|anni|premium|ultimate|eur|usd|gbp)\b|席|ユーザー|ライセンス)",
    re.IGNORECASE,
)
_DAY: Final = re.compile(r"(?:\d{4}[\-./]\d{1,2}[\-./]\d{1,2}|\d{1,2}[\-./]\d{1,2}[\-./]\d{2,4})")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_CALLED: Final = r"(?:numbers?|num|no|nr|n|nos|id|ref|reference|número|numero|numéro)[.°º]?|n°|nº|#"
_BETWEEN: Final = re.compile(
    rf"(?:s\b)?[\s\W]*(?:(?P<called>{_CALLED})(?![a-z]))?[\s\W]*(?:(?:is|was|ist|lautet|est|es|è|é)\b)?[\s\W]*",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(r"\([^()]*\)")
_SAYS_NUMBER: Final = re.compile(rf"(?:{_CALLED}|[:：=])[\s\W]*$", re.IGNORECASE)
_SHORT: Final = 4  # digits
_ANOTHERS: Final = {"po_no": re.compile(r"(?:Q|OPP)-\d+", re.IGNORECASE)}


def is_one(name: str, one: Found) -> bool:
    """`name` is the fact it is read for."""
    other = _ANOTHERS.get(name)
    text = one.source.pages[one.page - 1]
    if _DAY.fullmatch(one.value) or _UNIT.match(text, one.end) or (other and other.fullmatch(one.value)):
        return False
    line = re.split(r"[\n\t]", text[max(0, one.start - _NEAR) : one.start])[-1]
    if not _is_beside(line, one.label):
        return False
    if one.value.isdecimal() and (len(one.value) < _SHORT or _YEAR.fullmatch(one.value)):
        return not line.strip() or _SAYS_NUMBER.search(line) is not None
    return True


def bare(value: str) -> str:
    """“PO-4500017” and “4500017” are the same order."""
    return re.sub(r"^p\.?o\.?[\s\-_#:]*(?=\w*\d)", "", value.casefold())


def _is_beside(line: str, label: str) -> bool:
    """Nothing but “number” and the like stands between the two; in a table the label is in another cell."""
    written = r"[\s_\-]*".join(re.escape(word) for word in label.split())
    behind = [match.end() for match in re.finditer(written, line, re.IGNORECASE)] if written else []
    return not behind or _BETWEEN.fullmatch(_ASIDE.sub(" ", line[behind[-1] :])) is not None
