"""The table of certifications a partner asks for."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificationConfig(AppConfig):
    name = "certification"
    verbose_name = _("Certification")

    def ready(self) -> None:
        from certification import beginning_again, cards, facts_card, leaving, procedure  # noqa: PLC0415 - reads the desk's rows, which exist only from here on
        from certification.table import reading  # noqa: PLC0415
        from documents import cage  # noqa: PLC0415
        from partners import hooks as partner_hooks  # noqa: PLC0415
        from tickets import hooks, kinds, procedures  # noqa: PLC0415

        cage.allow(reading.read, times=2)  # 100,000 people of a workbook take 7 s of a processor
        kinds.register(procedure.CERTIFICATION_REPORT)
        procedures.register(procedure.REPORT)
        hooks.on_partner_changed(beginning_again.partner_changed)
        partner_hooks.on_merged(beginning_again.follow)
        hooks.on_send_files(leaving.why_not_send)
        hooks.on_read_file(leaving.is_hidden)
        facts_card.register()
        cards.register()
