"""What workers do with news of DocuSign. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

import logging
from datetime import timedelta
from time import monotonic
from typing import Final

from celery import shared_task
from django.db.models import Q
from django.db.models.functions import Now

from integrations import registry
from integrations.docusign import applying, bringing, connect, forgetting, polling
from integrations.models import ConnectNotice, Vendor
from web import nudging

log = logging.getLogger(__name__)

TURN: Final = 5.0  # seconds; then mail and the letters that can go on have theirs
OVERDUE: Final = timedelta(seconds=30)
BATCH: Final = 1000


@shared_task
def apply_notice(pk: int) -> None:
    applying.apply(pk)


@shared_task
def apply_waiting() -> None:
    """Whatever a burst has left, one after the other, in turns: what is left then waits behind the others' work."""
    until = monotonic() + TURN
    for pk in waiting():
        if monotonic() > until:
            nudging.send(connect.ALL_WAITING)
            return
        applying.apply(pk)


@shared_task
def sweep_notices() -> None:
    """Finds what no nudge reached, whose worker died, or whose time to be tried again has come."""
    if waiting(older_than=OVERDUE):
        nudging.send(connect.ALL_WAITING)


@shared_task
def reconcile() -> None:
    """Asks DocuSign once for all that has changed, and takes over what Connect missed."""
    polling.reconcile()


@shared_task
def bring_link(envelope_id: str, return_url: str, token: str, user: int) -> None:
    """Somebody waits for the page where they decide."""
    bringing.bring_link(envelope_id, return_url, token, user)


@shared_task
def look_at(pk: int) -> None:
    """Somebody came back from DocuSign and wants to know what it says."""
    bringing.look_at(pk)


@shared_task
def forget_notices() -> None:
    forgotten = forgetting.forget_bodies()
    if forgotten:
        log.info("forgot what %d notices of DocuSign said", forgotten)


def go_on() -> None:
    if applying.bring_forward():
        nudging.send(connect.ALL_WAITING)


def waiting(*, older_than: timedelta = timedelta()) -> list[int]:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=Now())
    due = ConnectNotice.objects.filter(free, state=ConnectNotice.State.RECEIVED, created__lte=Now() - older_than)
    return list(due.order_by("id").values_list("pk", flat=True)[:BATCH])


registry.resumer(Vendor.DOCUSIGN, go_on)
