"""Who is the channel manager, and why."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = _("Routing")

    def ready(self) -> None:
        from routing import procedure  # noqa: PLC0415 - reads the desk's rows, which exist only from here on
        from tickets import kinds  # noqa: PLC0415

        kinds.register(procedure.ACCOUNT_OWNER)
