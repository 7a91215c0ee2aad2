"""What `celery -A helpdesk.clock beat` loads: the table of periodic jobs and no task, which it only names.

So the process that does nothing but nudge carries none of the vendors' libraries, which cost it some 50 MB.
"""

from __future__ import annotations

from celery import Celery

from helpdesk.broker import keep_logging
from helpdesk.embedded import prepare_environment

__all__ = ["app", "keep_logging"]

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()

prepare_environment()
