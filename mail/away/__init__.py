"""The box is out of office: its windows, and who gets which answer meanwhile."""

from __future__ import annotations

from mail.away.answering import answer, note_for
from mail.away.windows import current

__all__ = ["answer", "current", "note_for"]
