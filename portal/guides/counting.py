"""The number that a partner may give with “I have reduced the seats”. Pure."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_NUMBER = re.compile(r"[0-9]{1,5}")


def why_not(counted: str, *, allowed: int | None) -> str:
    """What is wrong with it; nothing where none is given: it may be left out."""
    if not counted:
        return ""
    if not _NUMBER.fullmatch(counted):
        return _("Write the number of seats in digits, or leave it out.")
    over = int(counted) - allowed if allowed is not None else 0
    if over <= 0:
        return ""
    words = ngettext(
        "%(over)d more than you have. Remove one person more, or ask us.",
        "%(over)d more than you have. Remove %(over)d people more, or ask us.",
        over,
    )
    return words % {"over": over}


def words(counted: str) -> str:
    """The message, with the number where there is one; the desk reads it there."""
    if not counted:
        return ""
    said = ngettext(
        "We have reduced the seats. %(count)d seat is in use now.",
        "We have reduced the seats. %(count)d seats are in use now.",
        int(counted),
    )
    return said % {"count": int(counted)}
