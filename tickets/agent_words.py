"""What a colleague wrote above our notice, and nothing of the notice: it goes to the partner."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from mail import quotes

_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_ATTRIBUTION = re.compile(
    r"^(?![ \t]*>)[^\n]{1,300}[:：][ \t]*\n(?=(?:[ \t]*\n)?[ \t]*>)",  # noqa: RUF001 - a colon of Chinese and Japanese
    re.MULTILINE,
)


def mark() -> str:
    """The line in a notice above which the answer stands."""
    return _("Write your answer above this line.")


def own(text: str) -> str:
    """The answer alone; where it stands below the quoted notice, what stands below it."""
    split = quotes.split(text)
    words = split.own if split.quoted else _QUOTED.sub("", _ATTRIBUTION.sub("", text))
    above, found, _below = words.partition(mark())
    if found:
        words = above.rstrip(" \t-—>*_#")
    return words.strip()
