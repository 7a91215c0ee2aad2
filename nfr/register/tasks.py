"""What workers do for the register. Every task may run twice, late or on another machine."""

from __future__ import annotations

from celery import shared_task

from nfr.register import daily, importing


@shared_task
def look_at_licences() -> None:
    """Once a day: what ends within sixty days; and lists that were uploaded are let go."""
    daily.look()
    importing.forget_old()
