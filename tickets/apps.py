"""Tickets: the desk. Conversations, the queue, kinds of request, search, responses."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        from tickets import registration  # noqa: PLC0415 - models exist only from here on

        registration.register_everything()
