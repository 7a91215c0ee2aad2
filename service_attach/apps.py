"""Proofs of execution for Service Attach registrations."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from web import shell


def colleague(user: Any) -> bool:
    return bool(user.is_colleague)


class ServiceAttachConfig(AppConfig):
    name = "service_attach"
    verbose_name = _("Service Attach")

    def ready(self) -> None:
        from partners import hooks as partner_hooks  # noqa: PLC0415 - models exist only from here on
        from service_attach import cards, procedure, proofs  # noqa: PLC0415
        from tickets import hooks, kinds, procedures  # noqa: PLC0415

        kinds.register(procedure.PROOF_OF_EXECUTION)
        procedures.register(procedure.PROOF)
        hooks.on_opened(proofs.opened)
        hooks.on_partner_changed(proofs.partner_changed)
        partner_hooks.on_merged(proofs.follow)
        shell.register_area(
            shell.Area(
                slug="proofs",
                label=_("Proofs"),
                icon="file-check",
                url_name="service_attach:list",
                key="S",
                order=40,
                visible=colleague,
            )
        )
        cards.register()
