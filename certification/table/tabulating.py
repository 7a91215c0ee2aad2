"""Row for row into the table, counting as it goes: who is active, who holds what, from which domain they write."""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections import Counter, defaultdict
from typing import Final

from django.utils.translation import gettext as _

from certification.table import cells as cell_of
from certification.table.cells import YES
from certification.table.columns import Column, columns, place, titles
from certification.table.headings import Headings
from certification.table.remarks import Remarks
from documents.tables import Cells, Unfit

BYTE_ORDER_MARK: Final = "\ufeff"
UNREAD: Final = "\ufffd"
MOST_COMPANIES: Final = 50
LONGEST_DOMAIN: Final = 253
LONGEST_NAME: Final = 120
FIRST_ROW: Final = 2
LONGEST_TRUTH: Final = len("false")
_EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_ROUNDED: Final = re.compile(r"\+?\d(?:[.,]\d+)?E\+?\d{1,3}", re.IGNORECASE)
_FAILED: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})


class Table:
    """The CSV in the making. Rows are told by their numbers in the file, people of the table by theirs in it."""

    def __init__(self, found: Headings, remarks: Remarks, *, ragged: bool) -> None:
        self.found, self.remarks, self.ragged = found, remarks, ragged
        self.columns = list(enumerate(zip(columns(), found.places, strict=True)))
        self.rows = 0
        self.known: dict[str, int] = {}
        self.courses = [(at, column.title) for at, (column, _place) in self.columns if column.is_course]
        self.counts: dict[str, int] = {title: 0 for _at, title in self.courses}
        self.bits = array("Q")  # of each person: is active, holds the first course, the second, …
        self.domains: Counter[str] = Counter()
        self.companies: dict[str, list[int]] = {}
        self.blank = {at: array("I") for at, (column, _place) in self.columns if column.is_yes_or_no}
        self.idle = array("I")  # rows of people who hold something, and whose account is not activated
        self.numbers = array("I")  # of the rows, in the file
        self.says_no: set[int] = set()
        self.out = io.BytesIO()
        self.text = io.TextIOWrapper(self.out, encoding="utf-8", newline="")
        self.text.write(BYTE_ORDER_MARK)
        self.writer = csv.writer(self.text)
        self.writer.writerow(titles())

    def take(self, number: int, cells: Cells) -> None:
        row = self.rows + FIRST_ROW  # of the table, as a spreadsheet program numbers it
        self.rows += 1
        self.numbers.append(number)
        cells = self._whole(number, cells)
        said = [self._cell(number, row, at, column, cells[there]) for at, (column, there) in self.columns]
        self._count(number, row, said)
        self._company(row, cells)
        self.writer.writerow(said)

    def content(self) -> bytes:
        """The whole table; what only the end of the file tells is remarked now."""
        unknown = set(self.unsaid)
        for row in self.idle:
            if row not in unknown:
                self.remarks.row("inactive", self.numbers[row - FIRST_ROW])
        for row, bits in self._unsaid_of_rows().items():
            names = ", ".join(f"“{column.field}”" for at, column in enumerate(columns()) if bits >> at & 1)
            self.remarks.row("unsaid", self.numbers[row - FIRST_ROW], column=names)
        self.text.flush()
        return self.out.getvalue()

    @property
    def active(self) -> int:
        """People, each once."""
        return sum(bits & 1 for bits in self.bits)

    @property
    def holders(self) -> dict[str, int]:
        """How many of the active ones hold it."""
        return {
            title: sum(bits >> bit & 1 for bits in self.bits) for bit, (_at, title) in enumerate(self.courses, start=1)
        }

    @property
    def unsaid(self) -> list[int]:
        """Rows of the table that say nothing of the account, where others say False."""
        return list(self.blank[place("active")]) if place("active") in self.says_no else []

    def _unsaid_of_rows(self) -> dict[int, int]:
        """Their columns as bits; only those that say False elsewhere: in a table made before, nothing is a no."""
        found: dict[int, int] = defaultdict(int)
        for at in self.says_no:
            for row in self.blank[at]:
                found[row] |= 1 << at
        return dict(sorted(found.items()))

    def _whole(self, number: int, cells: Cells) -> Cells:
        """As many cells as headings; what stands twice must say the same twice."""
        width = self.found.width
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            self._refuse_moved(number, cells)
            self.remarks.row("longer", number)
        if len(cells) < width:
            if self.ragged:
                self.remarks.row("shorter", number)
            cells = [*cells, *[""] * (width - len(cells))]
        for at, other in self.found.doubles:
            if cell_of.text(cells[self.found.places[at]]) != cell_of.text(cells[other]):
                words = _("“%(name)s” stands there twice, and row %(row)d says two things. Remove the wrong column.")
                raise Unfit(words % {"name": columns()[at].field, "row": number})
        return cells

    def _refuse_moved(self, number: int, cells: Cells) -> None:
        """A cell too many may have moved the others: then a certification would be somebody's who has it not."""
        said = [cell_of.text(cells[there]) for _at, (column, there) in self.columns if column.is_yes_or_no]
        if not all(one in {"", "x", "X"} or cell_of.truth(one) is not None for one in said):
            words = _("Row %(row)d has more cells than headings, so its cells moved. Correct it, or export again.")
            raise Unfit(words % {"row": number})

    def _cell(self, number: int, row: int, at: int, column: Column, raw: str) -> str:
        if at in self.blank:
            return self._yes_or_no(number, row, at, column, raw)
        if column.holds == "phone":
            self._look_at_phone(number, raw)
        if len(raw) > LONGEST_TRUTH and cell_of.is_plain(raw):
            return raw
        said = cell_of.text(raw)
        if cell_of.truth(said) is not None:
            self.remarks.row("truth", number, value=said, column=column.title)
            return said
        return self._harmless(number, column, said)

    def _yes_or_no(self, number: int, row: int, at: int, column: Column, raw: str) -> str:
        truth = cell_of.KNOWN.get(raw)
        said = raw if truth is not None else cell_of.text(raw)
        truth = cell_of.truth(said) if truth is None else truth
        if truth or said in {"X", "x"}:
            return YES
        if truth is False:
            self.says_no.add(at)
            return ""
        if not said:
            self.blank[at].append(row)
            return ""
        if said not in _FAILED:
            self.remarks.row("odd", number, value=said, column=column.field)
        return self._harmless(number, column, said)

    def _harmless(self, number: int, column: Column, said: str) -> str:
        if UNREAD in said:
            self.remarks.row("unread", number)
        if said in _FAILED:
            self.remarks.row("error", number, value=said, column=column.field)
        safe = cell_of.harmless(said, phone=column.holds == "phone")
        if safe is not said and safe != said:
            self.remarks.row("marked", number, column=column.title)
        return safe

    def _look_at_phone(self, number: int, raw: str) -> None:
        if type(raw) is not str:  # a number of a workbook
            self.remarks.row("number", number)
        elif _ROUNDED.fullmatch(raw.strip()):
            self.remarks.row("rounded", number, value=raw)

    def _count(self, number: int, row: int, said: Cells) -> None:
        """What somebody holds counts for the partner in rows that say they are active."""
        person = self._person(number, said)
        held = [bit for bit, (at, _title) in enumerate(self.courses, start=1) if said[at] == YES]
        for bit in held:
            self.counts[self.courses[bit - 1][1]] += 1
        if said[place("active")] == YES:
            self.bits[person] |= sum(1 << bit for bit in held) | 1
        elif held and not said[place("active")]:
            self.idle.append(row)

    def _company(self, row: int, cells: Cells) -> None:
        if self.found.account is None:
            return
        said = " ".join(cells[self.found.account].split())[:LONGEST_NAME]
        if said and (said in self.companies or len(self.companies) < MOST_COMPANIES):
            self.companies.setdefault(said, []).append(row)

    def _person(self, number: int, said: Cells) -> int:
        """By their address, or as somebody of their own."""
        email = said[place("email")].lower()
        if not email:
            self.remarks.row("no_email", number)
        elif not _EMAIL.fullmatch(email):
            self.remarks.row("bad_email", number, value=email)
        else:
            self.domains[email.rpartition("@")[2][:LONGEST_DOMAIN]] += 1
        key = email or f"\0{number}"
        if key in self.known:
            self.remarks.row("repeated", number)
        else:
            self.known[key] = len(self.known)
            self.bits.append(0)
        return self.known[key]
