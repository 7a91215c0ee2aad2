"""The mail app: e-mail in and out; it does not know what a ticket is."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from web import shell


class MailConfig(AppConfig):
    name = "mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from mail import away, figures, hooks, lamp  # noqa: PLC0415 - models exist only from here on
        from mail.away import banner  # noqa: PLC0415

        figures.register()
        hooks.on_taken_in(away.answer)
        shell.register_banner(
            shell.Banner(slug="away", icon="calendar-off", read=banner.read, visible=colleague, opens=on_desk)
        )
        shell.register_command(
            shell.Command(
                label=_("Set out of office"), icon="calendar-off", url_name="away:new", order=60, visible=on_desk
            )
        )
        shell.register_lamp(shell.Lamp(slug="mail", read=lamp.read, order=30, visible=colleague))


def colleague(user: Any) -> bool:
    return bool(getattr(user, "is_colleague", False))


def on_desk(user: Any) -> bool:
    return bool(getattr(user, "on_desk", False))
