"""Letters of before the desk: what DocuSign completed earlier is read, kept as a letter in force, and nobody is mailed.

An envelope that was over before anybody here could follow it is a request without a ticket (`loa.arriving`); here its
company is read, its account found where only one can be meant, and its signed PDF kept.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from integrations import asking
from integrations.docusign import envelopes
from integrations.docusign.shapes import EnvelopeView
from integrations.errors import VendorError
from integrations.models import ErrorClass
from journal.record import DESK, record
from loa import beginning, finding, letters, signed, stages
from loa.models import LetterRequest
from partners import sync

log = logging.getLogger(__name__)
BATCH: Final = 25  # envelopes of one run: each costs two calls
A_LETTER_LASTS: Final = timedelta(days=366)

Source, Stage = LetterRequest.Source, LetterRequest.Stage


@dataclass(kw_only=True)
class Imported:
    """What one run did; `problems` are sentences."""

    found: int = 0
    kept: int = 0
    problems: list[str]


def bring_in(since: datetime) -> int:
    """Every envelope of our PowerForms that was completed since then becomes a request; how many there are."""
    asked, count = envelopes.clock(), 0
    views: list[EnvelopeView] = asking.ask("docusign.completed_since", since)
    for view in views:
        if view.recipients:
            envelopes.keep(view, asked=asked)
        else:  # the list may leave them out
            asking.ask("docusign.envelope", view.id)
        count += 1
    return count


def may_read() -> bool:
    """Salesforce was read once: without its partners no letter would find its account, and each is read only once."""
    return sync.last() is not None


def waiting() -> QuerySet[LetterRequest]:
    return LetterRequest.objects.filter(source=Source.PAST, read=None).select_related("envelope").order_by("-requested")


def read_some(most: int = BATCH) -> Imported:
    """The newest first; where DocuSign does not answer, the rest is for the next run."""
    done = Imported(problems=[])
    for request in waiting()[:most]:
        try:
            done.kept += _read(request)
        except VendorError as problem:
            if problem.kind is not ErrorClass.PERMANENT:
                log.warning("letters of the past wait: %s", problem)
                break
            _give_up(request, problem.words, done)
        except signed.NotTheLetter as wrong:
            _give_up(request, str(wrong), done)
        done.found += 1
    return done


def _read(request: LetterRequest) -> bool:
    """Whether there is a letter now. It counts as read only at the end, so that a worker may die at any place."""
    assert request.envelope is not None, "a request of the past comes from an envelope"
    typed, source, values = beginning.said_in(request.envelope.envelope_id)
    read = timezone.now()
    beginning.keep(request, typed, source=source, values=values, read=None)
    account = finding.look(request).account
    if account is not None and request.account_id is None:
        request.account, request.region, request.track = account, account.region, account.track
        request.due = _due(request)
        request.save(update_fields=["account", "region", "track", "due"])
    is_letter = request.stage == Stage.COMPLETED
    if is_letter:
        letters.keep(request, asking.ask("docusign.completed_pdf", request.envelope.envelope_id))
    LetterRequest.objects.filter(pk=request.pk).update(read=read)
    return is_letter


def _due(request: LetterRequest) -> datetime | None:
    """By the calendar of its region, which was not known when DocuSign told of it."""
    with_phd = request.spans.filter(stage=Stage.PHD_REVIEW).order_by("entered").first()
    return stages.promise(request, since=with_phd.entered) if with_phd else request.due


def _give_up(request: LetterRequest, why: str, done: Imported) -> None:
    """Not asked again by itself; the journal says why."""
    LetterRequest.objects.filter(pk=request.pk).update(read=timezone.now())
    record(request, "past letter not kept", by=DESK, why=why)
    done.problems.append(f"{request.envelope and request.envelope.envelope_id}: {why}")
