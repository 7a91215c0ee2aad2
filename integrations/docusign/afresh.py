"""One envelope read anew because somebody waits for it: a web process asks, a worker reads (vendors.md §4, limits)."""

from __future__ import annotations

from typing import Final

from integrations import shared
from integrations.models import Envelope
from web import nudging

TASK: Final = "integrations.docusign.tasks.look_at"
APART: Final = 20.0  # seconds: DocuSign counts how often one envelope is asked for
KEPT: Final = 120.0


def ask(envelope: Envelope) -> None:
    """Wakes a worker for it, unless one was woken a moment ago."""
    if shared.claim(f"integrations.docusign.look.{envelope.pk}", seconds=APART) is not False:
        shared.forget(_key(envelope.pk))
        nudging.send(TASK, envelope.pk)


def failed(pk: int, words: str) -> None:
    """The worker says why it could not."""
    shared.keep(_key(pk), words, seconds=KEPT)


def problem_of(envelope: Envelope) -> str:
    """Why the last look brought nothing; empty while it is under way and when it worked."""
    return str(shared.read(_key(envelope.pk)) or "")


def _key(pk: int) -> str:
    return f"integrations.docusign.look.{pk}.problem"
