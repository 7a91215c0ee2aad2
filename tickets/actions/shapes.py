"""What the verbs of the conversation are given: recipients, files, and everything known when a ticket opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from documents.models import StoredFile
from mail.models import IncomingMail, Mailbox
from partners.models import Account, Contact
from people.models import User
from tickets.models import Priority, Ticket
from tickets.models.ticket import Channel


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A person a mail goes to."""

    address: str
    name: str = ""

    def row(self) -> dict[str, str]:
        return {"name": self.name, "address": self.address}


@dataclass(frozen=True, kw_only=True)
class FilePart:
    """A stored file on its way to a message."""

    stored: StoredFile
    filename: str
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """Everything known when a ticket opens. `silent`: it lay there before we came, so nothing was promised yet."""

    kind: str
    subject: str
    requester: Contact
    body: str
    channel: Channel
    topic: str = ""
    partner: Account | None = None
    html: str = ""
    quoted_html: str = ""
    rich_html: str = ""
    remote_images: int = 0
    files: Sequence[FilePart] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    submission: str | None = None
    incoming: IncomingMail | None = None
    mailbox: Mailbox | None = None
    silent: bool = False
    automatic: bool = False
    unverified: bool = False
    follows: Ticket | None = None
    tags: Sequence[str] = ()
    priority: str = Priority.NORMAL
    assignee: User | None = None
    to: Sequence[Recipient] = ()
    cc: Sequence[Recipient] = ()
    why: str = ""
    recognised: Sequence[dict[str, Any]] = ()  # what it may be, as `recognition.ranked_of` says it
