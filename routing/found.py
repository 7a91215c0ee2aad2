"""An answer to “who is the channel manager?”, as people and programs get it (contract §4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from partners import answers
from people.models import ChannelManager
from routing.keys import fiscal_year

ASSIGNED: Final = "assigned"
AMBIGUOUS: Final = "ambiguous"
UNASSIGNED: Final = "unassigned"
NEAR_MISSES: Final = 5
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Because(answers.Because):
    """`rule_id` names the row: “coverage:12”, “keyrule:3”, “partnerrule:4”; `effective` is its first day."""

    fiscal_year: str = ""
    effective: date | None = None
    rule_id: str = ""

    def as_json(self) -> Json:
        said: Json = {"rule": self.rule, "key": self.key, "result": self.result, "source": self.source}
        if self.fiscal_year:
            said["fiscal_year"] = self.fiscal_year
        if self.effective:
            said["effective"] = self.effective.isoformat()
        if self.rule_id:
            said["rule_id"] = self.rule_id
        return said


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody it may be, and by which rules."""

    manager: ChannelManager
    because: tuple[Because, ...] = ()

    def as_json(self) -> Json:
        return {"manager": manager_json(self.manager), "because": [one.as_json() for one in self.because]}


@dataclass(frozen=True, kw_only=True)
class Found:
    """`manager` only when exactly one is sure. `skipped` was asked and did not decide, or was not asked and says why.

    `stand_in` answers for a manager who is away that day; the manager stays the answer. `facts` is the question with
    what the partner's account or the opportunity added to it.
    """

    outcome: str
    manager: ChannelManager | None = None
    candidates: tuple[Candidate, ...] = ()
    because: tuple[Because, ...] = ()
    skipped: tuple[Because, ...] = ()
    near_misses: tuple[str, ...] = ()
    as_of: date
    remarks: tuple[str, ...] = ()
    stand_in: ChannelManager | None = None
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def fiscal_year(self) -> str:
        return fiscal_year(self.as_of)

    def as_json(self) -> Json:
        return {
            "outcome": self.outcome,
            "manager": manager_json(self.manager),
            "candidates": [one.as_json() for one in self.candidates],
            "because": [one.as_json() for one in self.because],
            "near_misses": list(self.near_misses),
            "as_of": self.as_of.isoformat(),
            "fiscal_year": self.fiscal_year,
            "skipped": [one.as_json() for one in self.skipped],
            "remarks": list(self.remarks),
            "stand_in": manager_json(self.stand_in),
            "facts": dict(self.facts),
            "sentence": self.sentence(),
        }

    def sentence(self) -> str:
        """One line for a note: who, and by which rule."""
        return " ".join([self._who(), *self.remarks])

    def _who(self) -> str:
        if self.manager is not None:
            words = _("Channel manager: %(name)s (%(why)s).")
            return words % {"name": self.manager, "why": _path(self.because, of=self.manager.name)}
        if self.candidates:
            names = _(" or ").join(str(one.manager) for one in self.candidates)
            words = _("The channel manager may be %(names)s. %(why)s")
            return words % {"names": names, "why": _what_decides(self.because)}
        return _("No rule names a channel manager (%(why)s).") % {"why": _path(self.because)}


def manager_json(manager: ChannelManager | None) -> Json | None:
    return None if manager is None else {"name": manager.name, "team": manager.team or None}


def _path(because: Sequence[answers.Because], *, of: str = "") -> str:
    return "; ".join(_one(one, of) for one in because)


def _one(because: answers.Because, of: str) -> str:
    """Without the name again that the sentence begins with."""
    said = f"{rule_in_words(because.rule)} {because.key}".strip()
    said = said if because.result == of else f"{said}: {because.result}"
    return f"{said}, {because.source}" if because.source else said


def _what_decides(because: Sequence[answers.Because]) -> str:
    """What ambiguous answers say last, after the rules that differ."""
    return because[-1].result if because else ""


def rule_in_words(rule: str) -> str:
    """What a rule goes by, inside a sentence."""
    return RULES[rule]() if rule in RULES else rule


RULES: Final[Mapping[str, Callable[[], str]]] = {
    "named_partner": lambda: _("named partner"),
    "us_pubsec": lambda: _("US PubSec"),
    "gsi": lambda: _("GSI"),
    "alliance": lambda: _("Alliance"),
    "subdivision_part": lambda: _("part of a state"),
    "subdivision": lambda: _("state"),
    "country": lambda: _("country"),
    "country_group": lambda: _("country group"),
    "catch_all": lambda: _("all others"),
    "segment": lambda: _("segment"),
    "territory": lambda: _("territory"),
    "alias": lambda: _("alias"),
    "track": lambda: _("track"),
    "postal_code": lambda: _("postal code"),
    "partner": lambda: _("partner"),
    "opportunity": lambda: _("opportunity"),
}
