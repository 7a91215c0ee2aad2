"""What was just done, said in a toast on this page or the next, with its Undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages

if TYPE_CHECKING:
    from django.contrib.messages.storage.base import Message
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

UNDO = "undo:"


def toast(request: HttpRequest, words: _StrOrPromise, *, undo: str = "") -> None:
    """`undo` is the address a POST to which takes it back."""
    messages.success(request, str(words), extra_tags=f"{UNDO}{undo}" if undo else "")


def toast_error(request: HttpRequest, words: _StrOrPromise) -> None:
    """Stays until it is closed."""
    messages.error(request, str(words))


def undo_url(message: Message) -> str:
    return (message.extra_tags or "").removeprefix(UNDO) if (message.extra_tags or "").startswith(UNDO) else ""
