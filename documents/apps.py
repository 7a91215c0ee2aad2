"""The documents app: stored files and serving them."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from documents import cage

MEGABYTES = 500  # for reading one file, or drawing a page of it


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from documents.pages import drawing  # noqa: PLC0415 - as the other tasks of the cage are allowed
        from documents.pages import reading as of_papers  # noqa: PLC0415
        from documents.pdf import reading as of_pdf  # noqa: PLC0415
        from documents.tables import reading  # noqa: PLC0415

        cage.allow(reading.read)
        cage.allow(of_pdf.read)
        cage.allow(of_papers.read, megabytes=MEGABYTES)
        cage.allow(drawing.draw, megabytes=MEGABYTES)
        cage.allow(drawing.draw_to_recognise, megabytes=MEGABYTES)
        cage.allow(drawing.words, megabytes=MEGABYTES)
