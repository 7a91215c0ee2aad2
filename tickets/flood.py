"""The brake that needs no header (M-18): who writes too fast is not answered and marked; a program is put aside."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK
from mail import loops
from mail.hooks import Quarantine
from mail.models import IncomingMail
from tickets import actions
from tickets.models import Ticket
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
    if incoming.decision or not incoming.auto_submitted or not is_flood(incoming, sender):
        return
    words = _("%(address)s sends automatic mail faster than %(count)d in ten minutes; this may be a loop.")
    raise Quarantine(words % {"address": incoming.from_address, "count": loops.MAILS_PER_SENDER[0]})


def tag_tickets(incoming: IncomingMail, sender: Sender) -> None:
    """Tags what this sender has written to lately, each ticket once."""
    if not is_flood(incoming, sender):
        return
    lately = timezone.now() - loops.MAILS_PER_SENDER[1] - timedelta(minutes=1)
    written_to = Ticket.objects.filter(messages__author_contact=sender.contact, messages__created__gt=lately)
    for ticket in written_to.exclude(tags__name=TAG).distinct().order_by("-id")[:MOST_AT_ONCE]:
        actions.tag(ticket, name=TAG, by=DESK)
