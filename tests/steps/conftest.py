"""The trial procedure, and tickets of the named cast."""

from __future__ import annotations

from tests.steps.trial import trial
from tests.tickets.conftest import opened

__all__ = ["opened", "trial"]
