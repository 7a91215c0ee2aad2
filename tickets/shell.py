"""What the desk puts into the shell: its place in the rail, its commands, its search."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tickets import task_list
from web import shell

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Visible = Callable[[Any], bool]


def register() -> None:
    """Called once when the process starts."""
    for area in (_QUEUE, _TASKS, _library("responses", _("Responses"), "layout-template", 80), _resources(colleague)):
        shell.register_area(area)
    shell.register_partner_area(_resources(partner))
    shell.register_search("tickets:search")
    shell.register_command(
        shell.Command(label=_("New ticket"), icon="plus", url_name="tickets:new", key="C", visible=desk)
    )
    shell.register_command(_PROCEDURES)


def colleague(user: Any) -> bool:
    return bool(getattr(user, "is_colleague", False))


def partner(user: Any) -> bool:
    return bool(user and user.is_authenticated and not user.is_colleague)


def desk(user: Any) -> bool:
    return bool(getattr(user, "on_desk", False))


def _library(slug: str, label: _StrPromise, icon: str, order: int, visible: Visible = colleague) -> shell.Area:
    """A page people look things up in."""
    return shell.Area(slug=slug, label=label, icon=icon, url_name=f"tickets:{slug}", order=order, visible=visible)


def _resources(visible: Visible) -> shell.Area:
    return _library("resources", _("Resources"), "library", 90, visible)


_QUEUE = shell.Area(
    slug="queue",
    label=_("Queue"),
    icon="inbox",
    url_name="tickets:queue",
    key="Q",
    order=10,
    covers=("/tickets/", "/search/"),
    phone=True,
    visible=colleague,
)
_PROCEDURES = shell.Command(
    label=_("Procedures"),
    icon="workflow",
    url_name="tickets:procedures",
    order=55,
    visible=desk,
    about=_("What runs, who is waited for, what is stuck, how long steps take; which of them only show their write."),
)
_TASKS = shell.Area(
    slug="tasks",
    label=_("Tasks"),
    icon="list-checks",
    url_name="tickets:tasks",
    key="K",
    order=60,
    visible=desk,
    dot=task_list.overdue,
)
