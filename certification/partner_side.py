"""What the partner's side may not see of a request for a report: the table is for one mailbox."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef

from certification.models import Report, ReportRequest
from certification.requests import KIND
from tickets import proving
from tickets.models import Attachment, Message, Ticket
from tickets.models.ticket import Channel


def is_by_mail_only(ticket: Ticket) -> bool:
    """Whether our answers are for the requester's mailbox alone."""
    if ticket.channel not in {Channel.FORM, Channel.API} or not _asks_for_one(ticket):
        return False
    return proving.is_unproved(ticket)


def files_of_others(ticket: Ticket) -> list[UUID]:
    """Tables that went to somebody else than whoever asked: not theirs to read on the request's page."""
    asker = ticket.requester.email.strip().lower()
    a_table = Exists(Report.objects.filter(result__sha256=OuterRef("stored__sha256")))  # also one attached by hand
    replies = Attachment.objects.filter(ticket=ticket, message__visibility=Message.Visibility.REPLY)
    sent = replies.filter(a_table).select_related("message")
    return [one.stored_id for one in sent if one.message and asker not in _addressed(one.message)]


def _addressed(message: Message) -> set[str]:
    return {str(one["address"]).strip().lower() for one in [*message.to, *message.cc]}


def _asks_for_one(ticket: Ticket) -> bool:
    return ticket.kind == KIND or ReportRequest.objects.filter(ticket=ticket, report__isnull=False).exists()
