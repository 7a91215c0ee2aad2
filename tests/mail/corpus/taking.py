"""The corpus as data: every message beside what must become of it, and the real command that takes it in."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from mail import recorder
from mail.models import OutgoingMail

FOLDER: Final = Path(__file__).parent
FIRST: Final = "conversations"  # what the other messages answer
SECRET: Final = "the key that signed the ids and addresses written in the corpus"


@dataclass(frozen=True)
class Case:
    """One message: `<area>/<name>.eml` and its expectation beside it."""

    path: Path

    @property
    def area(self) -> str:
        return self.path.parent.name

    @property
    def name(self) -> str:
        return f"{self.area}/{self.path.stem}"

    @cached_property
    def raw(self) -> bytes:
        return self.path.read_bytes()

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    @cached_property
    def expected(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.path.with_suffix(".json").read_text(encoding="utf-8"))
        return found


def cases() -> list[Case]:
    """All messages, the conversations first, then by area and name."""
    found = [Case(path) for path in FOLDER.glob("*/*.eml")]
    return sorted(found, key=lambda case: (case.area != FIRST, case.name))


def receive(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """What `receive_mail` prints about these files, a message a line."""
    printed = io.StringIO()
    call_command("receive_mail", *map(str, paths), stdout=printed)
    return [json.loads(line) for line in printed.getvalue().splitlines()]


class Recorder:
    """“Did you get my mail?”, each question asked once: many messages have the same sender."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, str]] = {}

    def unanswered(self, printed: dict[str, Any]) -> list[str]:
        """By which of its Message-ID and its sender the flight recorder does not find a message."""
        asked = {"Message-ID": printed["message_id"], "address": printed["from_address"]}
        return [f"by {what}: {query!r}" for what, query in asked.items() if query and not self.answers(query, printed)]

    def answers(self, query: str, printed: dict[str, Any]) -> bool:
        """The whole way is there: received, read, and what became of it."""
        if query not in self.told:
            self.told[query] = dict(ways(query))
        return (printed["ticket"] or printed["reason"]) in self.told[query].get(printed["raw_ref"], "")


def ways(query: str) -> Iterator[tuple[str, str]]:
    """What the recorder says of each message that it finds, page by page; nothing where a step is missing."""
    before = ""
    while True:
        found = recorder.trace(query, before=before)
        for trip in (trip for group in found.groups for trip in group.trips if trip.incoming):
            if trip.incoming and len(trip.steps) >= 4:
                yield trip.incoming.raw_ref, f"{trip.ref} {' '.join(step.words for step in trip.steps)}"
        if not found.older:
            return
        before = found.older


def send_what_was_sent(references: dict[str, str]) -> None:
    """The mails of ours that delivery reports of the corpus are about (`sent.json`), as the outbox keeps them."""
    for one in json.loads((FOLDER / "sent.json").read_text(encoding="utf-8")):
        OutgoingMail.objects.create(
            message_id=one["message_id"],
            purpose=OutgoingMail.Purpose.REPLY,
            token_key=references[one["ticket_of"]],
            envelope_from=settings.SUPPORT_ADDRESS,
            from_address=settings.SUPPORT_ADDRESS,
            to=[{"name": "", "address": address} for address in one["to"]],
            subject=one["subject"],
            body_text=one["subject"],
            state=OutgoingMail.State.SENT,
            sent_at=timezone.now(),
            give_up=timezone.now() + timedelta(days=2),
        )
