"""Support's screenshot of the seats, among the files of a ticket: it goes along with the mail to the partner."""

from __future__ import annotations

import re
from typing import Final

from nfr import whom
from nfr.models import LicenceRequest
from tickets import papers
from tickets.models import Attachment
from tickets.models.message import Visibility

SAYS: Final = re.compile(r"seat|usage|quota|billing|licen[cs]e|screen|bildschirm|capture|captura|nfr", re.IGNORECASE)


def choices(request: LicenceRequest) -> list[Attachment]:
    """Every picture that may be it, the likeliest first: what Support or a colleague put here, by its name, the newest.

    A partner's own picture is not sent back to them.
    """
    rows = Attachment.objects.filter(ticket=request.ticket_id, content_type__startswith="image/", message__isnull=False)
    found = [one for one in rows.select_related("stored", "message").order_by("-pk") if _is_theirs(one)]
    return sorted(found, key=lambda one: not SAYS.search(one.filename))


def likely(request: LicenceRequest) -> Attachment | None:
    """The one there is, or the one its name speaks for; of several that are alike none."""
    found = choices(request)
    if len(found) == 1:
        return found[0]
    named = [one for one in found if SAYS.search(one.filename)]
    return named[0] if len({one.stored_id for one in named}) == 1 else None


def _is_theirs(one: Attachment) -> bool:
    message = one.message
    assert message is not None  # asked for so
    if one.inline and one.size < papers.SMALL:
        return False  # a logo
    if message.visibility == Visibility.NOTE:
        return True
    return message.visibility == Visibility.IN and whom.is_vendors(message.author_address)
