"""The red dot at “Letters” in the rail: something there is past its two business days."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import ngettext

from loa import access
from loa.models import LetterRequest
from web.memory import Memory

_COUNTED: Final = Memory(seconds=20)
WITH_US: Final = (LetterRequest.Stage.PHD_REVIEW, LetterRequest.Stage.LEGAL_REVIEW)


def words(user: Any) -> str:
    """How many are overdue, or nothing. The desk shares one count; a channel manager has their own."""
    key = "desk" if user.on_desk else f"user {user.pk}"
    number = _COUNTED.get(key, lambda: _count(user))
    return ngettext("%(n)d letter overdue", "%(n)d letters overdue", number) % {"n": number} if number else ""


def forget() -> None:
    """Call after a deadline has moved or a request has ended: here at once, elsewhere within 20 seconds."""
    _COUNTED.forget()


def _count(user: Any) -> int:
    return access.requests_for(user).filter(stage__in=WITH_US, due__lt=timezone.now()).count()
