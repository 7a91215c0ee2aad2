"""Whether the SMTP door is open, found out as a mail server would: by knocking (R-05)."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from web.memory import Memory

PATIENCE: Final = 1.0
memory = Memory(seconds=15)


@dataclass(frozen=True, kw_only=True)
class Door:
    """`open` is None where nobody told us where the door is (SMTP_DOOR)."""

    open: bool | None
    words: str


def state() -> Door:
    """Asked at most every 15 seconds."""
    return memory.get("door", _state)


def _state() -> Door:
    host, _colon, port = str(settings.SMTP_DOOR).rpartition(":")
    if not host or not port.isdigit():
        return Door(open=None, words=_("Not watched from here: set SMTP_DOOR to its host and port."))
    place = {"place": settings.SMTP_DOOR}
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE) as line:
            greeting = line.recv(200)
    except (OSError, UnicodeError):
        return Door(open=False, words=_("Nobody answers at %(place)s. Mail sent there waits with its sender.") % place)
    if greeting.startswith(b"220"):
        return Door(open=True, words=_("Open at %(place)s.") % place)
    return Door(open=False, words=_("What answers at %(place)s is no mail server.") % place)
