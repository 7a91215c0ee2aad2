"""What workers tidy up for the API."""

from __future__ import annotations

from celery import shared_task

from web import idempotency


@shared_task
def forget_idempotency_keys() -> None:
    """Keys whose day is over; a key that is used again meanwhile is replaced anyway."""
    idempotency.forget_old()
