"""Labels as people write them: “Deal ID”, “deal-id:”, “Customer (end user)”; and what is no value behind one."""

# ruff: noqa: RUF001 - the colon of other scripts is one too

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_SEAM: Final = re.compile(r"[\s_\-]+")
_PLACEHOLDER: Final = re.compile(
    r"[\W_]*|[\[<{(].{0,80}[\]>})]|x{3,}|n\.?\s?/?\s?a\.?|tbd|tbc|t\.b\.d\.?|none|unknown|pending|to be (?:confirmed|"
    r"defined|determined|provided)|please (?:fill|enter|insert|provide).*|enter .*|insert .*",
    re.IGNORECASE,
)
_WORDS: Final = frozenset(
    re.findall(
        r"\S+",
        """
        account address agreement amount appendix billing by city client close closing code company contact contract
        country currency customer date deal delivery description distributor document due e-mail email end end-customer
        end-user enduser fax field from id invoice item name net no no. nr nr. number of opportunity order page partner
        payment phone position po price product purchase qty quantity quote quotation ref reference registration
        reseller sales seller service attach services ship signature signed sku sold start statement subject subtotal
        supplier tax tel term terms the title to total unit user valid value vat vendor work kunde kundenname endkunde
        datum betrag menge preis nummer angebot bestellung bestellnummer unterschrift nom montant numéro cliente nombre
        fecha firma importe
        """,
    )
)


@lru_cache(maxsize=256)
def pattern_of(names: Sequence[str]) -> re.Pattern[str]:
    """Any of the labels, the longest first, whatever stands between their words."""
    written = [_written(name) for name in sorted(names, key=len, reverse=True)]
    return re.compile(
        rf"(?<![\w\-])(?P<label>{'|'.join(written)})(?![\w\-])(?P<aside>[ ]*\([^()\n]{{1,40}}\))?", re.IGNORECASE
    )


def is_label(text: str, others: re.Pattern[str] | None = None) -> bool:
    """It names something and says nothing: “Customer Name:”, “Deal ID”, a head of a table."""
    bare = text.strip(" \t*|•·-")
    if not bare or bare.endswith((":", "：")):
        return bool(bare)
    if others is not None and (match := others.match(bare)) and not bare[match.end() :].strip(" :."):
        return True
    words = re.findall(r"[\w.\-]+", bare.lower())
    return 0 < len(words) <= 5 and all(word in _WORDS for word in words)


def is_placeholder(text: str) -> bool:
    """What a form has where nobody has written: blank lines, “[customer]”, “TBD”."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None


def _written(name: str) -> str:
    return r"[\s_\-]*".join(re.escape(word) for word in _SEAM.split(name.strip()) if word)
