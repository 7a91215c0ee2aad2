"""Start or join the embedded servers before pytest-django reads the settings; nothing else."""

from __future__ import annotations

import os

from helpdesk.embedded import prepare_environment

os.environ.setdefault("DEMO", "1")  # the tests make their own secrets
prepare_environment()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
