"""From what is asked to what is shown: the answer, and what else the words may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from people.models import User
from routing import asking
from routing.asking import Hit
from routing.page import showing
from routing.page.question import Question
from routing.page.showing import Shown
from routing.waiting import NotYet
from tickets.search import fold

ICONS: Final = {  # in the order of what is likelier meant
    "account": "building-2",
    "opportunity": "handshake",
    "state": "map-pin",
    "country": "globe",
    "segment": "route",
    "territory": "route",
}
_LIKELY: Final = list(ICONS)


@dataclass(frozen=True, kw_only=True)
class Other:
    """A line among what the words may mean; `current` is the one that is answered."""

    name: str
    detail: str
    icon: str
    url: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Answered:
    """`question` is what is answered; `sure` when nothing else can be meant."""

    question: Question | None
    others: Sequence[Other] = ()
    sure: bool = True
    nothing: str = ""

    def shown(self, *, by: User) -> tuple[Shown | None, str]:
        """The answer, or why there is none. Kept when it is clear what was meant; of several the likeliest is shown."""
        if self.question is None:
            return None, self.nothing
        try:
            found = self.question.find()
        except NotYet as problem:
            return None, str(problem)
        decision = self.question.keep(found, by=by) if self.sure else None
        return showing.show(self.question, found, decision=decision), ""


def of(asked: Question) -> Answered:
    if asked.subject or not asked.text:
        return Answered(question=asked if asked.subject else None)
    if len(asked.text) < asking.SHORTEST:
        return Answered(question=None)
    found = _each_once(sorted(asking.ask(asked.text, on=asked.on), key=lambda hit: _rank(hit, asked)))
    if not found:
        words = _(
            "Nothing we know is called “%(text)s”. Try a partner, an opportunity, a country, a state or a territory."
        )
        return Answered(question=None, nothing=words % {"text": asked.text})
    questions = [_question(hit, asked) for hit in found]
    others = [_other(hit, one, current=one is questions[0]) for hit, one in zip(found, questions, strict=True)]
    sure = len(found) == 1 and _says(found[0], asked.text)
    return Answered(question=questions[0], others=() if sure else others, sure=sure)


def _says(hit: Hit, text: str) -> bool:
    """What was typed stands in it; else it is only like it, and whoever asks should see so."""
    return fold(text) in fold(f"{hit.title} {hit.hint} {' '.join(hit.question.values())}")


def _each_once(hits: list[Hit]) -> list[Hit]:
    """Guam is a country and a state: one line says so. Georgia is two places."""
    places = {(hit.title, hit.question["country"]) for hit in hits if hit.kind == "country"}
    return [one for one in hits if one.kind != "state" or (one.title, one.question["subdivision"][3:]) not in places]


def _rank(hit: Hit, asked: Question) -> tuple[bool, bool, int]:
    """What is called exactly so goes first, then what the chosen side of the page is about."""
    return hit.title.casefold() != asked.text.casefold(), hit.about != asked.about, _LIKELY.index(hit.kind)


def _question(hit: Hit, asked: Question) -> Question:
    """A partner is asked for as the page is set: who owns its account, or manages its opportunities."""
    about = asked.about if hit.kind == "account" else hit.about
    return Question(text=hit.title, about=about, values=dict(hit.question), on=asked.on, ticket=asked.ticket)


def _other(hit: Hit, question: Question, *, current: bool) -> Other:
    return Other(name=hit.title, detail=hit.hint, icon=ICONS[hit.kind], url=question.url(), current=current)
