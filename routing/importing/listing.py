"""The mapping of a day as a page reads it: a block, searched, turned page by page; a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from routing.importing import layout
from routing.importing.applying import MODELS, model_of
from routing.models import KeyRule, MappingImport, PartnerRule

SIZE: Final = 100
HISTORY: Final = 100
TITLES: Final[Mapping[str, Promise]] = {
    layout.SEGMENT: _("Segment"),
    layout.TERRITORY: _("Territory"),
    layout.US_PUBSEC: _("US PubSec"),
    layout.ALLIANCE: _("Alliance"),
    layout.GSI: _("GSI"),
}
KEYS: Final[Mapping[str, Promise]] = {
    layout.SEGMENT: _("[Deprecated] Owner Segment-Geo-Region-Area"),
    layout.TERRITORY: _("Stamped Account Sales Territory"),
}
Rule = KeyRule | PartnerRule


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for; `after` and `before` are keys with their row's id."""

    on: date
    table: str = layout.SEGMENT
    text: str = ""
    after: tuple[str, int] | None = None
    before: tuple[str, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    asked: Asked
    blocks: list[tuple[str, Promise, int]]
    rules: list[Rule] = field(default_factory=list)
    next: str = ""
    previous: str = ""

    @property
    def key_title(self) -> Promise:
        return KEYS.get(self.asked.table, _("Partner"))

    @property
    def by_partner(self) -> bool:
        return self.asked.table not in KEYS

    @property
    def total(self) -> int:
        return sum(count for _table, _title, count in self.blocks)


def page(asked: Asked) -> Page:
    rules, following, preceding = _cut(asked)
    return Page(asked=asked, blocks=_blocks(asked.on), rules=rules, next=following, previous=preceding)


def mark(rule: Rule) -> str:
    """Where a page begins: `|` and the id behind the key."""
    return f"{rule.folded}|{rule.pk}"


def marked(text: str) -> tuple[str, int] | None:
    key, bar, pk = text.replace("\0", "").rpartition("|")
    return (key, int(pk)) if bar and pk.isascii() and pk.isdecimal() and len(pk) < 19 else None


def history() -> list[tuple[str, list[MappingImport]]]:
    """Imports by fiscal year, the newest year first; what was dropped is left out."""
    rows = MappingImport.objects.exclude(state=MappingImport.State.DROPPED).defer("rows", "columns", "rejected")
    found: dict[str, list[MappingImport]] = {}
    for row in rows.select_related("imported_by", "confirmed_by", "undone_by", "file").order_by("-effective", "-id")[
        :HISTORY
    ]:
        found.setdefault(row.fiscal_year, []).append(row)
    return list(found.items())


def _blocks(on: date) -> list[tuple[str, Promise, int]]:
    counts: dict[str, int] = {}
    for model in MODELS.values():
        rows = model.objects.valid_on(on).order_by().values_list("table")
        counts |= dict(rows.annotate(Count("pk")))
    return [(table, title, counts.get(table, 0)) for table, title in TITLES.items()]


def _cut(asked: Asked) -> tuple[list[Rule], str, str]:
    """A page of rules, and where its neighbours begin."""
    rows = _filtered(asked)
    if asked.before:
        found = list(rows.filter(_beyond(asked.before, "lt")).order_by("-folded", "-id")[: SIZE + 1])
        rules = found[:SIZE][::-1]
        return rules, (mark(rules[-1]) if rules else ""), (mark(rules[0]) if len(found) > SIZE else "")
    if asked.after:
        rows = rows.filter(_beyond(asked.after, "gt"))
    found = list(rows.order_by("folded", "id")[: SIZE + 1])
    rules = found[:SIZE]
    return rules, (mark(rules[-1]) if len(found) > SIZE else ""), (mark(rules[0]) if rules and asked.after else "")


def _filtered(asked: Asked) -> Any:
    model = model_of(asked.table)
    related = ["manager", "account"] if model is PartnerRule else ["manager"]
    rows = model.objects.valid_on(asked.on).filter(table=asked.table).select_related(*related)
    for word in asked.text.split():
        rows = rows.filter(
            Q(folded__contains=word.lower()) | Q(result__icontains=word) | Q(manager__name__icontains=word)
        )
    return rows


def _beyond(place: tuple[str, int], way: str) -> Q:
    key, pk = place
    return Q(**{f"folded__{way}": key}) | Q(**{"folded": key, f"id__{way}": pk})
