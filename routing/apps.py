"""Who is the channel manager, and why."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from web import shell


def colleague(user: Any) -> bool:
    return bool(user.is_colleague)


def desk(user: Any) -> bool:
    return bool(getattr(user, "on_desk", False))


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = _("Routing")

    def ready(self) -> None:
        from integrations import ledger  # noqa: PLC0415 - models exist only from here on
        from routing import cards, corrections, procedure  # noqa: PLC0415
        from routing.ownership import moving  # noqa: PLC0415
        from routing.team import panel  # noqa: PLC0415
        from tickets import kinds  # noqa: PLC0415

        kinds.register(procedure.ACCOUNT_OWNER)
        cards.register()
        ledger.on_finished(moving.finished)
        panel.register()
        shell.register_command(
            shell.Command(
                label=_("Changes of the team"),
                icon="users",
                url_name="team:changes",
                order=73,
                visible=desk,
                about=_("Somebody joins, somebody leaves, territories move."),
            )
        )
        shell.register_area(
            shell.Area(
                slug="routing",
                label=_("Routing"),
                icon="route",
                url_name="routing:ask",
                key="O",
                order=50,
                visible=colleague,
                warns=corrections.waiting,
            )
        )
