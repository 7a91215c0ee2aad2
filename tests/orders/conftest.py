"""Tickets about orders, opened the way the product opens them."""

from __future__ import annotations

from tests.tickets.conftest import opened

__all__ = ["opened"]
