"""Text as it is typed, whatever program wrote it."""

from __future__ import annotations

import unicodedata


def tidy(text: str) -> str:
    """Full-width digits, ligatures and odd blanks become plain ones; control signs go, lines and tabs stay."""
    plain = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
    return "".join(sign for sign in plain if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"})
