"""Where the register joins the desk: its place in the rail, its cards, a partner that Salesforce merges."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nfr.register import access, asked, cards, writing
from partners import hooks
from web import shell
from web.memory import Memory

_COUNTED: Final = Memory(seconds=60)


def register() -> None:
    """Called once when the process starts."""
    shell.register_area(
        shell.Area(
            slug="nfr",
            label=_("NFR"),
            icon="key-round",
            url_name="nfr_register:list",
            key="N",
            order=35,
            covers=("/settings/nfr/",),
            visible=_colleague,
            warns=over_seat,
        )
    )
    hooks.on_merged(writing.follow)
    cards.register()


def over_seat(user: Any) -> str:
    """How many licences have more users than seats, or nothing. The desk shares one count."""
    key = "desk" if user.on_desk else f"user {user.pk}"
    number = _COUNTED.get(key, lambda: _count(user))
    return (
        ngettext("%(n)d licence over its seats", "%(n)d licences over their seats", number) % {"n": number}
        if number
        else ""
    )


def _count(user: Any) -> int:
    return access.licences_for(user).filter(asked.of_tab("over", timezone.localdate())).count()


def _colleague(user: Any) -> bool:
    return bool(user.is_colleague)
