"""Django's entry for the project itself; the import gives every process the Celery application."""

from __future__ import annotations

from django.apps import AppConfig

from helpdesk.broker import app as celery_app

__all__ = ["HelpdeskConfig", "celery_app"]


class HelpdeskConfig(AppConfig):
    name = "helpdesk"
