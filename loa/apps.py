"""Letters of Authorization: from the request to the dated letter."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoaConfig(AppConfig):
    name = "loa"
    verbose_name = _("Letters of Authorization")

    def ready(self) -> None:
        from integrations import ledger  # noqa: PLC0415 - models exist only from here on
        from loa import procedure  # noqa: PLC0415
        from loa.tailored import cards as tailored_cards  # noqa: PLC0415
        from loa.tailored import cases  # noqa: PLC0415
        from tickets import kinds  # noqa: PLC0415

        kinds.register(procedure.LETTER_OF_AUTHORIZATION)
        ledger.on_finished(cases.written)
        tailored_cards.register()
