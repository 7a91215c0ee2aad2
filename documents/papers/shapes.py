"""What is read and where it stands: sources, and values found in them with the words around."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import quote as quoted
from uuid import UUID

from django.utils.translation import gettext as _

SourceKind = Literal["form", "mail", "name", "paper"]
OF_A_PROGRAM: Final = 0.8  # what was recognised on a picture may be wrong in a letter


@dataclass(frozen=True, kw_only=True)
class Source:
    """A text that values are looked for in, page by page: the form, a mail, the name of a file, a paper.

    `address` leads to it; `{page}` in it is the number of the page, and `{words}` what is marked there.
    """

    name: str
    pages: tuple[str, ...]
    kind: SourceKind = "paper"
    recognised: frozenset[int] = frozenset()  # pages that a program read on a picture, from 1
    address: str = ""
    stored_id: UUID | None = None
    attachment_id: int | None = None
    signed: tuple[str, ...] = ()  # the days of its digital signatures, empty where one says none

    def called(self, page: int) -> str:
        """“po.pdf, p. 2”; what has one page only is called by its name."""
        if len(self.pages) < 2:
            return self.name
        return _("%(name)s, p. %(page)d") % {"name": self.name, "page": page}

    def link(self, page: int, words: str = "") -> str:
        return self.address.replace("{page}", str(page)).replace("{words}", quoted(words[:200], safe=""))


@dataclass(frozen=True, kw_only=True)
class Found:
    """A value, the label it stands beside, the words around it, where, and how sure it is (0 to 1).

    `also` are other ways to read it: a day as 03/04/2022. `unit` is the currency of an amount.
    """

    value: str
    label: str
    quote: str
    source: Source
    page: int
    sure: float
    start: int
    end: int
    unit: str = ""
    also: tuple[str, ...] = field(default=())

    @property
    def called(self) -> str:
        return self.source.called(self.page)

    @property
    def link(self) -> str:
        return self.source.link(self.page, self.source.pages[self.page - 1][self.start : self.end])

    def as_json(self) -> dict[str, Any]:
        """As the facts of a request keep it."""
        row: dict[str, Any] = {
            "value": self.value,
            "source": self.called,
            "quote": self.quote,
            "sure": round(self.sure, 2),
            "link": self.link,
            "page": self.page,
        }
        return row | ({"unit": self.unit} if self.unit else {}) | ({"also": list(self.also)} if self.also else {})
