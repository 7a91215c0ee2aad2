"""What workers do for mail. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

import logging
from datetime import timedelta
from time import monotonic
from typing import Final

from celery import shared_task
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from documents import storing
from mail import announcing, inbox, outbox
from mail.away import reminders
from mail.imap import lock, service, states
from mail.models import IncomingMail, Mailbox, OutgoingMail
from web import nudging

log = logging.getLogger(__name__)

OVERDUE: Final = timedelta(seconds=30)
BATCH: Final = 500
PATIENCE: Final = 60.0  # seconds; below the time limit of a task
PATIENCE_SENDING: Final = 15.0  # the last mail that is begun may take mail.smtp.LONGEST more
FETCH: Final = "mail.tasks.fetch_mailbox"
RECONCILE: Final = "mail.tasks.reconcile_mailbox"
FETCH_SECONDS: Final = 45.0


@shared_task
def take_in_mail(pk: int) -> None:
    inbox.take_in(pk)


@shared_task
def send_mail(pk: str) -> None:
    outbox.send(pk)


@shared_task
def take_in_waiting() -> None:
    """Whatever a burst has left, one after the other; what stays after a minute is for the sweep."""
    until = monotonic() + PATIENCE
    for pk in waiting_incoming():
        if monotonic() > until:
            return
        inbox.take_in(pk)


@shared_task
def send_waiting() -> None:
    """Whatever a burst has left; a second hand begins at its end, for the first mail may hang in a server's silence."""
    until = monotonic() + PATIENCE_SENDING
    due = due_outgoing()
    if len(due) > 1:
        nudging.send(outbox.TASK, due[-1])
    for pk in due:
        if monotonic() > until:
            return
        outbox.send(pk)


@shared_task
def sweep_mail() -> None:
    """Finds every row that no nudge reached, or whose worker died, and wakes somebody for it."""
    for incoming in forgotten_incoming():
        nudging.send(inbox.TASK, incoming)
    for outgoing in due_outgoing():
        nudging.send(outbox.TASK, outgoing)
    for mail in OutgoingMail.objects.filter(announced=False, state__in=announcing.FINAL)[:BATCH]:
        announcing.announce(mail)


@shared_task
def tell_about_away() -> None:
    """Reminds people of windows that have begun or are over."""
    reminders.tell()


@shared_task
def fetch_unattended() -> None:
    """Fetching goes on when the fetcher is dead: each free mailbox whose time has come, in a task of its own."""
    for mailbox in unattended():
        if states.is_due(states.state_of(mailbox)):
            nudging.send(FETCH, mailbox.pk)


@shared_task
def reconcile_mailboxes() -> None:
    """Counts what lies there against what is stored; a fetcher that is connected does it itself."""
    for mailbox in unattended():
        nudging.send(RECONCILE, mailbox.pk)


@shared_task
def fetch_mailbox(pk: int) -> None:
    for mailbox in service.fetched().filter(pk=pk):
        service.fetch(mailbox, seconds=FETCH_SECONDS)


@shared_task
def reconcile_mailbox(pk: int) -> None:
    for mailbox in service.fetched().filter(pk=pk):
        service.fetch(mailbox, seconds=FETCH_SECONDS, recount=True)


@shared_task
def sweep_files() -> None:
    """Once a day: files whose row was never committed."""
    removed = storing.sweep_orphans()
    if removed:
        log.info("removed %d files without a row", removed)


def unattended() -> list[Mailbox]:
    return list(service.fetched().exclude(pk__in=lock.taken()))


def forgotten_incoming() -> list[int]:
    return unclaimed(IncomingMail.objects.filter(received__lt=Now() - OVERDUE))


def waiting_incoming() -> list[int]:
    """Without what a command has only just stored: it takes that in itself and says what became of it."""
    return unclaimed(IncomingMail.objects.exclude(via=IncomingMail.Via.COMMAND, received__gte=Now() - OVERDUE))


def unclaimed(mails: QuerySet[IncomingMail]) -> list[int]:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=Now())
    waiting = mails.filter(free, state=IncomingMail.State.RECEIVED)
    return list(waiting.order_by("received").values_list("pk", flat=True)[:BATCH])


def due_outgoing() -> list[str]:
    """Queued mails whose time has come; those of dead workers are taken back first."""
    with transaction.atomic():
        dead = OutgoingMail.objects.filter(state=OutgoingMail.State.SENDING, claimed_until__lt=Now())
        for mail in dead.select_for_update(skip_locked=True)[:BATCH]:
            outbox.take_back(mail)
    return outbox.due(most=BATCH)
