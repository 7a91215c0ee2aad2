"""Tickets of the named cast."""

from __future__ import annotations

from tests.nfr.issuing import opened

__all__ = ["opened"]
