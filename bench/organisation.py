"""A whole organisation of Salesforce in a sandbox of our own, and the desk pointed at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench import vendors


@contextmanager
def salesforce(*, accounts: int = 0, contacts: int = 0) -> Iterator[str]:
    """Its origin; with so many partners and people beside the seed."""
    with vendors.running() as found:
        if accounts or contacts:
            found.ask("/salesforce/bulk", {"accounts": accounts, "contacts": contacts})
        yield found.origin
