"""Drafts nobody came back for are swept away."""

from __future__ import annotations

from celery import shared_task

from portal import drafts


@shared_task
def sweep_drafts() -> int:
    return drafts.sweep()
