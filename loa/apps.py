"""Letters of Authorization: from the request to the dated letter."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from web import shell


def colleague(user: Any) -> bool:
    return bool(user.is_colleague)


class LoaConfig(AppConfig):
    name = "loa"
    verbose_name = _("Letters of Authorization")

    def ready(self) -> None:
        from loa import overdue, procedure  # noqa: PLC0415 - read the desk's rows, which exist only from here on
        from tickets import kinds  # noqa: PLC0415

        kinds.register(procedure.LETTER_OF_AUTHORIZATION)
        shell.register_area(
            shell.Area(
                slug="letters",
                label=_("Letters"),
                icon="stamp",
                url_name="loa:board",
                key="L",
                order=30,
                visible=colleague,
                dot=overdue.words,
            )
        )
