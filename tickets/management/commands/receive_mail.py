"""`manage.py receive_mail [FILE …]`: takes messages in and prints what became of each (contract §3)."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from mail import inbox, sources
from mail.models import IncomingMail, IncomingPart
from tickets.models import Message

TEMPORARY_FAILURE = 75
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Takes RFC 5322 messages in: standard input, or .eml, mbox and Maildir by path. One JSON object a line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")

    def handle(self, *_args: Any, **options: Any) -> None:
        failed = False
        for raw in _messages(options["files"]):
            try:
                stored = inbox.store(raw, via="command")
            except (DatabaseError, OSError):
                log.exception("A message could not be stored")
                failed = True
                continue
            self.stdout.write(json.dumps(describe(inbox.take_in(stored.pk)), ensure_ascii=False))
        if failed:
            sys.exit(TEMPORARY_FAILURE)


def describe(mail: IncomingMail) -> dict[str, Any]:
    """The answer of contract §3 about one message."""
    first = mail.duplicate_of or mail
    message = Message.objects.select_related("ticket").filter(incoming=first).first()
    parts = IncomingPart.objects.filter(mail=mail).order_by("position")
    return {
        "ok": mail.outcome != IncomingMail.Outcome.QUARANTINED,
        "outcome": mail.outcome,
        "ticket": message.ticket.reference if message else None,
        "kind": message.ticket.kind if message else None,
        "from_address": mail.from_address,
        "from_name": mail.from_name,
        "to": mail.to,
        "cc": mail.cc,
        "subject": mail.subject,
        "body_text": mail.body_text,
        "attachments": [
            {"filename": part.filename, "content_type": part.content_type, "size": part.size} for part in parts
        ],
        "message_id": mail.message_id,
        "auto_submitted": mail.auto_submitted,
        "raw_sha256": mail.raw_sha256,
        "raw_ref": mail.raw_ref,
        "reason": mail.reason,
    }


def _messages(files: list[Path]) -> Iterator[bytes]:
    if not files:
        yield sources.one(sys.stdin.buffer)
    for path in files:
        yield from sources.read(path)
