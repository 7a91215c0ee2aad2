"""Licence keys are never kept: what looks like one is known here. Pure."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext_lazy as _

WORDS: Final = _("This looks like a licence key. Keys are never kept here: leave it out.")
_KEY: Final = re.compile(r"[A-Za-z0-9+/]{76,}|(?:[A-Za-z0-9+/]{60,76}\s+){3}|BEGIN [A-Z ]*(?:LICEN[CS]E|KEY)")


def is_in(text: str) -> bool:
    """A long run of base64, in one line or wrapped: no name, address or sentence is written so."""
    return len(text) > 60 and _KEY.search(text) is not None  # no key is that short
