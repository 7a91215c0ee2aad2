"""Copies of invoices."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicesConfig(AppConfig):
    name = "invoices"
    verbose_name = _("Invoices")

    def ready(self) -> None:
        from invoices import procedure  # noqa: PLC0415 - reads the desk's rows, which exist only from here on
        from tickets import kinds  # noqa: PLC0415

        kinds.register(procedure.INVOICE)
