"""An export in, the table out: read in the cage, written by the caller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from django.utils.translation import gettext as _

from certification.export.people import Person, people
from certification.table import reading
from certification.table.reading import Made
from documents.tables import Unfit, caged
from web.words import filesize

MOST_BYTES: Final = 64 * 1024 * 1024


class Refused(Exception):  # noqa: N818 - an answer to a person
    """The file is no such export; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What was made. `counts` are the X under each certification, in the order of the table.

    `people` and `active` count everybody once, by e-mail address; `holders` are the active ones with a certification.
    `companies` are the rows by what a further column calls their account, `remarks` are sentences for the desk.
    """

    rows: int
    counts: dict[str, int]
    people: int
    active: int
    holders: dict[str, int]
    domains: Counter[str]
    companies: dict[str, list[int]]
    remarks: list[str]
    table: bytes = field(repr=False)
    unsaid: frozenset[int] = field(repr=False)

    @property
    def members(self) -> Iterator[Person]:
        """One by one, from the table; as often as asked."""
        return people(self.table, unsaid=self.unsaid)


def convert(source: BinaryIO | Path, out: BinaryIO | None, *, name: str) -> Summary:
    """Writes the table to `out`; raises `Refused`, and then nothing was written."""
    made = _made(_content(source, name))
    if out is not None:
        out.write(made.table)
    return Summary(
        rows=made.rows,
        counts=made.counts,
        people=made.people,
        active=made.active,
        holders=made.holders,
        domains=Counter(made.domains),
        companies=made.companies,
        remarks=made.remarks,
        table=made.table,
        unsaid=frozenset(made.unsaid),
    )


def _content(source: BinaryIO | Path, name: str) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _content(file, name)
    content = source.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        words = _("%(name)s is larger than %(most)s. An export of all users of a partner is far smaller.")
        raise Refused(words % {"name": name, "most": filesize(MOST_BYTES)})
    return content


def _made(content: bytes) -> Made:
    try:
        made = caged(reading.read, content)
    except Unfit as unfit:
        raise Refused(str(unfit)) from unfit
    if made.refused:
        raise Refused(made.refused)
    return made
