"""The brake that needs no header (M-18): who writes too fast is not answered and marked; a program is put aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK
from mail import loops
from mail.hooks import Quarantine
from mail.models import IncomingMail
from tickets import actions
from tickets.models import Ticket
from tickets.models.message import Visibility
from tickets.senders import Sender

TAG = "possible loop"
MOST_AT_ONCE = 20


def is_flood(incoming: IncomingMail, sender: Sender) -> bool:
    """Colleagues, programs we know, and what lay in the mailbox before are not counted."""
    if not sender.lately.too_fast or incoming.silent or sender.colleague is not None:
        return False
    return not loops.system_sender(incoming.from_address)


def stop_programs(incoming: IncomingMail, sender: Sender) -> None:
    """Puts aside automatic mail past the limit, unless a person has released it."""
    if incoming.let_through or not incoming.auto_submitted or not is_flood(incoming, sender):
        return
    words = _("%(address)s sends automatic mail faster than %(count)d in ten minutes; this may be a loop.")
    raise Quarantine(words % {"address": incoming.from_address, "count": loops.MAILS_PER_SENDER[0]})


def stop_reports(incoming: IncomingMail, ticket: Ticket) -> None:
    """Puts aside what a mail server repeats past the limit; what it says for the first time is always kept."""
    if incoming.let_through or incoming.silent or incoming.bounce_of is None:
        return
    if not loops.lately(incoming.from_address).too_fast:
        return
    noted = ticket.messages.filter(visibility=Visibility.NOTE, automatic=True, incoming__bounce_of=incoming.bounce_of)
    known = [_said(report) for report in noted.values_list("incoming__report", flat=True)]
    if _said(incoming.report) <= set().union(*known):
        words = _("%(address)s repeats a delivery report on %(reference)s; this may be a loop.")
        raise Quarantine(words % {"address": incoming.from_address, "reference": ticket.reference})


def _said(report: Sequence[Mapping[str, str]]) -> set[tuple[str, bool]]:
    """Which addresses, and whether for good or only late; a report that names nobody says one thing."""
    return {(one["address"].lower(), one["action"] == "failed") for one in report} or {("", False)}


def tag_tickets(incoming: IncomingMail, sender: Sender) -> None:
    """Tags what this sender has written to lately, each ticket once."""
    if not is_flood(incoming, sender):
        return
    lately = timezone.now() - loops.MAILS_PER_SENDER[1] - timedelta(minutes=1)
    written_to = Ticket.objects.filter(messages__author_contact=sender.contact, messages__created__gt=lately)
    for ticket in written_to.exclude(tags__name=TAG).distinct().order_by("-id")[:MOST_AT_ONCE]:
        actions.tag(ticket, name=TAG, by=DESK)
