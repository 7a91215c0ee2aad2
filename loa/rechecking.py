"""What was checked while Salesforce did not answer is checked again by itself as soon as it has been read anew.

Nobody has to remember it: the step keeps that it rests on an old answer.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from loa import finding
from loa.pairing import KIND
from partners import sync
from tickets import steps
from tickets.actions import Refused
from tickets.models import Step

log = logging.getLogger(__name__)
OLD: Final = "old"  # what a step keeps that had no answer of Salesforce's
BATCH: Final = 200
SLUGS: Final = ("account", "check")


def mark(problem: str) -> dict[str, Any]:
    """For `keep` of a step: that it had to do with what we had, and why."""
    return {OLD: problem} if problem else {}


def check_again() -> int:
    """How many begin again; what somebody has in hand, or has decided meanwhile, is left alone."""
    done = sync.last()
    return sum(_again(step) for step in _waiting(done.started)) if done and done.started else 0


def _waiting(read: datetime) -> QuerySet[Step]:
    """Steps of the present run, checked before all that is new in Salesforce was read."""
    held = Step.objects.filter(slug__in=SLUGS, state__in=[Step.State.DONE, Step.State.STUCK])
    held = held.filter(data__keep__has_key=OLD, ticket__letter_request__checked__lt=read)
    held = held.filter(procedure=KIND, ticket__letter_request__stage__in=finding.OPEN)
    return held.select_related("ticket").order_by("ready")[:BATCH]


def _again(step: Step) -> bool:
    present = next((one for one in steps.of(step.ticket) if one.slug == step.slug), None)
    if present is None or present.pk != step.pk:
        return False
    try:
        finding.again(step.ticket, step.slug, by=None, why=_("Salesforce answers again."))
    except Refused as refused:
        log.info("%s is not checked again: %s", step.ticket.reference, refused)
        return False
    return True
