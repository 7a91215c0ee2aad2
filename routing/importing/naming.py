"""What a cell of the mapping says: a manager, “Look at Territory”, nobody yet; or why it says nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from people.models import ChannelManager

LOOK_AT_TERRITORY: Final = "Look at Territory"
TBH: Final = "TBH"
_LOOKS: Final = frozenset({"look at territory", "look at the territory", "see territory", "look to territory"})
_NOBODY_YET: Final = frozenset({"to be hired", "vacant", "tbd"})
_ALIKE: Final = 70
_MOST: Final = 3


@dataclass(frozen=True)
class Meant:
    """`result` is what is kept; without a manager it names nobody. `wrong` is a sentence, `near` who may be meant."""

    result: str = ""
    manager: int | None = None
    wrong: str = ""
    near: tuple[str, ...] = ()
    unknown: bool = False  # a lead may say who it is


class Staff:
    """The channel managers as of a day; `said` are names a lead has explained for this file, by `plain`."""

    def __init__(self, *, on: date, said: Mapping[str, int]) -> None:
        self.on = on
        self.by_id = ChannelManager.objects.in_bulk()
        self.by_name = {plain(one.name): one for one in self.by_id.values()}
        self.said = said
        self._known: dict[str, Meant] = {}

    def meant(self, text: str) -> Meant:
        """The same words are looked at once."""
        if text not in self._known:
            self._known[text] = self._meant(text)
        return self._known[text]

    def _meant(self, text: str) -> Meant:
        words = plain(text).strip(" .!:")
        if words in _LOOKS:
            return Meant(LOOK_AT_TERRITORY)
        if is_tbh(words):
            return Meant(text)
        manager = self.by_id.get(self.said.get(plain(text), 0)) or self._named(words)
        if manager is None:
            return self._unknown(text, words)
        return self._still_here(manager)

    def _named(self, words: str) -> ChannelManager | None:
        """As written, or “Bahar, Jay”."""
        last, comma, first = words.partition(",")
        return self.by_name.get(words) or (self.by_name.get(f"{first.strip()} {last}") if comma else None)

    def _still_here(self, manager: ChannelManager) -> Meant:
        if manager.left is not None and manager.left < self.on:
            said = {"name": manager.name, "day": date_format(manager.left, "j M Y")}
            return Meant(wrong=_("%(name)s left on %(day)s.") % said)
        if not manager.active:
            return Meant(wrong=_("%(name)s is not active any more.") % {"name": manager.name})
        return Meant(manager.name, manager.pk)

    def _unknown(self, text: str, words: str) -> Meant:
        found = process.extract(words, self.by_name.keys(), scorer=fuzz.WRatio, score_cutoff=_ALIKE, limit=_MOST)
        near = tuple(self.by_name[name].name for name, _score, _at in found)
        wrong = _("No channel manager is called “%(text)s”.") % {"text": text[:80]}
        if near:
            wrong = f"{wrong} {_('Like it: %(names)s.') % {'names': ', '.join(near)}}"
        return Meant(wrong=wrong, near=near, unknown=True)


def plain(text: str) -> str:
    """Without accents, capitals and double blanks."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(bare.casefold().split())


def is_tbh(words: str) -> bool:
    """“TBH”, `…TERR_3TBH`, “to be hired”: a place that nobody has been hired for."""
    return plain(words).endswith("tbh") or plain(words).startswith("tbh ") or plain(words) in _NOBODY_YET
