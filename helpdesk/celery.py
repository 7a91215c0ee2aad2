"""What `celery -A helpdesk …` loads: the application, with the servers of local mode running."""

from __future__ import annotations

from helpdesk.broker import app
from helpdesk.embedded import prepare_environment

__all__ = ["app"]

prepare_environment()
