"""Somebody comes back from DocuSign: the envelope is read anew, and what it says is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone

from integrations.docusign import afresh
from loa import verdicts
from loa.models import LetterRequest
from loa.verdicts import Verdict, verdict

PATIENCE: Final = timedelta(seconds=30)  # then the page stops asking; DocuSign's message comes by itself


@dataclass(frozen=True, kw_only=True)
class Back:
    """`words` is what DocuSign says; empty: it still waits for the decision, as of `fetched`."""

    since: str
    looking: bool
    words: str
    problem: str
    fetched: datetime | None


def read(request: LetterRequest, *, since: str) -> Back:
    """Wakes a worker on the first look, unless DocuSign has told us already."""
    now = timezone.now()
    began = _moment(since, now=now)
    envelope = request.envelope
    decided = verdict(request) is not Verdict.OPEN
    if envelope is not None and not decided and began == now:
        afresh.ask(envelope)
    problem = afresh.problem_of(envelope) if envelope is not None else ""
    fetched = envelope.fetched if envelope is not None else None
    read_anew = fetched is not None and fetched >= began and began != now
    waits = envelope is not None and not (decided or read_anew or problem)
    return Back(
        since=f"{began.timestamp():.3f}",
        looking=waits and now - began < PATIENCE,
        words=verdicts.words(request),
        problem=problem,
        fetched=fetched,
    )


def _moment(since: str, *, now: datetime) -> datetime:
    """What the page's own address says; anything else begins anew."""
    try:
        moment = datetime.fromtimestamp(float(since), UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return moment if now - timedelta(hours=1) < moment <= now else now
