"""How long a paper takes in the cage: a dense PDF of 20 pages, one page as a picture, a scan, looking for values."""

from __future__ import annotations

import io
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import psutil
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from documents import cage
from documents.cage.keeping import here
from documents.pages import drawing, reading
from documents.papers import Source, caged, recognising
from documents.papers.finding import labelled

PAGES: Final = 20
LINES: Final = 55
ROUNDS: Final = 7
LINE: Final = "The partner delivers services under section %d.%d to the customer, as both have agreed in writing."
NAMES: Final = ("Customer", "Customer Name", "End customer", "Kunde")


class Found(NamedTuple):
    """Milliseconds; `grown` are the most bytes the cage held; `scan` is 0 where no Tesseract is."""

    pdf: float
    drawn: float
    found: float
    scan: float
    grown: int


def read() -> Found:
    content = _pdf()
    pdf, read_one = _clocked(lambda: caged.run(reading.read, content, "bench.pdf"))
    grown = _peak()
    drawn, _drawn = _clocked(lambda: caged.run(drawing.draw, content, 3))
    sources = [Source(name="bench.pdf", pages=tuple(page.text for page in read_one.pages))]
    found, _values = _clocked(lambda: labelled(sources, NAMES, others=("Partner", "Date")))
    scan = _scanned() if shutil.which("tesseract") else 0.0
    cage.close()
    return Found(pdf=pdf, drawn=drawn, found=found, scan=scan, grown=grown)


def _scanned() -> float:
    page: list[dict[str, Any]] = [{"text": "", "scan": True, "ocr": False}]
    content = _picture()
    return _clocked(lambda: recognising.recognise(content, page), rounds=2)[0]


def _clocked(work: Callable[[], Any], *, rounds: int = ROUNDS) -> tuple[float, Any]:
    work()  # the process is there, its libraries are loaded
    taken = []
    for _round in range(rounds):
        began = time.perf_counter()
        value = work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), value


def _peak() -> int:
    """The most that the process of the cage ever held."""
    if here.child is None:
        return 0
    status = Path(f"/proc/{here.child.process.pid}/status")
    if not status.exists():
        return int(psutil.Process(here.child.process.pid).memory_info().rss)
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    for page in range(PAGES):
        for line in range(LINES):
            canvas.drawString(50, 800 - 14 * line, LINE % (page, line))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _picture() -> bytes:
    image = Image.new("L", (1654, 2339), 250)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(28)
    for line in range(40):
        draw.text((120, 120 + 52 * line), LINE % (1, line), fill=20, font=font)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
