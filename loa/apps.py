"""Letters of Authorization: from the request to the dated letter."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoaConfig(AppConfig):
    name = "loa"
    verbose_name = _("Letters of Authorization")

    def ready(self) -> None:
        from loa import procedure  # noqa: PLC0415 - reads the desk's rows, which exist only from here on
        from tickets import kinds  # noqa: PLC0415

        kinds.register(procedure.LETTER_OF_AUTHORIZATION)
