"""The days a proof names: when it was signed, and from when to when the services are given.

Where day and month may be turned round, nothing is taken. A “Date” is the one of a signature only where one stands by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from documents.papers import Found, Source, days, finding
from service_attach import sides, signatures, signs
from service_attach.signatures import Hit

UNSURE: Final = 0.4  # what is only offered
DIGITAL: Final = 0.6
NEAR: Final = 240  # signs between a date and the signature it belongs to
OTHERS: Final = tuple(label for labels in signs.LABELS.values() for label in labels)
# Of several tasks with days of their own: from the first to the last.
_AMONG: Final[Mapping[str, Callable[[list[str]], str]]] = {"services_start": min, "services_end": max}


def found(sources: Sequence[Source], name: str) -> list[Found]:
    """The days beside a label of that field, as ISO dates, the surest first."""
    own = signs.LABELS[name]
    beside = days.labelled(sources, own, others=tuple(one for one in OTHERS if one not in own))
    rows = [_as_sure(one, UNSURE) if one.also else one for one in beside]
    if name == "signed_on":
        return finding.best_first([*_signed(rows), *_digital(sources)])
    return _whole(rows, _AMONG[name])


def _signed(rows: Sequence[Found]) -> list[Found]:
    """The customer's; the partner's day is not theirs, and that of an invoice nobody's."""
    sources = {id(one.source): one.source for one in rows}
    signed = {key: signatures.hits(source) for key, source in sources.items()}  # once, however many days there are
    made = []
    for one in rows:
        whose = sides.side(one.source, one.page, one.start, one.end) if one.source.kind == "paper" else ""
        if whose == sides.PARTNER or (
            one.label.casefold() in signs.ANY_DATE and not _is_beside(signed[id(one.source)], one, whose)
        ):
            made.append(_as_sure(one, min(one.sure, UNSURE)))
        else:
            made.append(one)
    return made


def _is_beside(hits: Sequence[Hit], one: Found, whose: str) -> bool:
    """A name has signed nearby, and on the same side."""
    text = one.source.pages[one.page - 1]
    line = text.rfind("\n", 0, one.start) + 1
    label = text.rfind(one.label, line, one.start)
    if label >= 0 and re.search(r"[^\W\d_]", text[label + len(one.label) : one.start]):
        return False  # “Date de début”
    near = (hit for hit in hits if hit.page == one.page and abs(hit.start - one.start) < NEAR)
    return any(not whose or hit.side in {whose, ""} for hit in near)


def _digital(sources: Sequence[Source]) -> list[Found]:
    found = []
    for source in sources:
        known = [day for day in source.signed if _is_day(day)]
        if source.kind == "paper" and known:
            last = max(known)
            found.append(Found(value=last, label="", quote=last, source=source, page=1, sure=DIGITAL, start=0, end=0))
    return found


def _whole(rows: Sequence[Found], among: Callable[[list[str]], str]) -> list[Found]:
    """Of the surest on one page the outermost stands first."""
    if not rows:
        return []
    same = [one for one in rows if (one.source, one.page, one.sure) == (rows[0].source, rows[0].page, rows[0].sure)]
    outer = among([one.value for one in same])
    return sorted(rows, key=lambda one: not (one in same and one.value == outer))


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _as_sure(one: Found, sure: float) -> Found:
    return Found(**{**vars(one), "sure": sure})
