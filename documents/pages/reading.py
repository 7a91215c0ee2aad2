"""Bytes → what a paper says. Runs in the cage: files come from outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from documents.pages.tidying import tidy
from documents.pdf import reading as of_pdf


@dataclass(frozen=True, kw_only=True)
class Page:
    """`scan`: a picture of text. `recognised`: its text was read by a program and may be wrong."""

    text: str = ""
    scan: bool = False
    recognised: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "scan": self.scan, "ocr": self.recognised}


@dataclass(frozen=True, kw_only=True)
class Read:
    """What was found; in `refused` a sentence why nothing could be read. `kind` is one of `Paper.Kind`."""

    kind: str = "other"
    refused: str = ""
    warnings: list[str] = field(default_factory=list)
    count: int = 0
    pages: list[Page] = field(default_factory=list)

    @classmethod
    def refusal(cls, sentence: str, *, kind: str = "other") -> Read:
        return cls(kind=kind, refused=sentence)


def read(content: bytes, name: str) -> Read:
    """By what the bytes are, whatever the file is called."""
    if content.startswith(b"%PDF-"):
        found = of_pdf.read(content)
        pages = [Page(text=tidy(text)) for text in found.texts]
        return Read(kind="pdf", refused=found.refused, count=found.pages, pages=pages)
    return Read.refusal(_("%(name)s is of a type that is not read.") % {"name": name})
