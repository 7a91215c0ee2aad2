"""What a worker brings to the vendors: everything here registers itself. A web process never imports this."""

from __future__ import annotations

from integrations.salesforce import checking, probing, writing

__all__ = ["checking", "probing", "writing"]
