"""A mail becomes a row in the caller's transaction (R-01): envelope, headers and text are frozen here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import StoredFile
from documents.names import safe_name
from mail import addresses, composing, envelopes
from mail.envelopes import BadEnvelope, Person
from mail.models import Mailbox, OutgoingAttachment, OutgoingMail
from web import nudging, rows

TASK: Final = "mail.tasks.send_mail"
ALL_WAITING: Final = "mail.tasks.send_waiting"
PATIENCE: Final = timedelta(hours=48)


def queue(  # noqa: PLR0913 - an envelope has that many fields
    *,
    to: Iterable[Person],
    subject: str,
    body_text: str,
    purpose: str,
    cc: Iterable[Person] = (),
    bcc: Iterable[Person] = (),
    body_html: str = "",
    attachments: Sequence[tuple[StoredFile, str]] = (),
    mailbox: Mailbox | None = None,
    from_name: str = "",
    reply_to: str = "",
    in_reply_to: str = "",
    references: Iterable[str] = (),
    automatic: bool = False,
    token_key: str = "",
    headers: Mapping[str, str] | None = None,
    not_before: datetime | None = None,
) -> OutgoingMail:
    """Freezes envelope, headers and text in a row of the caller's transaction; a worker is woken after the commit.

    It leaves from `mailbox`; where there is none, from DEFAULT_FROM_EMAIL. With a key, answers and returned mail go to
    the signed address of that key.
    """
    name, own_address = sender(mailbox)
    answer_to = addresses.reply_address(token_key, mailbox) if token_key else ""
    now = timezone.now()
    mail = OutgoingMail(
        message_id=addresses.message_id(token_key),
        purpose=OutgoingMail.Purpose(purpose),
        token_key=token_key[:40],
        mailbox=mailbox,
        envelope_from=answer_to or own_address,
        from_name=envelopes.line(from_name or name)[:200],
        from_address=own_address,
        reply_to=envelopes.checked_address(reply_to) if reply_to else answer_to,
        to=envelopes.people(to),
        cc=envelopes.people(cc),
        bcc=envelopes.people(bcc),
        subject=envelopes.line(subject)[:900],
        body_text=storable(body_text),
        body_html=composing.page(storable(body_html), subject=envelopes.line(subject)),
        headers=envelopes.extra_headers(headers or {}),
        in_reply_to=next(iter(envelopes.message_ids([in_reply_to])), ""),
        references=composing.capped(envelopes.message_ids(references)),
        automatic=automatic,
        created=now,
        not_before=not_before,
        next_try=max(now, not_before or now),
        give_up=max(now, not_before or now) + PATIENCE,
    )
    if not mail.recipients:
        raise BadEnvelope(_("A mail needs somebody it goes to."))
    keep(mail, attachments)
    nudging.nudge(TASK, str(mail.pk), seconds=max(0.0, (mail.next_try - now).total_seconds()), all_of=ALL_WAITING)
    return mail


def storable(text: str) -> str:
    """Without what PostgreSQL cannot keep."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def sender(mailbox: Mailbox | None) -> tuple[str, str]:
    """The name and the address a mail leaves from."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if mailbox is None:
        return name, address
    return mailbox.sender_name or name, mailbox.address


def keep(mail: OutgoingMail, attachments: Sequence[tuple[StoredFile, str]]) -> None:
    with transaction.atomic(savepoint=False):
        rows.insert(mail)
        OutgoingAttachment.objects.bulk_create(
            OutgoingAttachment(mail=mail, stored=stored, filename=safe_name(name or stored.name), position=position)
            for position, (stored, name) in enumerate(attachments)
        )
