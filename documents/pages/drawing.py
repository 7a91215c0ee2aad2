"""A page as a picture, and where its words stand on it. Runs in the cage."""

from __future__ import annotations

import io
from typing import Any, Final, NamedTuple

from documents.pages import opening
from documents.pdf import layout

WIDTH: Final = 1240  # of a page to look at: A4 at 150 dots an inch
MOST_DOTS: Final = 8_000_000
TO_RECOGNISE: Final = 2000  # wide enough that small print is read
FINE: Final = 88  # of JPEG


class Drawn(NamedTuple):
    """A PNG or a JPEG; empty where the page cannot be drawn."""

    picture: bytes
    width: int
    height: int


class Words(NamedTuple):
    """The words of a page in its order, and four shares of the page for each: left, top, right, bottom."""

    texts: list[str]
    boxes: list[tuple[float, float, float, float]]


def draw(content: bytes, number: int) -> Drawn:
    """The page as somebody looks at it."""
    image = _image(content, number, width=WIDTH)
    return Drawn(b"", 0, 0) if image is None else _saved(image)


def draw_to_recognise(content: bytes, number: int) -> Drawn:
    """The same, larger, in greys: what a program reads letters on."""
    image = _image(content, number, width=TO_RECOGNISE)
    if image is None:
        return Drawn(b"", 0, 0)
    file = io.BytesIO()
    image.convert("L").save(file, "PNG", compress_level=1)
    return Drawn(file.getvalue(), image.width, image.height)


def words(content: bytes, number: int) -> Words:
    """Of a PDF; what is a picture has none that could be found without recognising them."""
    if opening.kind_of(content) != "pdf":
        return Words([], [])
    with opening.pdf(content) as document:
        found = layout.on_the_picture(document[number - 1])
    return Words([word.text for word in found], [word.box for word in found])


def _image(content: bytes, number: int, *, width: int) -> Any:
    kind = opening.kind_of(content)
    if kind == "pdf":
        with opening.pdf(content, forms=True) as document:
            page = document[number - 1]
            wide, high = page.get_size()
            scale = min(width / wide, (MOST_DOTS / (wide * high)) ** 0.5)
            return page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    if kind == "picture":
        return opening.picture(content, number, width=width)
    if kind == "word":
        return opening.picture_in_word(content, number, width=width)
    return None


def _saved(image: Any) -> Drawn:
    """Few colours and clean edges make a small PNG; what was photographed is smaller as a JPEG."""
    file = io.BytesIO()
    if image.getcolors(4096) is not None:
        image.save(file, "PNG", compress_level=6)
    else:
        image.save(file, "JPEG", quality=FINE)
    return Drawn(file.getvalue(), image.width, image.height)
