"""Start or join the embedded servers, then Django (tests/conftest.py imports models); nothing else."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import django
from django.conf import settings

from helpdesk.embedded import prepare_environment


def redis_of_this_process(address: str, worker: str) -> str:
    """Beside other test processes, two Redis databases of our own: one for the broker, one for the cache."""
    if not worker:
        return address
    number = 2 * (int(worker.removeprefix("gw")) + 1)
    if address.startswith("unix:"):
        return f"{address.partition('?')[0]}?db={number}"
    return urlsplit(address)._replace(path=f"/{number}").geturl()


os.environ.setdefault("DEMO", "1")  # the tests make their own secrets
prepare_environment()
os.environ["REDIS_URL"] = redis_of_this_process(os.environ["REDIS_URL"], os.environ.get("PYTEST_XDIST_WORKER", ""))
os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]  # where it is set, pytest-django reads the settings before this file
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
