"""Beside a ticket about letters: the request for wording of its own, or the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loa.models import LegalRequest
from tickets import panels
from tickets.page import Page

KIND: Final = "loa"


def register() -> None:
    """Called once when the process starts."""
    panels.register(
        panels.Panel(slug="letter-wording", order=25, template="loa/tailored/ticket_card.html", context=_wording)
    )


def _wording(page: Page) -> Mapping[str, Any] | None:
    """Only where a letter is asked for: what the form said of a tender, how the case stands, and both ways out."""
    if page.ticket.kind != KIND:
        return None
    row = LegalRequest.objects.filter(ticket=page.ticket).exclude(state=LegalRequest.State.DROPPED).first()
    return {"row": row, "tender": str(page.ticket.fields.get("tender") or "").strip()}
