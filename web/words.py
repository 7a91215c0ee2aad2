"""Numbers, sizes and names as people read them."""

from __future__ import annotations

from zlib import crc32

from django.utils.formats import number_format
from django.utils.translation import gettext as _

NARROW = "\N{NO-BREAK SPACE}"
KIB = 1024
AVATAR_TONES = 6
TRACKS = {
    "select": "select",
    "open": "open",
    "us pubsec": "pubsec",
    "pubsec": "pubsec",
    "public sector": "pubsec",
    "gsi": "alliance",
    "alliance": "alliance",
    "technology": "alliance",
}


def filesize(size: int) -> str:
    """Says "412 KB", "1.2 MB", with a no-break space."""
    if size < KIB:
        return _("%(count)d bytes").replace(" ", NARROW) % {"count": size}
    shown = size / KIB
    for unit in ("KB", "MB"):
        if shown < KIB:
            return f"{_short(shown, unit)}{NARROW}{unit}"
        shown /= KIB
    return f"{_short(shown, 'GB')}{NARROW}GB"


def number(value: float) -> str:
    """Thousands with a comma: 3,124."""
    return number_format(value, use_l10n=True, force_grouping=True)


def capped(value: int, most: int = 99) -> str:
    return f"{most}+" if value > most else str(value)


def initials(name: str) -> str:
    """Two letters: of the first and the last word, or of the part before the @."""
    words = [word for word in name.partition("@")[0].replace(".", " ").split() if word[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()


def tone(key: str) -> int:
    """The same one of six for the same person, everywhere and always."""
    return crc32(key.casefold().encode()) % AVATAR_TONES + 1


def track_class(track: str) -> str:
    return TRACKS.get(track.casefold().replace("_", " "), "none")


def _short(value: float, unit: str) -> str:
    places = 0 if unit == "KB" or value >= 10 else 1
    return number_format(round(value, places), places, use_l10n=True).removesuffix(".0")
