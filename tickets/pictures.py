"""Pictures of a mail in their places: a Content-ID names a part of the same message, and nothing else (S-28)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from documents.serving import INLINE_TYPES
from tickets.models import Attachment
from tickets.models.ticket import REFERENCE_PREFIX

_PLACE = re.compile(r'<span data-cid="([^"]*)">([^<]*)</span>')


class Places:
    """Fills the places in the words of one message; `filled` are the files that stand in one."""

    def __init__(self, ticket: int, files: Sequence[Attachment]) -> None:
        self.ticket = ticket
        self.files = by_content_id(files)
        self.filled: set[int] = set()

    def fill(self, html: str) -> SafeString:
        """The safe words of a message with its pictures; where there is no such picture its name stays."""
        filled = _PLACE.sub(self._filled, html) if "data-cid" in html else html
        return mark_safe(filled)  # noqa: S308 - made safe when the message was stored

    def _filled(self, place: re.Match[str]) -> str:
        file = self.files.get(unescape(place[1]).lower())
        if file is None:
            return f'<span class="faint">{place[2]}</span>'
        self.filled.add(file.pk)
        address = address_of(file, ticket=self.ticket)
        return format_html(
            '<a class="picture" href="{0}" target="_blank" rel="noopener" title="{1}">'
            '<img src="{0}" alt="{1}" loading="lazy"></a>',
            address,
            file.filename,
        )


def by_content_id(files: Sequence[Attachment]) -> Mapping[str, Attachment]:
    """The pictures of a message that may be shown in a page, the first of a name."""
    shown = [one for one in files if one.content_id and one.content_type in INLINE_TYPES]
    return {one.content_id.lower(): one for one in reversed(shown)}


def address_of(file: Attachment, *, ticket: int) -> str:
    """Where the picture itself is served, to whom may read the ticket."""
    return reverse("tickets:attachment", args=[f"{REFERENCE_PREFIX}{ticket}", file.pk]) + "?inline=1"
