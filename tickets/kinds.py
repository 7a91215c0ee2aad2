"""The registry of request kinds: each family app declares its own, the desk only knows the shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

from people.calendar import Target

Words = str | Promise
FieldKind = Literal["text", "textarea", "select", "date", "number", "files", "checkbox", "email"]


@dataclass(frozen=True, kw_only=True)
class Clues:
    """What recognisers look at: the ordinary parts of a mail or form."""

    subject: str = ""
    body: str = ""
    from_address: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    filenames: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """How sure a recogniser is (0 to 100), and the sentence that says why."""

    score: int
    because: str
    topic: str = ""


Recogniser = Callable[[Clues], Evidence | None]


def never(clues: Clues) -> Evidence | None:  # noqa: ARG001
    """A kind that is only chosen by hand or by the form."""
    return None


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing the request form asks for this kind."""

    name: str
    label: Words
    hint: Words = ""
    kind: FieldKind = "text"
    required: bool = True
    choices: tuple[tuple[str, Words], ...] = ()
    max_length: int = 200
    pattern: str = ""
    pattern_says: Words = ""
    mono: bool = False
    autocomplete: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """A tile of the request form: a kind, for `general` with a topic, in the partner's words."""

    slug: str
    title: Words
    summary: Words
    icon: str
    order: int
    topic: str = ""
    fields: tuple[Field, ...] | None = None
    note: Words = ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A type of request (contract §5) and what the desk promises for it."""

    slug: str
    title: Words
    short: Words
    icon: str
    handbook: str
    first_reply: Target
    resolution: Target
    recognise: Recogniser = never
    fields: tuple[Field, ...] = ()
    cards: tuple[Card, ...] = ()
    tag: str = ""
    subject: Callable[[Mapping[str, str]], str] | None = None


_kinds: dict[str, Kind] = {}
_SURE_ENOUGH = 40


def register(kind: Kind) -> None:
    """Makes a kind known; called from `ready()` of the app that declares it."""
    _kinds[kind.slug] = kind


def all_kinds() -> tuple[Kind, ...]:
    return tuple(_kinds.values())


def kind_of(slug: str) -> Kind:
    """The kind named `slug`; `general` for one that is not known any more."""
    return _kinds.get(slug) or _kinds["general"]


def known(slug: str) -> bool:
    return slug in _kinds


def cards() -> list[tuple[Kind, Card]]:
    """The request form's tiles in their order."""
    return sorted(((kind, card) for kind in _kinds.values() for card in kind.cards), key=lambda pair: pair[1].order)


def recognise(clues: Clues) -> tuple[Kind, Evidence]:
    """The kind that fits best with the reason; `general` when none is sure enough."""
    found = [(kind, evidence) for kind in _kinds.values() if (evidence := kind.recognise(clues))]
    sure = [pair for pair in found if pair[1].score >= _SURE_ENOUGH]
    if sure:
        return max(sure, key=lambda pair: pair[1].score)
    return kind_of("general"), _best_of((evidence for kind, evidence in found if kind.slug == "general"))


def _best_of(found: Iterable[Evidence]) -> Evidence:
    return max(found, key=lambda evidence: evidence.score, default=Evidence(score=0, because="No kind fits its words."))
