"""Start or join the embedded servers before pytest-django reads the settings; nothing else."""

from __future__ import annotations

import os

from helpdesk.embedded import prepare_environment

os.environ.setdefault("DEMO", "1")  # the tests make their own secrets
prepare_environment()
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
if os.environ["REDIS_URL"].startswith("unix:"):  # each xdist worker has a broker and a cache of its own
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].partition('?')[0]}?db={2 * int(WORKER)}"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
