"""Bytes → what they say, page by page. Runs in the cage: files come from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from documents import sniffing
from documents.pages import of_others, of_pdf, of_word, opening
from documents.pages.shapes import Read
from documents.pdf.reading import MOST_TEXT
from documents.tables import Unfit

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
ENDINGS: Final = {
    "pdf": ("pdf",),
    "word": ("docx", "docm", "dotx"),
    "sheet": ("xlsx", "xlsm", "csv", "tsv", "txt"),
    "picture": ("png", "jpg", "jpeg", "jfif", "gif", "webp", "tif", "tiff", "bmp"),
}


def read(content: bytes, name: str) -> Read:
    """By what the bytes are, whatever the file is called; that it is called otherwise is said."""
    kind = opening.kind_of(content)
    try:
        found = _of(kind, content, name)
    except Unfit as unfit:
        found = Read(kind="text" if kind == "html" else kind, refused=str(unfit))
    odd = [sentence for sentence in (_misnamed(kind, name), *found.warnings, _cut_off(found)) if sentence]
    return replace(found, warnings=odd)


def _of(kind: opening.Kind, content: bytes, name: str) -> Read:
    readers: dict[str, Callable[[], Read]] = {
        "pdf": lambda: of_pdf.read(content),
        "word": lambda: of_word.read(content),
        "sheet": lambda: of_others.of_sheet(content, name),
        "picture": lambda: of_others.of_picture(content),
        "html": lambda: of_others.of_html(content),
        "text": lambda: of_others.of_text(content, name),
    }
    return readers[kind]() if kind in readers else Read(refused=_why_not(content))


def _misnamed(kind: opening.Kind, name: str) -> str:
    """A PDF that is none, or something else that is called as if it were harmless."""
    ending = name.rpartition(".")[2].lower()
    promised = next((one for one, endings in ENDINGS.items() if ending in endings), None)
    if promised is None or promised == kind or (promised == "sheet" and kind in {"text", "html"}):
        return ""
    words = _("It is called %(name)s and is %(kind)s.")
    return words % {"name": name, "kind": _kind_words(kind)}


def _cut_off(found: Read) -> str:
    """What is not there may stand in what was not read."""
    if found.count > len(found.pages):
        words = _("It has %(count)d pages. The first %(read)d were read; look through the others yourself.")
        return words % {"count": found.count, "read": len(found.pages)}
    if sum(len(page.text) for page in found.pages) >= MOST_TEXT:
        return _("It is very long. Its beginning was read; look through the rest yourself.")
    return ""


def _kind_words(kind: opening.Kind) -> str:
    return {
        "pdf": _("a PDF"),
        "word": _("a Word document"),
        "sheet": _("an Excel workbook"),
        "picture": _("a picture"),
        "text": _("plain text"),
        "html": _("a web page"),
        "other": _("something else"),
    }[kind]


def _why_not(content: bytes) -> str:
    """One sentence for each type that people send and that is not read."""
    if content.startswith(OLE) and ENCRYPTED in content:
        return _("This file has a password. Ask for it without one, or open it yourself.")
    kind = sniffing.content_type(content)
    return next((sentence for words, sentence in _refusals() if any(word in kind for word in words)), _unknown())


def _refusals() -> tuple[tuple[tuple[str, ...], str], ...]:
    """By words of the type."""
    return (
        (("ole-storage",), _("This is an old Office file or a mail of Outlook. Ask for a PDF, or open it yourself.")),
        (("presentation",), _("This is a presentation. Presentations are not read; open it yourself.")),
        (("vnd.oasis",), _("This is an OpenDocument file. Ask for a PDF, or open it yourself.")),
        (("zip", "rar", "7z"), _("This is an archive. Nothing is unpacked here; ask for the files themselves.")),
        (("executable", "elf"), _("This is a program. It was not opened; do not run it.")),
    )


def _unknown() -> str:
    return _("This type of file is not read. Open it yourself, or ask for a PDF.")
