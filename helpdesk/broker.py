"""The Celery application every task belongs to; importing it starts nothing."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(
    ["integrations.docusign", "routing.ownership", "routing.team", "loa.tailored", "nfr.register"]
)  # parts of an app with own tasks
app.set_default()


@setup_logging.connect
def keep_logging(**_: object) -> None:
    """Celery leaves the log lines to the settings when somebody answers this signal."""
