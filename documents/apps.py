"""The documents app: stored files and serving them."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from documents import cage


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from documents.pages import reading as of_papers  # noqa: PLC0415 - as the other tasks of the cage are allowed
        from documents.pdf import reading as of_pdf  # noqa: PLC0415
        from documents.tables import reading  # noqa: PLC0415

        cage.allow(reading.read)
        cage.allow(of_pdf.read)
        cage.allow(of_papers.read)
