"""Company names as people write them: made comparable, and how alike two of them are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from web import datafiles

LONGEST = 255
MOST_TELLING = 4
SAME, SAME_CORE, OTHER_FORM, ALIKE = 88, 86, 72, 80
_SHORTEST_FRONT, _ALIKE_FRONT, _LESS_FOR_A_PART = 4, 88, 12
_SHORTEST_ALIKE = 75  # rapidfuzz's own ratio: below it two names only share letters

WORDS: Final = datafiles.read(Path(__file__).parent / "data" / "company_words.toml")
_LETTERS: Final = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "\u0131": "i", "ß": "ss"}
)
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_ACCENTS: Final = re.compile(r"[\u0300-\u036f]")
_APOSTROPHES: Final = re.compile("['`\u2018\u2019\u00b4\u02bc]")
_INITIALS: Final = re.compile(r"\b(\w)\.\s?(?=\w\b)")
_NO_WORD: Final = re.compile(r"[\W_]+")
_JOINING: Final = frozenset(WORDS["joining"])
_COMMON: Final = frozenset(WORDS["common"])
_IN_FRONT: Final = frozenset(tuple(form.split()) for form in WORDS["in_front"])
_FORMS: Final = {tuple(form.split()): name for name, forms in WORDS["forms"].items() for form in forms}
_LONGEST_FORM: Final = max(map(len, _FORMS))
_GLUED: Final = {form: name for name, forms in WORDS["glued"].items() for form in forms}
_GLUED_FORM: Final = re.compile("|".join(map(re.escape, sorted(_GLUED, key=len, reverse=True))))


@dataclass(frozen=True)
class Name:
    """A name taken apart: the words that tell it from others, and its legal form in one spelling.

    `spelt` is how the words may be written: with umlauts as `o` or as `oe`, apart or together.
    """

    core: str
    spelt: frozenset[str]
    form: str


@lru_cache(maxsize=4096)
def taken_apart(text: str) -> Name:
    """“Brisa & Söhne, GmbH” is `brisa sohne`, of the form `gmbh`."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    glued = _GLUED_FORM.search(plain)
    plain = _APOSTROPHES.sub("", _GLUED_FORM.sub(" ", plain)).translate(_LETTERS)
    core, form = _without_form(_words(plain))
    german, _form = _without_form(_words(plain.translate(_UMLAUTS)))
    spelt = frozenset("".join(words) for words in (core, german))
    return Name(core=" ".join(core), spelt=spelt, form=form or (_GLUED[glued[0]] if glued else ""))


def _words(plain: str) -> list[str]:
    bare = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", plain)))
    words = _NO_WORD.sub(" ", _INITIALS.sub(r"\1", _INITIALS.sub(r"\1", bare))).split()
    return [word for at, word in enumerate(words) if not _joins(words, at)]


def normalised(text: str) -> str:
    """The words that tell a company from others: no legal form, accents, punctuation or capitals."""
    return taken_apart(text).core


@lru_cache(maxsize=4096)
def of_person(text: str) -> str:
    """A person's name however it is written: “MÜLLER, Jörg” is “Jörg Muller”."""
    plain = text[:LONGEST].casefold()
    if not plain.isascii():
        plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain.translate(_LETTERS)))
    return " ".join(sorted(_NO_WORD.sub(" ", plain).split()))


def telling(core: str) -> str:
    """The few words that find a company quickest: those that many have only where there are no others."""
    words = core.split()
    return " ".join(([word for word in words if word not in _COMMON] or words)[:MOST_TELLING])


def likeness(typed: str, known: str) -> int:
    """How sure one may be that both name the same company, 0 to 88; only equal words reach 86."""
    one, other = taken_apart(typed), taken_apart(known)
    if not one.core or not other.core:
        return 0
    if one.spelt & other.spelt:
        if one.form == other.form:
            return SAME
        return OTHER_FORM if one.form and other.form else SAME_CORE
    plain = max(fuzz.ratio(one.core, other.core), fuzz.token_sort_ratio(one.core, other.core))
    joined = fuzz.ratio(one.core.replace(" ", ""), other.core.replace(" ", ""))
    alike = max(plain, joined, _alike_in_front(one.core.split(), other.core.split()))
    return int(alike * ALIKE / 100) if alike >= _SHORTEST_ALIKE else 0


def is_mixed(text: str) -> bool:
    """It has a word of letters from two alphabets, as a name made to look like another one has."""
    return any(len(_alphabets(word)) > 1 for word in _NO_WORD.split(text))


def _alphabets(word: str) -> set[str]:
    found = {unicodedata.name(sign, "").partition(" ")[0] for sign in word if sign.isalpha()}
    return found & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}


def _joins(words: Sequence[str], at: int) -> bool:
    """The word only stands between two others: “Söhne und Partner”."""
    return words[at] in _JOINING and 0 < at < len(words) - 1


def _without_form(words: list[str]) -> tuple[list[str], str]:
    """Legal forms are taken off the end, then the front, as often as they stand there; something always stays."""
    forms: list[str] = []
    left = words
    while size := _form_at_end(left):
        forms.append(_FORMS[tuple(left[-size:])])
        left = left[:-size]
    while size := _form_in_front(left):
        forms.append(_FORMS[tuple(left[:size])])
        left = left[size:]
    return left, forms[0] if forms else ""


def _form_at_end(words: list[str]) -> int:
    """How many words of the end are a legal form; the last word that is left is a name."""
    sizes = range(min(_LONGEST_FORM, len(words) - 1), 0, -1)
    return next((size for size in sizes if tuple(words[-size:]) in _FORMS), 0)


def _form_in_front(words: list[str]) -> int:
    sizes = range(min(_LONGEST_FORM, len(words) - 1), 0, -1)
    return next((size for size in sizes if tuple(words[:size]) in _IN_FRONT), 0)


def _alike_in_front(one: list[str], other: list[str]) -> float:
    """How alike the words are that both have: “Bluepeak” is how people say “Bluepeak Systems”."""
    count = min(len(one), len(other))
    first, second = " ".join(one[:count]), " ".join(other[:count])
    alike = fuzz.ratio(first, second) if min(len(first), len(second)) >= _SHORTEST_FRONT else 0
    return alike - _LESS_FOR_A_PART if alike >= _ALIKE_FRONT else 0
