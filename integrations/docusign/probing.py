"""*Try now*: one cheap call; registered for the worker."""

from __future__ import annotations

from integrations import registry
from integrations.docusign import envelopes, reading
from integrations.models import Vendor


def ask() -> None:
    """A list of what changed since now, which is nothing."""
    next(reading.envelopes_since(envelopes.clock()), None)


registry.probe(Vendor.DOCUSIGN, ask)
