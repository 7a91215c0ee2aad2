"""Bytes out, harmlessly: as a download under a fixed safe type, in a sandbox. The caller has checked access."""

from __future__ import annotations

import logging

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from documents.models import StoredFile
from documents.sniffing import UNKNOWN

log = logging.getLogger(__name__)

INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SAFE_TYPES = INLINE_TYPES | {"application/pdf", "application/zip", "text/plain"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
}


def download(stored: StoredFile, *, inline: bool = False, skip: int = 0) -> HttpResponseBase:
    """The file as an attachment, from byte `skip` on; inline only where it was asked for and it is a raster image."""
    shown = inline and stored.content_type in INLINE_TYPES
    try:
        handle = stored.key.open("rb")
        handle.seek(skip)
    except Exception:
        log.exception("stored file %s has a row but cannot be read", stored.pk)
        return not_available()
    kind = stored.content_type if stored.content_type in SAFE_TYPES else UNKNOWN
    return FileResponse(handle, as_attachment=not shown, filename=stored.name, content_type=kind, headers=HEADERS)


def not_available() -> HttpResponse:
    sentence = _("This file cannot be read just now. It is kept; try again in a minute.")
    return HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8", headers=HEADERS)
