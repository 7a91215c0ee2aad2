"""One thing the audit found: what, where, how much it touches, and how it is put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people.models import User
from routing.models import Track

RED, AMBER, GREY = "red", "amber", "grey"
EVERYBODY, DESK, LEADS = "everybody", "desk", "leads"


class Kind(StrEnum):
    """In the order of the page."""

    GAP = "gap"
    OVERLAP = "overlap"
    DUPLICATE = "duplicate"
    GONE = "gone"
    OWNER = "owner"
    UNCOVERED = "uncovered"
    UNSURE = "unsure"
    TERRITORIES = "territories"
    KEYS = "keys"
    HIRING = "hiring"
    NAME = "name"
    PARTNER = "partner"
    MAPPING = "mapping"
    SPLIT = "split"
    READING = "reading"


TITLES = {
    Kind.GAP: _("Gaps"),
    Kind.OVERLAP: _("Overlaps"),
    Kind.DUPLICATE: _("Duplicate keys"),
    Kind.GONE: _("Rules naming who left"),
    Kind.OWNER: _("Owner differs"),
    Kind.UNCOVERED: _("Partners without a rule"),
    Kind.UNSURE: _("Partners with two answers"),
    Kind.TERRITORIES: _("No contracted territories"),
    Kind.KEYS: _("Keys no rule knows"),
    Kind.HIRING: _("To be hired"),
    Kind.NAME: _("Names nobody has"),
    Kind.PARTNER: _("Partners of rules"),
    Kind.MAPPING: _("Mapping"),
    Kind.SPLIT: _("Splits"),
    Kind.READING: _("Our reading"),
}

ICONS = {
    Kind.GAP: "circle-dashed",
    Kind.OVERLAP: "layers-2",
    Kind.DUPLICATE: "layers-2",
    Kind.GONE: "circle-alert",
    Kind.OWNER: "route",
    Kind.UNCOVERED: "circle-dashed",
    Kind.UNSURE: "layers-2",
    Kind.TERRITORIES: "circle-dashed",
    Kind.KEYS: "circle-alert",
    Kind.HIRING: "clock-alert",
    Kind.NAME: "circle-alert",
    Kind.PARTNER: "building-2",
    Kind.MAPPING: "table",
    Kind.SPLIT: "layers-2",
    Kind.READING: "info",
}


@dataclass(frozen=True, kw_only=True)
class Example:
    """A partner, an opportunity or a rule the finding is about; `url` is empty where there is no page of it."""

    words: str
    beside: str = ""
    url: str = ""
    outside: bool = False  # leads to Salesforce


@dataclass(frozen=True, kw_only=True)
class Fix:
    """What puts it right: a verb with an object, and where; `post` for what a button does."""

    words: str
    url: str
    post: bool = False
    by: str = EVERYBODY

    def may(self, user: User) -> bool:
        return user.leads if self.by == LEADS else user.on_desk if self.by == DESK else True


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`count` says how many partners, opportunities or rules (`unit`) it touches today; 0 is no less wrong."""

    slug: str
    kind: Kind
    tone: str
    area: str
    words: str
    track: str = ""
    table: str = ""  # of the mapping
    managers: str = ""
    places: Sequence[str] = ()  # by name, where the area is several
    code: bool = False  # the area is a key: shown as it is written
    near: Sequence[str] = ()
    count: int = 0
    unit: str = ""  # partner, opportunity, rule
    partners: Sequence[int] = ()  # a few of them, for the examples
    opportunities: Sequence[int] = ()
    examples: Sequence[Example] = ()
    fixes: Sequence[Fix] = ()
    rule: str = ""  # “keyrule:3”, where the finding is about one row
    listed: str = ""  # the kind of list the export has every row of
    weight: int = 0

    @property
    def fix_url(self) -> str:
        return self.fixes[0].url if self.fixes else ""

    @property
    def track_label(self) -> str:
        return str(Track(self.track).label) if self.track in Track else self.track.title()

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def counted(self) -> str:
        return counted(self.count, self.unit) if self.count else ""


def counted(number: int, unit: str) -> str:
    """“3 partners”."""
    if unit == "opportunity":
        return ngettext("%d opportunity", "%d opportunities", number) % number
    if unit == "rule":
        return ngettext("%d rule", "%d rules", number) % number
    return ngettext("%d partner", "%d partners", number) % number
