"""People: who signs in, what they may do, whom partners belong to, and when the desk works."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from web import shell


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        shell.register_area(
            shell.Area(
                slug="settings", label=_("Settings"), icon="settings-2", url_name="profile", order=100, foot=True,
                covers=("/password/change/", "/settings/"), visible=colleague,
            )
        )  # fmt: skip


def colleague(user: Any) -> bool:
    return bool(getattr(user, "is_colleague", False))
