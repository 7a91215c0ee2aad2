"""What a worker does for somebody who waits before a page: the approver's link, and one envelope as it is now."""

from __future__ import annotations

import logging

from integrations import calls
from integrations.docusign import afresh, envelopes, handing, reading
from integrations.errors import VendorError
from integrations.models import Envelope

log = logging.getLogger(__name__)


def bring_link(envelope_id: str, return_url: str, token: str, user: int) -> None:
    """Asks DocuSign once; the link, or why there is none, goes to whoever waits, and nowhere else."""
    if not handing.is_awaited(token, user=user):
        return
    try:
        with calls.piece_of_work():
            url = reading.approver_link(envelope_id, return_url)
    except VendorError as problem:
        handing.hand_over(token, user=user, words=problem.words)
    else:
        handing.hand_over(token, user=user, url=url)


def look_at(pk: int) -> None:
    """Our row of the envelope learns what DocuSign says now; why it could not is kept for the page."""
    envelope = Envelope.objects.get(pk=pk)
    try:
        with calls.piece_of_work():
            asked = envelopes.clock()
            envelopes.keep(reading.envelope(envelope.envelope_id), asked=asked)
    except VendorError as problem:
        log.warning("envelope %s could not be asked for: %s", envelope.envelope_id, problem)
        afresh.failed(pk, problem.words)
