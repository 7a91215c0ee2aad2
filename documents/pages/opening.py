"""What the bytes of a file are, whatever it is called, and opening them. Runs in the cage."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from documents import sniffing
from documents.pdf.reading import library
from documents.tables import Unfit

Kind = Literal["pdf", "word", "sheet", "text", "html", "picture", "other"]
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff", "image/bmp"})
NEAR_THE_START: Final = 1024  # programs put a line before “%PDF”; others open such files too
MOST_DOTS: Final = 60_000_000  # of a picture: 180 MB unpacked
MOST_PARTS: Final = 3000
MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_OF_A_PART: Final = 20 * 1024 * 1024
WRONG_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD


def kind_of(content: bytes) -> Kind:
    head = content[: sniffing.LOOKED_AT]
    if b"%PDF-" in head[:NEAR_THE_START]:
        return "pdf"
    if head.startswith((b"II*\0", b"MM\0*")):
        return "picture"
    kind = sniffing.content_type(head)
    if kind in PICTURES:
        return "picture"
    if head.startswith(b"PK\x03\x04"):
        return _office(content)
    if kind == "text/html":
        return "html"
    return "text" if kind.startswith("text/") or kind in {"application/xml", "image/svg+xml"} else "other"


def _office(content: bytes) -> Kind:
    """By the parts that are inside, wherever they stand in the archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {part.filename.lower() for part in archive.infolist()[: MOST_PARTS + 1]}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return "other"
    return "word" if "word/document.xml" in names else "sheet" if "xl/workbook.xml" in names else "other"


@contextlib.contextmanager
def pdf(content: bytes, *, forms: bool = False) -> Iterator[Any]:
    """The open document; `Unfit` with the reason where it does not open. With `forms` what was filled in is drawn."""
    try:
        document = library().PdfDocument(content[content.find(b"%PDF-") :])
    except library().PdfiumError as problem:
        raise Unfit(_why(problem)) from problem
    try:
        if forms:
            document.init_forms()
        yield document
    finally:
        document.close()


def _why(problem: Any) -> str:
    if problem.err_code == WRONG_PASSWORD:
        return _("This PDF has a password. Ask for it without one, or open it yourself.")
    return _("This PDF is damaged and cannot be opened. Ask for it again.")


def archive(content: bytes) -> zipfile.ZipFile:
    """A Word document's parts; what would grow out of all measure is refused before anything is unpacked."""
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
        parts = opened.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as problem:
        raise Unfit(_("This document is damaged and cannot be opened. Ask for it again.")) from problem
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unfit(_("This document is far larger unpacked than a document is. Nothing was read."))
    return opened


def picture(content: bytes, number: int, *, width: int) -> Any:
    """The picture, or the page of a fax (TIFF), as RGB and not wider than asked."""
    image = _picture(content)
    image.seek(number - 1)
    image.draft(None, (2 * width, 4 * width))  # a JPEG is unpacked hardly larger than that
    plain = image.mode not in {"RGBA", "LA", "P", "PA"}
    image.thumbnail((2 * width, 4 * width), _pillow().BICUBIC if plain else _pillow().NEAREST)  # no second large one
    if not plain:
        image = _on_white(image.convert("RGBA"))
    image = _images().exif_transpose(image) or image
    image = image.convert("RGB")
    image.thumbnail((width, 3 * width))
    return image


def picture_pages(content: bytes) -> tuple[int, int, int]:
    """How many pages it has, how wide and high the first is."""
    image = _picture(content)
    return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1, image.width, image.height


def picture_in_word(content: bytes, number: int, *, width: int) -> Any:
    """The picture that a Word document is made of, where somebody pasted a scan; `number` counts them."""
    with archive(content) as parts:
        names = pictures_in(parts)
        if not 0 < number <= len(names):
            return None
        return picture(parts.read(names[number - 1]), 1, width=width)


def pictures_in(parts: zipfile.ZipFile) -> list[str]:
    """Pictures in a Word document that are large enough to be a page, in their order."""
    big = (part for part in parts.infolist() if 30_000 < part.file_size < MOST_OF_A_PART)
    names = [part.filename for part in big if part.filename.lower().startswith("word/media/")]
    return sorted((name for name in names if name.lower().endswith((".png", ".jpg", ".jpeg"))), key=_natural)


def _natural(name: str) -> tuple[int, str]:
    digits = "".join(sign for sign in name if sign.isdigit())
    return int(digits or 0), name


def _picture(content: bytes) -> Any:
    try:
        image = _pillow().open(io.BytesIO(content))
    except MemoryError:
        raise
    except Exception as problem:  # the library raises whatever it trips over in a broken file
        raise Unfit(_("This picture is damaged and cannot be opened.")) from problem
    if image.width * image.height > MOST_DOTS:
        raise Unfit(_("This picture is far larger than a page is. Nothing was read."))
    return image


def _on_white(image: Any) -> Any:
    ground = _pillow().new("RGBA", image.size, (255, 255, 255, 255))
    ground.alpha_composite(image)
    return ground


@cache
def _pillow() -> Any:
    """Only the process in the cage loads the library."""
    found: Any = import_module("PIL.Image")
    found.MAX_IMAGE_PIXELS = None  # ours is smaller, and is asked before anything is unpacked
    return found


@cache
def _images() -> Any:
    return import_module("PIL.ImageOps")
