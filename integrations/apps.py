"""Integrations: Salesforce and DocuSign on the wire, independent of each other."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from integrations.checks import field_map_is_usable
from web import shell


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = _("Vendors")

    def ready(self) -> None:
        register(field_map_is_usable)
        from integrations import overview  # noqa: PLC0415 - models exist only from here on
        from integrations.models import Vendor  # noqa: PLC0415

        for order, vendor in enumerate(Vendor, start=10):
            shell.register_lamp(
                shell.Lamp(slug=vendor.value, read=overview.lamp_of(vendor), order=order, visible=colleague)
            )
        shell.register_area(
            shell.Area(
                slug="vendors",
                label=_("Vendors"),
                icon="plug",
                url_name="integrations:vendors",
                order=90,
                foot=True,
                visible=colleague,
                dot=overview.dot,
                warns=overview.warns,
            )
        )
        shell.register_command(
            shell.Command(
                label=_("Salesforce and DocuSign"),
                about=_("Whether they answer, what waits for them and what they refused."),
                icon="plug",
                url_name="integrations:vendors",
                order=73,
                visible=colleague,
            )
        )


def colleague(user: Any) -> bool:
    return bool(getattr(user, "is_colleague", False))
