"""The registry of request kinds: each family app declares its own, the desk only knows the shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise

from people.calendar import Target

Words = str | Promise
FieldKind = Literal["text", "textarea", "select", "date", "number", "files", "checkbox", "email"]


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a file says, once it has been read: its first words. `attachment` is where it hangs."""

    name: str
    text: str
    attachment: int = 0


@dataclass(frozen=True, kw_only=True)
class Clues:
    """What recognisers look at: the ordinary parts of a mail or form, and its documents where they are read."""

    subject: str = ""
    body: str = ""
    from_address: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    filenames: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Place:
    """Words that spoke for a kind, folded as they were found; `source` names the file, `attachment` where it hangs."""

    where: Literal["subject", "text", "file", "document"]
    words: str
    score: int
    source: str = ""
    attachment: int = 0


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """How sure a recogniser is (0 to 100), and the sentence that says why.

    `places` are where it was said, the most telling first; `also` is the same for other topics of the kind.
    """

    score: int
    because: str
    topic: str = ""
    places: tuple[Place, ...] = ()
    also: tuple[Evidence, ...] = ()


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
    understood: Callable[[str], str] | None = None  # what is kept of a line; ValueError with the sentence why not
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
class Notice:
    """What the request form says before anybody fills it in: who really handles it, and what it has to hold.

    `resource` is the slug of a page for those who handle it, shown where partners may read it.
    """

    words: Words
    checks_title: Words = ""
    checks: tuple[Words, ...] = ()
    resource: str = ""


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
    notice: Notice | None = None
    tag: str = ""
    subject: Callable[[Mapping[str, str]], str] | None = None


SURE_ENOUGH: Final = 40
_kinds: dict[str, Kind] = {}


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


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What a request may be; a general one once for each topic."""

    kind: Kind
    evidence: Evidence


def rank(clues: Clues) -> list[Candidate]:
    """Everything a request may be by its words, the surest first."""
    found = [
        Candidate(kind=kind, evidence=one)
        for kind in _kinds.values()
        if (evidence := kind.recognise(clues))
        for one in (evidence, *evidence.also)
    ]
    return sorted(found, key=lambda one: -one.evidence.score)


def surest(ranked: Sequence[Candidate]) -> tuple[Kind, Evidence]:
    """The kind that fits best with the reason; `general` when none is sure enough."""
    if ranked and ranked[0].evidence.score >= SURE_ENOUGH:
        return ranked[0].kind, ranked[0].evidence
    of_general = (one.evidence for one in ranked if one.kind.slug == "general")
    return kind_of("general"), next(of_general, Evidence(score=0, because="No kind fits its words."))


def recognise(clues: Clues) -> tuple[Kind, Evidence]:
    return surest(rank(clues))
