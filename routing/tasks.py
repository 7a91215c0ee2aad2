"""What workers do for routing. Every task may run twice, late or on another machine."""

from __future__ import annotations

from celery import shared_task

from routing import opportunities
from routing.importing import linking


@shared_task
def read_opportunity(asked: str) -> None:
    """Somebody at a page or the API waits for it."""
    opportunities.read_for_others(asked)


@shared_task
def link_partner_rules() -> int:
    """Partners that came, or are named otherwise, since the mapping was imported."""
    return linking.link_again()
