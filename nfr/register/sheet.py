"""A spreadsheet of licences, line by line: what each column is, what a line says, why one cannot be taken. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from documents.tables import Cells, Table, Unfit, folded
from nfr import namespaces, terms
from nfr.models import Tier, Type
from nfr.register import keys
from partners.dashboard import days
from web import datafiles

HEADS_IN: Final = 30  # rows looked at for the head
MOST_LINES: Final = 5000
MOST_SEATS: Final = 100_000
_HEADS: Final = datafiles.read(terms.DATA / "columns.toml")
KEYS: Final = frozenset(_HEADS.pop("key"))
COLUMNS: Final[Mapping[str, frozenset[str]]] = {name: frozenset(heads) for name, heads in _HEADS.items()}
NOTHING: Final = frozenset({"", "-", "\u2013", "\u2014", "n/a", "na", "none"})  # how a cell says nothing
_SAAS: Final = re.compile(r"\bsaas\b|gitlab\.?com\b|\bcloud\b", re.IGNORECASE)
_OWN: Final = re.compile(r"self.?(managed|hosted)|\bsm\b|on.?prem|\bomnibus\b", re.IGNORECASE)
_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_NUMBER: Final = re.compile(r"\d{1,3}([.,' ]\d{3})+|\d+")


class Wrong(Exception):  # noqa: N818 - an answer to a person
    """Why a line cannot be taken."""


@dataclass(frozen=True)
class Line:
    """A licence as the file has it; `used` is how many seats were in use."""

    number: int
    partner: str
    values: Mapping[str, Any]
    used: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class Rejected:
    number: int
    words: str
    seen: str


@dataclass(frozen=True)
class Grid:
    """What of a file is kept to be read: `columns` by name, the cells of each row under them, and nothing else.

    `ignored` are heads of columns nobody reads, `keys` those of columns that hold licence keys.
    """

    columns: Sequence[str]
    rows: Sequence[tuple[int, Cells]]
    ignored: Sequence[str] = ()
    keys: Sequence[str] = ()


@dataclass(frozen=True)
class Sheet:
    """What the file says."""

    lines: list[Line] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    ignored: Sequence[str] = ()
    keys: Sequence[str] = ()


def of(grid: Grid) -> Sheet:
    sheet = Sheet(ignored=grid.ignored, keys=grid.keys)
    for number, cells in grid.rows:
        said = dict.fromkeys(COLUMNS, "") | dict(zip(grid.columns, cells, strict=True))
        try:
            sheet.lines.append(_line(number, said))
        except Wrong as wrong:
            seen = " · ".join(cell for cell in cells if cell)[:160]
            sheet.rejected.append(Rejected(number, str(wrong), seen))
    return sheet


def grid(tables: Iterable[Table]) -> Grid:
    """Of the first table that has a head with the partner and something about a licence; `Unfit` where none has.

    Without the columns nobody reads, and without what looks like a key, wherever it stands.
    """
    first: Cells = []
    for table in tables:
        for at, (_row, cells) in enumerate(table.rows[:HEADS_IN]):
            first = first or cells
            head = _columns(cells)
            if "partner" in head and len(head) >= 3 and {"type", "namespace", "licence_ref", "ends"} & set(head):
                return _without_keys(table, at, head)
    seen = ", ".join(f"“{cell}”" for cell in first[:6] if cell)
    words = _(
        "No line with heads was found: it takes a column Partner, and Type, Namespace or End. It begins: %(seen)s."
    )
    raise Unfit(words % {"seen": seen})


def _columns(cells: Cells) -> dict[str, int]:
    """Which column is what; of two with the same meaning the first."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = folded(cell)
        wanted = (slug for slug, names in COLUMNS.items() if name in names and slug not in found)
        slug = next(wanted, None)
        if slug is not None:
            found[slug] = place
    return found


def _without_keys(table: Table, at: int, columns: Mapping[str, int]) -> Grid:
    heads = table.rows[at][1]
    found, with_keys = [], {place for place, cell in enumerate(heads) if folded(cell) in KEYS}
    for number, cells in table.rows[at + 1 :]:
        with_keys |= {place for place, cell in enumerate(cells) if place < len(heads) and keys.is_in(cell)}
        row = [_cell(cells, place) for place in columns.values()]
        if any(row) and folded(_cell(cells, columns["partner"])) not in COLUMNS["partner"]:  # the head again
            found.append((number, row))
    if len(found) > MOST_LINES:
        raise Unfit(_("This file has more than %(most)d lines. Split it and upload the parts.") % {"most": MOST_LINES})
    named, read = [heads[place] for place in sorted(with_keys)], {*columns.values(), *with_keys}
    ignored = [cell for place, cell in enumerate(heads) if cell and place not in read]
    return Grid(list(columns), found, ignored, named)


def _line(number: int, said: Mapping[str, str]) -> Line:
    if not said["partner"]:
        raise Wrong(_("It names no partner."))
    values: dict[str, Any] = {name: said[name] for name in ("licence_ref", "contact_name", "support_ticket", "note")}
    values |= {name: said[name] for name in ("exception", "exception_by")}
    values |= {name: _day(said[name], name) for name in ("starts", "ends")}
    values |= {name: _count(said[name]) for name in ("seats", "seats_allowed")}
    remark = _namespace(values, said["namespace"])
    values["type"] = _type(said, values)
    values["tier"] = _tier(f"{said['tier']} {said['type']}")
    values["contact_email"] = _mail(said["contact_email"])
    _check(values)
    return Line(number, said["partner"], values, used=_count(said["used"]), remark=remark)


def _cell(cells: Cells, place: int) -> str:
    text = cells[place].strip() if place < len(cells) else ""
    return "" if keys.is_in(text) else text


def _type(said: Mapping[str, str], values: Mapping[str, Any]) -> str:
    """What the column says; without one a namespace is SaaS, and a licence id a licence of one's own server."""
    text = f"{said['type']} {said['tier']}"
    saas, own = bool(_SAAS.search(text)), bool(_OWN.search(text))
    if saas != own:
        return Type.SAAS if saas else Type.SELF_MANAGED
    if said["type"]:
        raise Wrong(_("The type “%(type)s” is neither SaaS nor self-managed.") % {"type": said["type"][:40]})
    if values["namespace"]:
        return Type.SAAS
    if values["licence_ref"]:
        return Type.SELF_MANAGED
    raise Wrong(_("Nothing says whether it is SaaS or self-managed."))


def _tier(text: str) -> str:
    low = text.casefold()
    return next((tier for tier in (Tier.ULTIMATE, Tier.PREMIUM) if tier in low), "")


def _namespace(values: dict[str, Any], text: str) -> str:
    """Returns the remark where something was cut; a path that cannot be one is refused."""
    values["namespace"] = ""
    if text.casefold() in NOTHING:
        return ""
    found = namespaces.read(text)
    if not found.good:
        raise Wrong(found.problem)
    values["namespace"] = found.top
    return found.remark


def _day(text: str, name: str) -> date | None:
    if text.casefold() in NOTHING:
        return None
    day = days.find(text)
    if day is None:
        words = {"starts": _("The start"), "ends": _("The end")}[name]
        raise Wrong(
            _("%(what)s “%(text)s” is no day, or may be two. Write 2022-11-18.") % {"what": words, "text": text[:30]}
        )
    return day


def _count(text: str) -> int | None:
    if text.casefold() in NOTHING:
        return None
    if not _NUMBER.fullmatch(text):
        raise Wrong(_("“%(text)s” is no number of seats.") % {"text": text[:30]})
    found = int(re.sub(r"\D", "", text))
    if found > MOST_SEATS:
        raise Wrong(_("%(text)s seats cannot be right.") % {"text": text[:30]})
    return found


def _mail(text: str) -> str:
    if text and not _MAIL.fullmatch(text):
        raise Wrong(_("“%(text)s” is no e-mail address.") % {"text": text[:60]})
    return text


def _check(values: Mapping[str, Any]) -> None:
    if values["starts"] and values["ends"] and values["ends"] < values["starts"]:
        raise Wrong(_("The end is before the start."))
    if values["exception"] and not values["exception_by"]:
        raise Wrong(_("It is an exception, and nobody is named who approved it."))
    if values["exception_by"] and not values["exception"]:
        raise Wrong(_("Somebody approved it, and nothing says what for."))
