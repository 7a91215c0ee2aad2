"""The table of certifications a partner asks for."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificationConfig(AppConfig):
    name = "certification"
    verbose_name = _("Certification")

    def ready(self) -> None:
        from certification import procedure  # noqa: PLC0415 - reads the desk's rows, which exist only from here on
        from certification.table import reading  # noqa: PLC0415
        from documents import cage  # noqa: PLC0415
        from tickets import kinds  # noqa: PLC0415

        cage.allow(reading.read)
        kinds.register(procedure.CERTIFICATION_REPORT)
