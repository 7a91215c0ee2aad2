r"""Values that stand beside a label, or look like what is wanted: each with the words around it and how sure it is.

    found = labelled(sources, ("Deal ID", "Registration ID"), re.compile(r"GL-\d+"), others=("Customer", "Partner"))

The surest stand first. A label and its value may stand on one line, on two, in two cells or in a column under a head;
`others` are labels of other values: what stands behind them is not this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from documents.papers import labels, lines
from documents.papers.beside import ALONE, Hit, Look, without_stop
from documents.papers.shapes import OF_A_PROGRAM, Found, Source

BY_A_NAME: Final = 0.6  # of a file: somebody typed it in passing
LONGEST: Final = 160
AROUND: Final = 60
NEAR: Final = 60
MOST_WORDS: Final = 8
_ENDS: Final = " \t\n*_\"'“”„«»<>"


def labelled(
    sources: Iterable[Source], names: Sequence[str], value: re.Pattern[str] | None = None, *, others: Sequence[str] = ()
) -> list[Found]:
    """What stands beside one of `names`; with `value` only what matches it (its first group, where it has one)."""
    wanted, alien = labels.pattern_of(tuple(names)), labels.pattern_of(tuple(others)) if others else None
    return best_first(
        found
        for source, page, text in _pages(sources)
        for hit in Look(page=lines.of(text), wanted=wanted, others=alien, bound=value is not None).hits()
        if (found := _taken(source, page, text, hit, value)) is not None
    )


def matching(sources: Iterable[Source], value: re.Pattern[str], *, sure: float = ALONE) -> list[Found]:
    """What looks like it, wherever it stands."""
    return best_first(
        found(source, page, match.start(_group(value)), match.end(_group(value)), sure=sure)
        for source, page, text in _pages(sources)
        for match in value.finditer(text)
        if match.group(_group(value))
    )


def best_first(founds: Iterable[Found]) -> list[Found]:
    """The surest first, then as they were looked for; the same words of a page are there once."""
    once: dict[tuple[int, int, int, str], Found] = {}
    for one in founds:
        key = (id(one.source), one.page, one.start, one.value)
        if key not in once or once[key].sure < one.sure:
            once[key] = one
    return sorted(once.values(), key=lambda one: -one.sure)


def each_value(founds: Iterable[Found]) -> list[Found]:
    """One of each value, the surest; a value that several sources say is surer than each of them."""
    by_value: dict[str, list[Found]] = {}
    for one in best_first(founds):
        by_value.setdefault(" ".join(one.value.casefold().split()), []).append(one)
    merged = [_agreed(same) for same in by_value.values()]
    return sorted(merged, key=lambda one: -one.sure)


def found(
    source: Source,
    page: int,
    start: int,
    end: int,
    *,
    sure: float,
    label: str = "",
    value: str = "",
    unit: str = "",
    also: Sequence[str] = (),
    since: int | None = None,
) -> Found:
    """A value at its place, less sure where a program read it."""
    text = source.pages[page - 1]
    return Found(
        value=value or " ".join(text[start:end].split()),
        label=" ".join(label.split()),
        quote=around(text, start if since is None else since, end),
        source=source,
        page=page,
        sure=sure * doubt_of(source, page),
        start=start,
        end=end,
        unit=unit,
        also=tuple(also),
    )


def doubt_of(source: Source, page: int) -> float:
    """What a program recognised may be wrong, and the name of a file is given in passing."""
    return OF_A_PROGRAM if page in source.recognised else BY_A_NAME if source.kind == "name" else 1.0


def around(text: str, start: int, end: int) -> str:
    """The line, or the lines, they stand in; of a long one the words before and behind, whole ones."""
    left, right = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    right = len(text) if right < 0 else right
    left, right = max(left, start - 2 * AROUND), min(right, end + 2 * AROUND)
    while left and not text[left - 1].isspace() and start - left < 3 * AROUND:
        left -= 1
    while right < len(text) and not text[right].isspace() and right - end < 3 * AROUND:
        right += 1
    return " ".join(text[left:right].split())


def _pages(sources: Iterable[Source]) -> Iterator[tuple[Source, int, str]]:
    for source in sources:
        for page, text in enumerate(source.pages, start=1):
            yield source, page, text


def _agreed(same: Sequence[Found]) -> Found:
    places = {(id(one.source), one.page) for one in same}
    best, sure = same[0], same[0].sure
    for _place in range(len(places) - 1):
        sure += (1 - sure) / 2
    return best if sure == best.sure else Found(**{**vars(best), "sure": min(sure, 0.99)})


def _taken(source: Source, page: int, text: str, hit: Hit, value: re.Pattern[str] | None) -> Found | None:
    start, end = hit.start, hit.end
    if value is not None:
        match = value.search(text, start, end)
        if match is None or match.start() - start > NEAR or not match.group(_group(value)):
            return None
        start, end = match.span(_group(value))
    else:
        if labels.is_placeholder(text[start:end]):  # “<customer>” before its brackets are cut
            return None
        start, end = _trimmed(text, start, end)
        if not _says_something(text[start:end], loose=hit.loose):
            return None
    return found(source, page, start, end, sure=hit.sure, label=hit.label, since=hit.since)


def _says_something(words: str, *, loose: bool) -> bool:
    """No blank line of a form, no whole paragraph; a word that goes on in small letters is prose, not a name."""
    if not 0 < len(words) <= LONGEST or labels.is_placeholder(words):
        return False
    return not loose or (not words[0].islower() and len(words.split()) <= MOST_WORDS)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks, quotation marks and stops at its ends."""
    words = text[start:end]
    left = len(words) - len(words.lstrip(_ENDS + ":"))
    right = len(without_stop(words.rstrip(_ENDS + ":;,")))
    return start + left, start + max(left, right)


def _group(value: re.Pattern[str]) -> int:
    return 1 if value.groups else 0
