"""What the out-of-office puts into mail and into the shell when the process starts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from mail import hooks
from mail.away import banner
from mail.away.answering import answer
from web import shell


def register() -> None:
    hooks.on_taken_in(answer)
    shell.register_banner(
        shell.Banner(slug="away", icon="calendar-off", read=banner.read, visible=colleague, opens=on_desk)
    )
    shell.register_command(
        shell.Command(label=_("Set out of office"), icon="calendar-off", url_name="away:new", order=60, visible=on_desk)
    )


def colleague(user: Any) -> bool:
    return bool(getattr(user, "is_colleague", False))


def on_desk(user: Any) -> bool:
    return bool(getattr(user, "on_desk", False))
