"""What has to be true for a letter, looked at, with source, time and link; and what follows from it (decision 29)."""

from __future__ import annotations

from loa.checks.keeping import keep, kept, run
from loa.checks.shapes import Check, Checked, Known, Proposal

__all__ = ["Check", "Checked", "Known", "Proposal", "keep", "kept", "run"]
