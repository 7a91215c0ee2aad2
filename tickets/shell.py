"""What the desk puts into the shell: its place in the rail, its commands, its search."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from web import shell


def register() -> None:
    """Called once when the process starts."""
    _register_areas()
    shell.register_search("tickets:search")
    shell.register_command(
        shell.Command(label=_("New ticket"), icon="plus", url_name="tickets:new", key="C", visible=desk)
    )


def _register_areas() -> None:
    shell.register_area(
        shell.Area(
            slug="queue",
            label=_("Queue"),
            icon="inbox",
            url_name="tickets:queue",
            key="Q",
            order=10,
            covers=("/tickets/", "/search/"),
            visible=colleague,
        )
    )
    shell.register_area(
        shell.Area(
            slug="responses",
            label=_("Responses"),
            icon="layout-template",
            url_name="tickets:responses",
            order=80,
            visible=colleague,
        )
    )
    shell.register_area(
        shell.Area(
            slug="resources",
            label=_("Resources"),
            icon="library",
            url_name="tickets:resources",
            order=90,
            visible=colleague,
        )
    )
    shell.register_partner_area(
        shell.Area(
            slug="resources",
            label=_("Resources"),
            icon="library",
            url_name="tickets:resources",
            order=90,
            visible=partner,
        )
    )


def colleague(user: Any) -> bool:
    return bool(getattr(user, "is_colleague", False))


def partner(user: Any) -> bool:
    return bool(user and user.is_authenticated and not user.is_colleague)


def desk(user: Any) -> bool:
    return bool(getattr(user, "on_desk", False))
