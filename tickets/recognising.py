"""The words recognisers are made of: signs that speak for a kind in the subject, the text or a file's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from tickets.kinds import Clues, Evidence, Recogniser
from tickets.search import fold

READ_OF_THE_TEXT = 2_000
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
    subject: int
    text: int
    file: int
    topic: str
    unless: re.Pattern[str] | None


def sign(words: str, *, subject: int = 0, text: int = 0, file: int = 0, topic: str = "", unless: str = "") -> Sign:
    """`words`: one regular expression a line, over text as `fold` leaves it (lower case, no accents), single spaces."""
    return Sign(
        pattern=_compiled(words),
        subject=subject,
        text=text,
        file=file,
        topic=topic,
        unless=_compiled(unless) if unless else None,
    )


def by_signs(*signs: Sign) -> Recogniser:
    """The surest of `signs`, a little surer for each further place that says the same."""

    def recognise(clues: Clues) -> Evidence | None:
        read = _read(clues)
        found = [evidence for one in signs if (evidence := _weigh(one, read))]
        return max(found, key=lambda evidence: evidence.score, default=None)

    return recognise


def first_of(*recognisers: Recogniser) -> Recogniser:
    """The answer of the first that has one."""
    return lambda clues: next((evidence for one in recognisers if (evidence := one(clues))), None)


@dataclass(frozen=True, kw_only=True)
class _Read:
    """A mail as signs read it: folded, without quoted lines and reply prefixes."""

    subject: str
    text: str
    files: tuple[str, ...]

    def all(self) -> str:
        return f"{self.subject} {self.text}"


@lru_cache(maxsize=8)
def _read(clues: Clues) -> _Read:
    """Folds a mail once for all recognisers that look at it."""
    own = "\n".join(line for line in clues.body.splitlines() if not line.lstrip().startswith(">"))
    return _Read(
        subject=_plain(_PREFIXES.sub("", clues.subject[:500])),
        text=_plain(own[:READ_OF_THE_TEXT]),
        files=tuple(_plain(_IN_NAMES.sub(" ", name)) for name in clues.filenames[:50]),
    )


def _weigh(one: Sign, read: _Read) -> Evidence | None:
    """The surest place of one sign, with the sentence that shows it."""
    if one.unless is not None and one.unless.search(read.all()):
        return None
    places = sorted(_places(one, read), reverse=True)
    if not places:
        return None
    score, because = places[0]
    score = min(_MOST, score + _FOR_EACH_FURTHER_PLACE * (len(places) - 1))
    return Evidence(score=score, because=because, topic=one.topic)


def _places(one: Sign, read: _Read) -> Iterator[tuple[int, str]]:
    if one.subject and (match := one.pattern.search(read.subject)):
        yield one.subject, _("The subject says “%(words)s”.") % {"words": _shown(match)}
    if one.text and (match := one.pattern.search(read.text)):
        yield one.text, _("The text says “%(words)s”.") % {"words": _shown(match)}
    if one.file and any(one.pattern.search(name) for name in read.files):
        name = next(name for name in read.files if one.pattern.search(name))
        yield one.file, _("A file is named “%(name)s”.") % {"name": name.strip()[:60]}


def _shown(match: re.Match[str]) -> str:
    return " ".join(match[0].split())[:60]


def _plain(text: str) -> str:
    spaced = " ".join(fold(text).replace("\u2019", "'").replace("_", " ").split())
    return _SEAMS.sub(" ", spaced)


def _compiled(words: str) -> re.Pattern[str]:
    """Letters outside ASCII are folded as the text is; the escapes of the expression stay."""
    alternatives = "|".join(line.strip() for line in words.strip().splitlines())
    return re.compile(_NOT_ASCII.sub(lambda match: fold(match[0]), alternatives))
