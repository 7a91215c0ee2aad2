"""The conversation of a request as its partner reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from mail import markdown
from people.models import User
from portal import access, answers
from tickets.models import Attachment, Message, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import Channel


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message: by the reader, by somebody else of theirs, or by us."""

    pk: int
    author: str
    mine: bool
    ours: bool
    automatic: bool
    html: SafeString
    created: datetime
    files: list[Attachment]


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """What was said, oldest first, and the files the request began with."""

    said: list[Said]
    first_files: list[Attachment]

    @property
    def answered(self) -> bool:
        return any(one.ours and not one.automatic for one in self.said)


def conversation_of(ticket: Ticket, *, reader: User | None) -> Conversation:
    """A form's first message stands here only with its free text; its answers and files are “Your request”."""
    rows = list(access.conversation(ticket))
    said = [_said(row, ticket) for row in rows]
    if access.is_withheld(ticket, reader=reader):
        said = [_elsewhere(one, ticket) if one.ours and not one.automatic else one for one in said]
    files: list[Attachment] = []
    if said and ticket.channel in {Channel.FORM, Channel.API}:
        files = said[0].files
        html = _written(ticket) if rows[0].body == answers.text_of(ticket) else said[0].html
        said[0] = replace(said[0], html=html, files=[])
    return Conversation(said=[one for one in said if one.html or one.files], first_files=files)


def _said(row: Message, ticket: Ticket) -> Said:
    return Said(
        pk=row.pk,
        author=row.author_name,
        mine=row.visibility == Visibility.IN and row.author_contact_id == ticket.requester_id,
        ours=row.visibility == Visibility.REPLY,
        automatic=row.automatic,
        html=mark_safe(row.html),  # noqa: S308 - made safe when the message was stored
        created=row.created,
        files=list(row.attachments.all()),
    )


def _elsewhere(one: Said, ticket: Ticket) -> Said:
    """An answer of ours that only stands in the mail."""
    words = _("This answer went by mail to %(address)s, and is shown only there.")
    html = mark_safe(markdown.plain(words % {"address": ticket.requester.email}))  # noqa: S308 - escaped there
    return replace(one, html=html, files=[])


def _written(ticket: Ticket) -> SafeString:
    written = str(ticket.fields.get(answers.MESSAGE, ""))
    return mark_safe(markdown.plain(written) if written else "")  # noqa: S308 - escaped there
