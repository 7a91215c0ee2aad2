"""A mail that could not be sent goes back into the queue: a person asked for it, and the event says who.

The event stands on what the mail belongs to, through a hook; one that belongs to nothing has it on the mail server.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from mail import announcing, hooks, outbox
from mail.models import MailServer, OutgoingMail
from people.models import User
from web import nudging

State = OutgoingMail.State
MOST_NAMED: Final = 100


class Refused(Exception):  # noqa: N818 - an answer to a person
    """It cannot go again; the text says why and what to do."""


def try_again(pk: UUID, *, by: User) -> OutgoingMail:
    """Another 48 hours for everybody who has not got it. A failure nobody was told about is told first."""
    if not by.on_desk:
        raise PermissionDenied(_("Only the desk sends mail again."))
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().get(pk=pk)
        if not mail.may_go_again:
            raise Refused(why_not(mail))
        announcing.tell(mail)
        _put_back(mail)
        if not hooks.again(mail, by):
            what = {"message_id": mail.message_id, "subject": mail.subject, "to": mail.recipients}
            record(_server(), "mail tried again", by=actor_of(by), before={"mail": "failed"}, after=what)
    return mail


def why_not(mail: OutgoingMail) -> str:
    """A sentence for people."""
    if mail.state != State.FAILED:
        return _("This mail is not waiting for you: it is on its way or sent.")
    return _("The link in a sign-in mail expires, so it is not sent again. Ask the person to sign in once more.")


def failed(*, since: datetime) -> QuerySet[OutgoingMail]:
    """Written since then, no address refused, surely not arrived: another try can help and doubles nothing."""
    rows = OutgoingMail.objects.filter(state=State.FAILED, created__gte=since, refused={}, lost__lt=outbox.MOST_LOST)
    return rows.exclude(purpose=OutgoingMail.Purpose.SIGN_IN).order_by("created")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What would leave again: how many mails, and how many of them each address gets."""

    count: int
    addresses: list[tuple[str, int]]

    @property
    def named(self) -> list[tuple[str, int]]:
        return self.addresses[:MOST_NAMED]

    @property
    def others(self) -> int:
        return max(0, len(self.addresses) - MOST_NAMED)


def plan(*, since: datetime) -> Plan:
    mails = failed(since=since)
    return Plan(count=mails.count(), addresses=addressees(mails))


def addressees(mails: QuerySet[OutgoingMail]) -> list[tuple[str, int]]:
    """Who would get how many of them, the most first."""
    counted: Counter[str] = Counter()
    for mail in mails.only("to", "cc", "bcc", "accepted").iterator():
        counted.update(address.lower() for address in mail.recipients if address not in mail.accepted)
    return counted.most_common()


def try_all_again(*, since: datetime, by: User) -> int:
    """After an outage; each in a transaction of its own, and one event about the whole. Returns how many."""
    if not by.leads:
        raise PermissionDenied(_("Only leads and administrators send all failed mail again."))
    mails = failed(since=since)
    to = [address for address, _count in addressees(mails)[:MOST_NAMED]]
    count = sum(_tried(pk, by=by) for pk in list(mails.values_list("pk", flat=True)))
    if count:
        with transaction.atomic():
            after = {"since": since.isoformat(), "count": count, "to": to}
            record(_server(), "all failed mail tried again", by=actor_of(by), after=after)
    return count


def _tried(pk: UUID, *, by: User) -> bool:
    """False when somebody else was quicker."""
    try:
        try_again(pk, by=by)
    except Refused:
        return False
    return True


def _put_back(mail: OutgoingMail) -> None:
    now = timezone.now()
    fresh: dict[str, Any] = {"next_try": now, "give_up": now + outbox.PATIENCE, "lost": 0, "refused": {}}
    outbox.move(mail, State.QUEUED, source=State.FAILED, last_error="", **fresh)
    nudging.nudge(outbox.TASK, str(mail.pk), all_of=outbox.ALL_WAITING)


def _server() -> MailServer:
    return MailServer.objects.get_or_create(pk=1)[0]
