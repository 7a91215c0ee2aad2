"""The mail app: e-mail in and out; it does not know what a ticket is."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from documents import cage
from web import shell


class MailConfig(AppConfig):
    name = "mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from mail import figures, lamp, parsing  # noqa: PLC0415 - models exist only from here on
        from mail.away import registration  # noqa: PLC0415

        cage.allow(parsing.parse)
        cage.allow(parsing.parse_head)
        figures.register()
        shell.register_area(
            shell.Area(
                slug="mail",
                label=_("Mail"),
                icon="mail",
                url_name="mail:quarantine",
                key="M",
                order=60,
                covers=("/recorder/", "/mailboxes/"),
                visible=desk,
                dot=lamp.dot,
            )
        )
        shell.register_command(
            shell.Command(label=_("Look a mail up"), icon="radar", url_name="mail:recorder", order=60, visible=desk)
        )
        registration.register()
        shell.register_lamp(shell.Lamp(slug="mail", read=lamp.read, order=30, visible=colleague))


def colleague(user: Any) -> bool:
    return bool(getattr(user, "is_colleague", False))


def desk(user: Any) -> bool:
    return bool(getattr(user, "on_desk", False))
