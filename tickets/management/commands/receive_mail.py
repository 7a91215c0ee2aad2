"""`manage.py receive_mail [FILE …]`: takes messages in and prints what became of each (contract §3)."""

from __future__ import annotations

import json
import re
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
LINE_SEPARATORS = re.compile("[\x85\u2028\u2029]")  # a line's end to some readers, and nothing JSON escapes


class Command(BaseCommand):
    help = "Takes RFC 5322 messages in: standard input, or .eml, mbox and Maildir by path. One JSON object a line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")

    def handle(self, *_args: Any, **options: Any) -> None:
        done = [self.take_all(path) for path in options["files"] or [None]]
        if not all(done):
            sys.exit(TEMPORARY_FAILURE)

    def take_all(self, path: Path | None) -> bool:
        """Every message of one path; False when it, or one of them, could not be read or stored."""
        try:
            stored = [self.take_one(raw) for raw in _messages(path)]
        except OSError as problem:
            self.stderr.write(f"{path} could not be read: {problem.strerror}.")
            return False
        return all(stored)

    def take_one(self, raw: bytes) -> bool:
        try:
            stored = inbox.store(raw, via="command")
        except (DatabaseError, OSError) as problem:
            self.stderr.write(f"A message could not be stored: {str(problem).strip()}")
            return False
        try:
            mail = inbox.take_in(stored.pk)
        except DatabaseError as problem:
            self.say_it_waits(stored, str(problem).strip())
            return True
        if mail.state == IncomingMail.State.RECEIVED:
            self.say_it_waits(mail, mail.reason)
            return True
        self.stdout.write(on_one_line(describe(mail)))
        return True

    def say_it_waits(self, mail: IncomingMail, why: str) -> None:
        """Nothing has become of it yet: a line of the contract would be wrong."""
        self.stderr.write(f"{mail.raw_ref} is stored and waits for a worker: {why}")


def on_one_line(answer: dict[str, Any]) -> str:
    text = json.dumps(answer, ensure_ascii=False)
    return LINE_SEPARATORS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def describe(mail: IncomingMail) -> dict[str, Any]:
    """The answer of contract §3 about one message."""
    first = mail.duplicate_of or mail
    message = Message.objects.select_related("ticket").filter(incoming=first).first()
    parts = IncomingPart.objects.filter(mail=mail).order_by("position")
    return {
        "ok": mail.outcome != IncomingMail.Outcome.QUARANTINED,
        "outcome": mail.outcome,
        "ticket": message.ticket.reference if message else first.handled_ref or None,
        "kind": message.ticket.kind if message else first.handled_kind or None,
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


def _messages(path: Path | None) -> Iterator[bytes]:
    return sources.read(path) if path else iter([sources.one(sys.stdin.buffer)])
