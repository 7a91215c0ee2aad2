"""What may be attached: 25 MB each, 10 files, 50 MB together; no type is refused, every file is served harmlessly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.utils.translation import gettext as _

from web.words import filesize

MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_FILES = 10
MAX_TOTAL_BYTES = 50 * 1024 * 1024


class Sized(Protocol):
    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...


def refuse(file: Sized) -> str | None:
    """One sentence when this file may not be attached."""
    size = file.size or 0
    if size > MAX_FILE_BYTES:
        return _("%(name)s is %(size)s. A file may have up to %(limit)s.") % {
            "name": file.name,
            "size": filesize(size),
            "limit": filesize(MAX_FILE_BYTES),
        }
    if size == 0:
        return _("%(name)s is empty. Choose a file with content.") % {"name": file.name}
    return None


def refuse_together(files: Sequence[Sized]) -> str | None:
    """One sentence when these files may not be attached together."""
    if len(files) > MAX_FILES:
        return _("These are %(count)d files. Up to %(limit)d can be attached.") % {
            "count": len(files),
            "limit": MAX_FILES,
        }
    total = sum(file.size or 0 for file in files)
    if total > MAX_TOTAL_BYTES:
        return _("The files have %(size)s together. Up to %(limit)s can be attached.") % {
            "size": filesize(total),
            "limit": filesize(MAX_TOTAL_BYTES),
        }
    return next((sentence for file in files if (sentence := refuse(file))), None)


def hint() -> str:
    """What the page says beside the field, before anybody chooses a file."""
    return _("Any type, up to %(each)s each, %(count)d files, %(together)s together.") % {
        "each": filesize(MAX_FILE_BYTES),
        "count": MAX_FILES,
        "together": filesize(MAX_TOTAL_BYTES),
    }
