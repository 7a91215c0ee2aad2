"""The words the recorder uses for one mail: a step of its way, and the whole way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mail.models import IncomingMail, OutgoingMail

Tone = Literal["done", "failed", "waiting", "skipped"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One station: its name, how it went, in words, and when."""

    name: str
    tone: Tone
    words: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Trip:
    """One mail on its way; `who` is the other side, `title` what it is."""

    key: str
    at: datetime
    title: str
    subject: str
    who: str
    ref: str
    steps: list[Step]
    recipients: list[Step] = field(default_factory=list)
    incoming: IncomingMail | None = None
    outgoing: OutgoingMail | None = None

    @property
    def troubled(self) -> bool:
        """A person should look: a mail of ours that did not arrive, one of theirs that waits aside."""
        failed = [step for step in self.steps if step.tone == "failed"]
        return bool(failed) and (self.outgoing is not None or not self.ref)
