"""What workers do for letters with wording of their own; twice is harmless."""

from __future__ import annotations

from celery import shared_task

from loa.tailored import following


@shared_task
def follow() -> int:
    """Asks Salesforce how the open cases stand."""
    return following.follow()
