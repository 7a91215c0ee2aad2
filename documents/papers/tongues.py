"""In which languages a scan is read, of those that are installed beside Tesseract: English first, then what it seems.

A page whose English reading is full of German little words is read once more, as German and English; one that made no
sense may be of another script.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from documents.cage import program

PROGRAM: Final = "tesseract"
FIRST: Final = "eng"
FEWEST: Final = 4  # little words of a language that show it
SCRIPTS: Final = ("jpn", "chi_sim", "kor")
LITTLE_WORDS: Final = {
    FIRST: "the and of to for with is be by or this that on as",
    "deu": "der die das und mit von für fur ist wird werden den dem des ein eine zum zur auf nicht im bei",
    "fra": "le les des du et pour avec est une dans aux par ou au cette sont",
    "spa": "el los las del y para una por se con al este esta son",
    "ita": "il gli della di delle dei del per una nel che sono alla",
    "por": "o os da do das dos e para uma não nao em ao pelo",
    "nld": "het een van en voor met zijn wordt door aan op bij niet",
}
_LITTLE: Final = {language: frozenset(words.split()) for language, words in LITTLE_WORDS.items()}


def seems(words: Iterable[str]) -> str:
    """The language to read it in once more, as Tesseract takes it; empty where English will do."""
    counted = Counter(word.strip(".,;:()").casefold() for word in words)
    known = {language: sum(counted[word] for word in little) for language, little in _LITTLE.items()}
    best = max(known, key=lambda language: known[language])
    if best == FIRST or known[best] < FEWEST or best not in installed():
        return ""
    return f"{best}+{FIRST}"


def scripts() -> list[str]:
    """What a page may be written in that makes no sense as English."""
    return [f"{one}+{FIRST}" for one in SCRIPTS if one in installed()]


def installed() -> frozenset[str]:
    return _installed(shutil.which(PROGRAM))


@lru_cache(maxsize=4)
def _installed(path: str | None) -> frozenset[str]:
    """Asked once by each process."""
    said = program.run(PROGRAM, ("--list-langs",), b"") if path else b""
    return frozenset((said or b"").decode("utf-8", "replace").split())
