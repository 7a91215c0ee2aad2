"""The net below Connect: one list of all that has changed finds what no callback brought (F-09).

Single envelopes are asked for only where the list does not say enough, and no more often than DocuSign allows.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone
from django.utils.translation import ngettext

from integrations import calls
from integrations.docusign import envelopes, reading
from integrations.docusign.marks import MARK, read_until
from integrations.docusign.shapes import EnvelopeView
from integrations.errors import VendorError
from integrations.models import Envelope, ErrorClass, ReadMark

log = logging.getLogger(__name__)

FIRST_LOOK: Final = timedelta(days=30)
ONE_LOOK_IN: Final = timedelta(minutes=15)  # DocuSign's rule for asking after one envelope
MOST_SINGLE: Final = 100  # calls of one run; the rest is for the next


@dataclass(kw_only=True)
class Found:
    """What one run saw; `left` is what could not be taken over yet, so that the mark stays where it is."""

    listed: int = 0
    changed: int = 0
    asked: int = 0
    left: int = 0

    def words(self) -> str:
        sentence = ngettext(
            "%(count)d envelope, %(changed)d news", "%(count)d envelopes, %(changed)d news", self.listed
        )
        return sentence % {"count": self.listed, "changed": self.changed}


def reconcile() -> Found:
    """Takes over what has changed since the last whole run, an hour of overlap included; twice is harmless."""
    with calls.piece_of_work():
        began = envelopes.clock()
        found = Found()
        for view in reading.envelopes_since(_since(began)):
            found.listed += 1
            _take(view, asked=began, found=found)
    if not found.left:
        ReadMark.objects.update_or_create(name=MARK, defaults={"until": began})
    if found.changed or found.left:
        log.info("asked DocuSign for news: %s, %d left for the next time", found.words(), found.left)
    return found


def _take(view: EnvelopeView, *, asked: datetime, found: Found) -> None:
    """One that fails stops no other; a DocuSign that does not answer stops all."""
    envelope = envelopes.known(view.id)
    foreign = envelope is None and bool(view.powerform_id) and not envelopes.is_ours(view)
    if foreign or not envelopes.is_news(envelope, view):
        return
    try:
        _keep(view, envelope, asked=asked, found=found)
    except SoftTimeLimitExceeded:
        raise  # the mark stays; what is kept by now is no news the next time
    except VendorError as problem:
        found.left += 1
        log.warning("envelope %s could not be asked for: %s", view.id, problem)
        if problem.kind is not ErrorClass.PERMANENT:
            raise
    except Exception:
        found.left += 1
        log.exception("news of envelope %s could not be taken over", view.id)


def _keep(view: EnvelopeView, envelope: Envelope | None, *, asked: datetime, found: Found) -> None:
    """From the list where it says enough, else from DocuSign's answer about this one, if that may be asked for now."""
    if _says_enough(view, is_known=envelope is not None):
        found.changed += envelopes.keep(view, asked=asked).changed
    elif found.asked >= MOST_SINGLE or (envelope and _asked_lately(envelope.fetched)):
        found.left += 1
    else:
        found.asked += 1
        found.changed += _single(view.id)


def _single(envelope_id: str) -> bool:
    asked = envelopes.clock()
    view = reading.envelope(envelope_id)
    if view.powerform_id and not envelopes.is_ours(view):
        return False
    return envelopes.keep(view, asked=asked).changed


def _says_enough(view: EnvelopeView, *, is_known: bool) -> bool:
    """The list may leave out recipients, the PowerForm, and why an envelope was voided."""
    complete = bool(view.recipients) and (is_known or bool(view.powerform_id))
    return complete and (view.status != "voided" or bool(view.reason))


def _asked_lately(fetched: datetime | None) -> bool:
    return fetched is not None and fetched > timezone.now() - ONE_LOOK_IN


def _since(began: datetime) -> datetime:
    return read_until() or began - FIRST_LOOK
