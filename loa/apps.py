"""Letters of Authorization: from the request to the dated letter."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoaConfig(AppConfig):
    name = "loa"
    verbose_name = _("Letters of Authorization")

    def ready(self) -> None:
        from integrations.docusign import connect  # noqa: PLC0415 - models exist only from here on
        from loa import arriving, finding, notices, procedure  # noqa: PLC0415
        from tickets import hooks, kinds, procedures  # noqa: PLC0415

        kinds.register(procedure.LETTER_OF_AUTHORIZATION)
        procedures.register(procedure.LETTER)
        connect.on_change(arriving.envelope_changed)
        hooks.on_opened(arriving.opened)
        hooks.on_partner_changed(finding.partner_changed)
        hooks.on_mail(notices.take)
