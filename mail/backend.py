"""Django's own mail API into the outbox, so that sign-in mails are rows like all others and are never lost."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from email.message import Message
from email.utils import getaddresses
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from documents import storing
from documents.models import StoredFile
from mail import outbox
from mail.models import OutgoingMail

log = logging.getLogger(__name__)


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queues each message; `fail_silently` is honoured like in every backend."""
        return sum(self.queue(message) for message in email_messages)

    def queue(self, message: EmailMessage) -> bool:
        if not message.recipients():
            return False
        try:
            outbox.queue(
                to=getaddresses(message.to),
                cc=getaddresses(message.cc),
                bcc=getaddresses(message.bcc),
                reply_to=next((address for _name, address in getaddresses(message.reply_to)), ""),
                subject=str(message.subject),
                body_text=text_of(message),
                body_html=html_of(message),
                attachments=[stored(attachment) for attachment in message.attachments],
                automatic=True,
                purpose=OutgoingMail.Purpose.SIGN_IN,
            )
        except Exception:
            if not self.fail_silently:
                raise
            log.exception("a mail could not be queued")
            return False
        return True


def text_of(message: EmailMessage) -> str:
    return str(message.body) if message.content_subtype == "plain" else ""


def html_of(message: EmailMessage) -> str:
    if message.content_subtype == "html":
        return str(message.body)
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(content) for content, kind in alternatives if kind == "text/html"), "")


def stored(attachment: Message | tuple[Any, Any, Any]) -> tuple[StoredFile, str]:
    """A (name, content, type) triple or a MIME part."""
    if isinstance(attachment, Message):
        payload = attachment.get_payload(decode=True)
        triple = attachment.get_filename(), payload or attachment.as_bytes(), attachment.get_content_type()
    else:
        triple = attachment[0], attachment[1], attachment[2]
    name, content, kind = triple
    data = content if isinstance(content, bytes) else str(content).encode()
    file = storing.store(data, name=name or "", declared_type=kind or "")
    return file, file.name
