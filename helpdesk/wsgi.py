"""The web server's way in."""

from __future__ import annotations

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from helpdesk.embedded import prepare_environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
prepare_environment()
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # every view is loaded before the processes part, so that they share it
