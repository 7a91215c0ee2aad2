"""“How this was found”: each question that was asked, what it was asked with, what came of it and where that stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.page import fixing

State = Literal["done", "skipped", "open"]
_QUESTIONS: Final = {
    "named_partner": gettext_lazy("Is the partner named?"),
    "gsi": gettext_lazy("Is the partner a GSI?"),
    "us_pubsec": gettext_lazy("Is it US PubSec?"),
    "public_sector": gettext_lazy("Is it US PubSec?"),
    "alliance": gettext_lazy("Is it an Alliance partner?"),
    "segment": gettext_lazy("Owner Segment-Geo-Region-Area"),
    "territory": gettext_lazy("Stamped Account Sales Territory"),
    "subdivision_part": gettext_lazy("Part of the state"),
    "subdivision": gettext_lazy("State or province"),
    "country": gettext_lazy("Country"),
    "country_group": gettext_lazy("Group of countries"),
    "catch_all": gettext_lazy("Everything else of the geo"),
    "alias": gettext_lazy("Written differently"),
    "track": gettext_lazy("Track"),
    "postal_code": gettext_lazy("Postal code"),
    "overlap": gettext_lazy("More than one row"),
    "opportunity": gettext_lazy("Opportunity"),
    "partner": gettext_lazy("Partner"),
}
_ORDER: Final = list(_QUESTIONS)
_OPEN: Final = frozenset({"track", "postal_code", "overlap", "public_sector"})  # says what would decide


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the path; `skipped` is grey with a minus, `open` is what would decide."""

    state: State
    question: str
    key: str
    result: str
    is_person: bool
    source: str
    title: str = ""
    rule_id: str = ""

    @property
    def short(self) -> str:
        """“FY23 AMER” of “FY23 AMER, “Jay Bahar: CT, MA, …””: the published words are in the title."""
        return "" if self.state == "open" else self.source.partition(", “")[0]

    @property
    def url(self) -> str:
        return fixing.of_rule(self.rule_id) if self.rule_id else ""

    @property
    def icon(self) -> str:
        return {"done": "check", "skipped": "minus", "open": "ellipsis"}[self.state]


def steps(answer: Mapping[str, Any]) -> list[Step]:
    """Of an answer as it is kept and as the API gives it: what did not decide comes first."""
    people = _people(answer)
    return [
        *(_step(one, "skipped", people) for one in sorted(answer.get("skipped", ()), key=_in_order)),
        *(_step(one, _state(one, answer), people) for one in answer.get("because", ())),
    ]


def line(answer: Mapping[str, Any]) -> list[Step]:
    """The path in one line: only what decided."""
    return [step for step in steps(answer) if step.state == "done"]


def question_of(rule: str) -> str:
    return str(_QUESTIONS.get(rule, rule.replace("_", " ").capitalize()))


def _in_order(because: Mapping[str, Any]) -> int:
    """As the rules are asked: named partners first, whole regions last."""
    return _ORDER.index(because["rule"]) if because["rule"] in _ORDER else len(_ORDER)


def _people(answer: Mapping[str, Any]) -> set[str]:
    named = [answer.get("manager"), *(one.get("manager") for one in answer.get("candidates", ()))]
    return {str(one["name"]) for one in named if one}


def _state(because: Mapping[str, Any], answer: Mapping[str, Any]) -> State:
    if because.get("rule_id"):
        return "done"
    return "open" if answer["outcome"] == "ambiguous" and because["rule"] in _OPEN else "skipped"


def _step(because: Mapping[str, Any], state: State, people: Iterable[str]) -> Step:
    result = str(because.get("result", ""))
    return Step(
        state=state,
        question=question_of(str(because["rule"])),
        key=str(because.get("key", "")),
        result=result[:1].upper() + result[1:] if state != "done" else result,
        is_person=result in people,
        source=str(because.get("source", "")),
        title=_title(because),
        rule_id=str(because.get("rule_id", "")),
    )


def _title(because: Mapping[str, Any]) -> str:
    """“FY23 AMER, “Jay Bahar: CT, MA, …”, in force since 1 Nov 2022”."""
    source, since = str(because.get("source", "")), because.get("effective")
    if not because.get("rule_id") or not since:
        return source
    day = date_format(date.fromisoformat(str(since)), "j M Y")
    return _("%(source)s, in force since %(day)s") % {"source": source, "day": day}
