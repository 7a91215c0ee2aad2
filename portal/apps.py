"""The partner's door: the request form, the tracking page, the list of own requests, the guides."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from web import shell


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        shell.register_partner_area(
            shell.Area(
                slug="request",
                label=_("New request"),
                icon="plus",
                url_name="portal:request",
                order=10,
                visible=anybody,
            )
        )
        shell.register_partner_area(
            shell.Area(
                slug="requests", label=_("My requests"), icon="list", url_name="portal:home", order=20,
                covers=("/request/track/",), visible=partner,
            )
        )  # fmt: skip
        shell.register_partner_area(
            shell.Area(
                slug="nfr", label=_("NFR licences"), icon="key-round", url_name="guides:nfr", order=30, visible=partner
            )
        )
        shell.register_partner_area(
            shell.Area(
                slug="guides", label=_("Guides"), icon="book-open", url_name="guides:index", order=50, visible=anybody
            )
        )


def anybody(user: Any) -> bool:  # noqa: ARG001 - the form and the guides ask nobody to sign in
    return True


def partner(user: Any) -> bool:
    return bool(user and user.is_authenticated and not user.is_colleague)
