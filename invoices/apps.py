"""Copies of invoices, vendor and tax forms, payments."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicesConfig(AppConfig):
    name = "invoices"
    verbose_name = _("Invoices")

    def ready(self) -> None:
        from invoices import beginning_again, passing_on, procedure  # noqa: PLC0415 - reads the desk's rows, which exist only from here on
        from tickets import hooks, kinds, procedures  # noqa: PLC0415

        kinds.register(procedure.INVOICE)
        procedures.register(procedure.COPY)
        hooks.on_opened(passing_on.opened)
        hooks.on_kind_changed(passing_on.changed)
        hooks.on_partner_changed(beginning_again.partner_changed)
