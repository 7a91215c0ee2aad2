"""The seats of a licence as tiles: taken, free, beyond the limit. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from nfr.guides.known import Known

MOST: Final = 60  # tiles; more are drawn as one bar


@dataclass(frozen=True, kw_only=True)
class Picture:
    """How many tiles of each sort, and the same in words."""

    used: int
    allowed: int
    words: str

    @property
    def taken(self) -> range:
        return range(min(self.used, self.allowed))

    @property
    def free(self) -> range:
        return range(max(0, self.allowed - self.used))

    @property
    def over(self) -> range:
        return range(max(0, self.used - self.allowed))

    @property
    def as_tiles(self) -> bool:
        return max(self.used, self.allowed) <= MOST


def of(known: Known) -> Picture | None:
    """Nothing where a number is missing."""
    if known.count is None or known.allowed is None:
        return None
    said = {"used": known.count.used, "allowed": known.allowed, "over": known.over}
    words = (
        _("%(used)d of %(allowed)d seats are in use, %(over)d too many.")
        if known.over
        else _("%(used)d of %(allowed)d seats are in use.")
    )
    return Picture(used=known.count.used, allowed=known.allowed, words=words % said)
