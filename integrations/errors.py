"""What can go wrong with a vendor, in one class: what it means for the next step, and a sentence for people."""

from __future__ import annotations

from typing import Final

from integrations.models import ErrorClass, Vendor

BREAKER_OPEN: Final = "BREAKER_OPEN"  # nobody was asked: the vendor is left in peace for a while


class VendorError(Exception):
    """A call that did not do what was asked; no address, no body and nobody's data in its text."""

    def __init__(
        self,
        vendor: str,
        kind: ErrorClass,
        code: str,
        words: str,
        status: int | None = None,
        retry_after: float | None = None,
        trace: str = "",
    ) -> None:
        super().__init__(f"{vendor}: {kind.value} {code}")
        self.vendor, self.kind, self.code, self.words = Vendor(vendor), kind, code, words
        self.status, self.retry_after, self.trace = status, retry_after, trace
