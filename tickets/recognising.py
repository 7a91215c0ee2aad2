"""The words recognisers are made of: signs that speak for a kind in subject, text, file names, heads of documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

from tickets import needed
from tickets.kinds import Clues, Evidence, Place, Recogniser
from tickets.search import fold

READ_OF_THE_TEXT = 2_000
HEAD_OF_A_DOCUMENT: Final = 1_200  # what it is stands in its head; further down it speaks of other things
MOST_DOCUMENTS: Final = 20
PLACES_KEPT: Final = 4
_MOST = 99
_FOR_EACH_FURTHER_PLACE = 4
_PREFIXES = re.compile(r"^(\s*(re|fwd?|aw|wg|tr|rv|sv|enc|r|i|返信|転送)\s*(\[\d+\])?\s*:)+", re.IGNORECASE)
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_SEAMS = re.compile(rf"(?<=[a-z0-9])(?=[{_CJK}])|(?<=[{_CJK}])(?=[a-z0-9])")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_IN_NAMES = re.compile(r"[_\-.+()\[\]]+")


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A pattern and how sure it makes us in each place; 0 where it says nothing. `unless` takes it back."""

    pattern: re.Pattern[str]
    needs: tuple[str, ...]
    subject: int
    text: int
    file: int
    document: int
    topic: str
    unless: re.Pattern[str] | None

    def may_be_in(self, text: str) -> bool:
        """Letters that every match holds are looked for first: that is quicker than the expression by far."""
        return not self.needs or any(map(text.__contains__, self.needs))


def sign(
    words: str, *, subject: int = 0, text: int = 0, file: int = 0, document: int = 0, topic: str = "", unless: str = ""
) -> Sign:
    """`words`: one regular expression a line, over text as `fold` leaves it (lower case, no accents), single spaces."""
    pattern = _compiled(words)
    return Sign(
        pattern=pattern,
        needs=needed.letters(pattern),
        subject=subject,
        text=text,
        file=file,
        document=document,
        topic=topic,
        unless=_compiled(unless) if unless else None,
    )


def by_signs(*signs: Sign) -> Recogniser:
    """The surest of `signs`, a little surer for each further place that says the same."""

    def recognise(clues: Clues) -> Evidence | None:
        read = _read(clues)
        of_topic: dict[str, list[Evidence]] = {}
        for one in signs:
            if evidence := _weigh(one, read):
                of_topic.setdefault(one.topic, []).append(evidence)
        best = sorted(map(_together, of_topic.values()), key=lambda evidence: -evidence.score)
        return replace(best[0], also=tuple(best[1:])) if best else None

    return recognise


def first_of(*recognisers: Recogniser) -> Recogniser:
    """The answer of the first that has one."""
    return lambda clues: next((evidence for one in recognisers if (evidence := one(clues))), None)


@dataclass(frozen=True, kw_only=True)
class _Paper:
    name: str
    head: str
    attachment: int


@dataclass(frozen=True, kw_only=True)
class _Read:
    """A mail as signs read it: folded, without quoted lines and reply prefixes."""

    subject: str
    text: str
    files: tuple[str, ...]
    documents: tuple[_Paper, ...]
    all: str  # the mail itself
    everything: str


@lru_cache(maxsize=8)
def _read(clues: Clues) -> _Read:
    """Folds a mail once for all recognisers that look at it."""
    own = "\n".join(line for line in clues.body.splitlines() if not line.lstrip().startswith(">"))
    subject, text = _plain(_PREFIXES.sub("", clues.subject[:500])), _plain(own[:READ_OF_THE_TEXT])
    files = tuple(_plain(_IN_NAMES.sub(" ", name)) for name in clues.filenames[:50])
    papers = tuple(
        _Paper(name=one.name, head=_plain(one.text[:HEAD_OF_A_DOCUMENT]), attachment=one.attachment)
        for one in clues.documents[:MOST_DOCUMENTS]
    )
    return _Read(
        subject=subject,
        text=text,
        files=files,
        documents=papers,
        all=f"{subject} {text}",
        everything="\n".join([subject, text, *files, *(paper.head for paper in papers)]),
    )


def _together(found: list[Evidence]) -> Evidence:
    """The surest of what speaks for one topic, with the best words of each place."""
    ranked = sorted(found, key=lambda evidence: -evidence.score)
    best: dict[tuple[str, int], Place] = {}
    for place in sorted((place for one in ranked for place in one.places), key=lambda place: -place.score):
        best.setdefault((place.where, place.attachment), place)
    because = _because(ranked[0].places[0])
    return replace(ranked[0], because=because, places=tuple(best.values())[:PLACES_KEPT])


def _weigh(one: Sign, read: _Read) -> Evidence | None:
    """The places of one sign, the surest first; the sentence is said of the surest sign only."""
    if not one.may_be_in(read.everything):
        return None
    places = sorted(_places(one, read), key=lambda place: -place.score)
    if not places or (one.unless is not None and one.unless.search(read.all)):
        return None
    score = min(_MOST, places[0].score + _FOR_EACH_FURTHER_PLACE * (len({place.where for place in places}) - 1))
    return Evidence(score=score, because="", topic=one.topic, places=tuple(places))


def _places(one: Sign, read: _Read) -> Iterator[Place]:
    if one.subject and (match := one.pattern.search(read.subject)):
        yield Place(where="subject", words=_shown(match), score=one.subject)
    if one.text and (match := one.pattern.search(read.text)):
        yield Place(where="text", words=_shown(match), score=one.text)
    if one.file and (name := next((name for name in read.files if one.pattern.search(name)), "")):
        yield Place(where="file", words=name.strip()[:60], score=one.file)
    if one.document:
        yield from _in_documents(one, read)


def _in_documents(one: Sign, read: _Read) -> Iterator[Place]:
    """What takes words of a mail back takes none of a document: a letterhead has a P.O. box."""
    for paper in read.documents:
        if match := one.pattern.search(paper.head):
            words, attachment = _shown(match), paper.attachment
            yield Place(where="document", words=words, score=one.document, source=paper.name, attachment=attachment)


def _because(place: Place) -> str:
    return {
        "subject": _("The subject says “%(words)s”."),
        "text": _("The text says “%(words)s”."),
        "file": _("A file is named “%(words)s”."),
        "document": _("%(source)s says “%(words)s” at its head."),
    }[place.where] % {"words": place.words, "source": place.source[:60]}


def _shown(match: re.Match[str]) -> str:
    return " ".join(match[0].split())[:60]


def _plain(text: str) -> str:
    spaced = " ".join(fold(text).replace("\u2019", "'").replace("_", " ").split())
    return _SEAMS.sub(" ", spaced)


def _compiled(words: str) -> re.Pattern[str]:
    """Letters outside ASCII are folded as the text is; the escapes of the expression stay."""
    alternatives = "|".join(line.strip() for line in words.strip().splitlines())
    return re.compile(_NOT_ASCII.sub(lambda match: fold(match[0]), alternatives))
