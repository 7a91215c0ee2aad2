"""What is bought: tier, deployment, seats and years. A quote has one of each, so everything that is named is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from documents.papers import Found, Source, finding

TIER: Final = re.compile(
    r"\b(Premium|Ultimate|PREMIUM|ULTIMATE|(?<=gitlab )(?:premium|ultimate))\b(?! support)",
)
LEFT: Final = re.compile(r"\bfrom[ ]+(?:gitlab[ ]+)?$", re.IGNORECASE)  # “upgrade from Premium to Ultimate”
DEPLOYMENT: Final = re.compile(
    r"\b(SaaS|self[ \-]?managed|self[ \-]?hosted|on[ \-]?prem(?:ises?)?|GitLab Dedicated)\b", re.IGNORECASE
)
SEATS: Final = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[,.]\d{3})+|\d{1,6})[ ]*(?:x[ ]*)?"
    r"(?:(?:GitLab|Premium|Ultimate|SaaS|additional|new|more|named)[ ]+){0,3}"
    r"(?:seats?|users?|licen[cs]es?|lizenzen|benutzer|nutzer|utilisateurs?|usuarios|utenti|席|ユーザー|シート)",
    re.IGNORECASE,
)
OF_A_LINE: Final = re.compile(
    r"\bGitLab[ ](?:Premium|Ultimate)\b[^\n\d]{0,80}[ ](\d{1,6})[ ]+(?:[$€£]|USD|EUR|\d+[.,]\d{2}\b)", re.IGNORECASE
)
COUNT: Final = re.compile(r"(?<![\w.,])(\d{1,3}(?:[,.]\d{3})+|\d{1,6})(?![\w]|[.,]\d)")
YEARS: Final = re.compile(
    r"(?<![\w.,])(\d{1,2}|one|two|three|four|five)[ \-]?(?:years?|yrs?|jahre?n?|ans?|años?|anos?|anni|anno|年)"
    r"(?!\w|[ ]old|[ ]ago)",
    re.IGNORECASE,
)
MONTHS: Final = re.compile(
    r"(?<![\w.,])(12|24|36|48|60)[ \-]?(?:months?|mths?|monate?n?|mois|meses|mesi|か月|ヶ月)", re.IGNORECASE
)
_WORDS: Final = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_LONGEST: Final = 10
_SURE: Final = 0.75
_LEAST: Final = 0.6


def of(sources: Sequence[Source], labels: Mapping[str, Sequence[str]]) -> dict[str, Iterable[Found]]:
    written = [one for one in sources if one.kind != "name"]
    others = [label for name, names in labels.items() if name != "seats" for label in names]
    beside = finding.labelled(written, labels["seats"], COUNT, others=others)
    return {
        "tier": _tiers(written),
        "deployment": [replace(one, value=_deployment(one.value)) for one in _all(written, DEPLOYMENT)],
        "seats": [
            replace(one, value=_plain(one.value))
            for one in (*beside, *_all(written, SEATS), *_all(written, OF_A_LINE))
            if one.sure >= _LEAST
        ],
        "years": _years(written),
    }


def _all(sources: Sequence[Source], pattern: re.Pattern[str]) -> list[Found]:
    return finding.matching(sources, pattern, sure=_SURE)


def _tiers(sources: Sequence[Source]) -> Iterator[Found]:
    for one in _all(sources, TIER):
        if not LEFT.search(one.source.pages[one.page - 1][max(0, one.start - 20) : one.start]):
            yield replace(one, value=one.value.capitalize())


def _deployment(text: str) -> str:
    plain = re.sub(r"[\s\-]", "", text.lower())
    if plain == "saas":
        return "SaaS"
    return "Dedicated" if "dedicated" in plain else "self-managed"


def _years(sources: Sequence[Source]) -> Iterator[Found]:
    for one in _all(sources, YEARS):
        years = _WORDS.get(one.value.lower(), one.value)
        if 0 < int(years) <= _LONGEST:
            yield replace(one, value=str(int(years)))
    for one in _all(sources, MONTHS):
        yield replace(one, value=str(int(one.value) // 12))


def _plain(number: str) -> str:
    return str(int(re.sub(r"[.,]", "", number)))
