"""Partners: accounts and contacts, a mirror of Salesforce with room for people it does not know."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from documents import cage
from web import shell
from web.metrics import register_gauge


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        from mail import hooks  # noqa: PLC0415 - models exist only from here on
        from partners import contacts, side, sync  # noqa: PLC0415
        from partners.dashboard import reading  # noqa: PLC0415

        cage.allow(reading.read)
        hooks.on_known(contacts.is_known)
        side.register()
        register_gauge(
            "desk_salesforce_sync_age_seconds", "Seconds since all of Salesforce was here; -1 for never.", sync.age
        )
        shell.register_area(
            shell.Area(
                slug="partners",
                label=_("Partners"),
                icon="building-2",
                url_name="partners:list",
                key="P",
                order=20,
                covers=("/certification/", "/settings/requirements/"),
                visible=colleague,
            )
        )
        for label, icon, url_name, order, about in (
            (_("Certifications by partner"), "award", "dashboard:current", 71, ""),
            (_("Requirements"), "list-checks", "requirements:all", 72, _("What a partner must have for what.")),
        ):
            shell.register_command(
                shell.Command(label=label, icon=icon, url_name=url_name, order=order, about=about, visible=colleague)
            )
        shell.register_command(
            shell.Command(
                label=_("What changed in Salesforce"),
                icon="refresh-cw",
                url_name="partner_sync:changes",
                order=70,
                visible=colleague,
            )
        )
        shell.register_company(company_of)


def colleague(user: Any) -> bool:
    return bool(getattr(user, "is_colleague", False))


def company_of(user: Any) -> str:
    """The partner somebody signs in for; colleagues have none."""
    contact = None if user.is_colleague else getattr(user, "contact", None)
    return contact.account.name if contact and contact.account else ""
