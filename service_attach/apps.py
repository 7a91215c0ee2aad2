"""Proofs of execution for Service Attach registrations."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceAttachConfig(AppConfig):
    name = "service_attach"
    verbose_name = _("Service Attach")

    def ready(self) -> None:
        from service_attach import procedure  # noqa: PLC0415 - reads the desk's rows, which exist only from here on
        from tickets import kinds  # noqa: PLC0415

        kinds.register(procedure.PROOF_OF_EXECUTION)
