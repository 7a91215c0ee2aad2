"""The pages of a Word document: what it says today, with its tables, text boxes, heads and feet; nothing deleted."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any, Final

from defusedxml import DefusedXmlException, ElementTree
from django.utils.translation import gettext as _

from documents.pages import opening
from documents.pages.shapes import Page, Read
from documents.pages.tidying import tidy
from documents.pdf.reading import MOST_PAGES, MOST_TEXT
from documents.tables import Unfit

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
COMPATIBLE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SKIPPED: Final = frozenset({"del", "moveFrom", "instrText", "delText", "rPr", "pPr", "tblPr", "tcPr", "sectPr"})
BODY: Final = "word/document.xml"
MOST_EDGES: Final = 20
DEEPEST: Final = 200
FEW_SIGNS: Final = 40
_PAGE: Final = "\f"
SIGNS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "lastRenderedPageBreak": _PAGE}


def read(content: bytes) -> Read:
    """Raises `Unfit` where it cannot be opened, or would grow out of all measure."""
    with opening.archive(content) as archive:
        names = {part.filename.lower() for part in archive.infolist()}
        body = _text(archive, BODY)
        edges = [_text(archive, name) for name in _edges(archive)]
        scans = opening.pictures_in(archive) if len("".join(body.split())) < FEW_SIGNS else []
    texts = [text for text in body.split(_PAGE) if text.strip()] or [""]
    texts[0] = "\n".join(part for part in (*edges, texts[0]) if part.strip())
    if scans:
        pages = [Page(text=tidy(texts[0]) if number == 0 else "", scan=True) for number in range(len(scans))]
        return Read(kind="word", count=len(scans), pages=pages[:MOST_PAGES], warnings=_warnings(names))
    return Read(kind="word", count=len(texts), pages=list(_pages(texts)), warnings=_warnings(names))


def _pages(texts: list[str]) -> Iterator[Page]:
    left = MOST_TEXT
    for text in texts[:MOST_PAGES]:
        page = Page(text=tidy(text).strip("\n")[:left])
        left -= len(page.text)
        yield page


def _edges(archive: zipfile.ZipFile) -> list[str]:
    """Heads and feet, where a number or a name may stand that is nowhere else."""
    names = [part.filename for part in archive.infolist()]
    edges = [name for name in names if name.startswith(("word/header", "word/footer")) and name.endswith(".xml")]
    return sorted(edges)[:MOST_EDGES]


def _text(archive: zipfile.ZipFile, name: str) -> str:
    return "".join(_words(_root(archive, name), 0))


def _root(archive: zipfile.ZipFile, name: str) -> Any:
    try:
        if archive.getinfo(name).file_size > opening.MOST_OF_A_PART:
            raise Unfit(_("This document is far larger unpacked than a document is. Nothing was read."))
        return ElementTree.fromstring(archive.read(name), forbid_dtd=True)
    except DefusedXmlException as problem:
        raise Unfit(_("This document declares entities, as an attack does. Nothing was read.")) from problem
    except RuntimeError as problem:
        raise Unfit(_("This document has a password. Ask for it without one, or open it yourself.")) from problem
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as problem:
        raise Unfit(_("This document is damaged and cannot be opened. Ask for it again.")) from problem


def _words(element: Any, depth: int) -> Iterator[str]:
    """The texts inside, in their order; a row is a line with a tab between its cells."""
    name = _name(element.tag)
    if name in SKIPPED or element.tag == COMPATIBLE:
        return
    if depth > DEEPEST:
        raise Unfit(_("It is nested too deeply to be read."))
    if name in SIGNS:
        yield _PAGE if element.get(f"{W}type") == "page" else SIGNS[name]
    elif name == "t":
        yield element.text or ""
    elif name == "tr":
        yield _row(element, depth) + "\n"
    else:
        for child in element:
            yield from _words(child, depth + 1)
        yield "\n" if name == "p" else ""


def _row(row: Any, depth: int) -> str:
    return "\t".join(" ".join("".join(_words(cell, depth + 1)).split()) for cell in _cells(row))


def _cells(row: Any) -> Iterator[Any]:
    """Also those inside the frames of a form; a cell of a table in a cell is read with the cell around it."""
    for child in row:
        if _name(child.tag) == "tc":
            yield child
        elif _name(child.tag) in {"sdt", "sdtContent", "customXml"}:
            yield from _cells(child)


def _name(tag: Any) -> str:
    """Of an element of Word's; others, such as those of drawings, are looked through."""
    text = str(tag)
    if text.startswith(W):
        return text.removeprefix(W)
    return text.removeprefix(STRICT) if text.startswith(STRICT) else ""


def _warnings(names: set[str]) -> list[str]:
    found = []
    if any(name.endswith("vbaproject.bin") for name in names):
        found.append(_("This document holds macros. Nothing of them was run; do not open it elsewhere."))
    if any(name.startswith("word/embeddings/") for name in names):
        found.append(_("This document carries other files inside. They were not read."))
    return found
