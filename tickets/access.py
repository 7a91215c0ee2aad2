"""The only door from a person and a reference to a row. Missing and forbidden look the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from partners.models import Account
from people.models import ChannelManager, User
from people.roles import Role
from tickets import hooks
from tickets.models import Attachment, Message, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import number_of
from web.memory import Memory
from web.rows import Given, Prepared


def tickets_for(user: User) -> QuerySet[Ticket]:
    """Every ticket `user` may read: the desk all, a channel manager their partners', a partner their own."""
    if user.on_desk:
        return Ticket.objects.all()
    if user.role == Role.CHANNEL_MANAGER:
        own = ChannelManager.objects.filter(user=user).values("pk")
        accounts = Account.objects.filter(channel_manager__in=own).values("pk")
        return Ticket.objects.filter(Q(_among("channel_manager", own)) | Q(_among("partner", accounts)))
    return Ticket.objects.filter(requester__user=user)


def ticket_for(user: User, reference: str) -> Ticket:
    """The ticket with that reference, if `user` may read it; else 404."""
    number = number_of(reference)
    ticket = None if number is None else _with_people(user, number)
    if ticket is None:
        raise Http404(_("There is no ticket %(reference)s, or you may not see it.") % {"reference": reference[:40]})
    return ticket


def _with_people(user: User, pk: int) -> Ticket | None:
    return _DESKS.first(pk=pk) if user.on_desk else tickets_for(user).select_related(*_PEOPLE).filter(pk=pk).first()


_PEOPLE = ("requester__account", "partner__channel_manager", "assignee", "channel_manager__user")
_DESKS = Prepared(lambda: Ticket.objects.select_related(*_PEOPLE).filter(pk=Given("pk")))


def messages_for(user: User, ticket: Ticket) -> QuerySet[Message]:
    """The messages of a ticket already let through the door."""
    return ticket.messages.all() if user.is_colleague else open_to_partner(ticket.messages.all())


def open_to_partner(messages: QuerySet[Message]) -> QuerySet[Message]:
    """What the partner's side may read: no notes, and nothing a stranger mailed into the conversation."""
    return messages.exclude(visibility=Visibility.NOTE).filter(unknown_sender=False)


def message_for(user: User, ticket: Ticket, pk: int) -> Message:
    """A message of a ticket already let through the door; else 404."""
    found = messages_for(user, ticket).select_related("incoming__raw", "outgoing").filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such message, or you may not see it."))
    return found


def source_for(user: User, ticket: Ticket, pk: int) -> Message:
    """A message whose mail `user` may read as it came: what only a note shows of it, the desk alone; else 404."""
    found = message_for(user, ticket, pk)
    if found.visibility == Visibility.NOTE and not user.on_desk:
        raise Http404(_("There is no such message, or you may not see it."))
    return found


def attachment_for(user: User, ticket: Ticket, pk: int) -> Attachment:
    """A file of a ticket already let through the door; else 404."""
    found = ticket.attachments.select_related("stored", "message", "ticket__requester").filter(pk=pk).first()
    if found is None or not _may_read_file(user, found):
        raise Http404(_("There is no such file, or you may not see it."))
    return found


def may_work(user: User) -> bool:
    """May reply and change tickets; a channel manager only writes notes."""
    return user.on_desk


def may_note(user: User) -> bool:
    return user.is_colleague


def assignable() -> QuerySet[User]:
    """Whom a ticket can be given to."""
    return User.objects.filter(is_active=True, role__in=[Role.SPECIALIST, Role.LEAD, Role.ADMIN]).order_by("name")


def to_choose_from() -> Sequence[User]:
    """Those of `assignable` for a menu, as they were ten seconds ago at worst: every ticket page shows them."""
    return _memory.get("assignable", lambda: list(assignable().only("name", "email")))


_memory = Memory(seconds=10)


def _among(column: str, ids: QuerySet[Any, Any]) -> Func:
    """The ids as an array that is read once: then the indexes of both columns answer an OR."""
    return Func(
        F(column), ArraySubquery(ids), template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField()
    )


def _may_read_file(user: User, attachment: Attachment) -> bool:
    if attachment.message is None:
        return attachment.uploaded_by_id == user.pk or user.on_desk
    if not user.on_desk and hooks.is_hidden(user, attachment):
        return False
    hidden = attachment.message.visibility == Visibility.NOTE or attachment.message.unknown_sender
    return user.is_colleague or not hidden
