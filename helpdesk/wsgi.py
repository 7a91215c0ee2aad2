"""The web server's way in."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from helpdesk.embedded import prepare_environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
prepare_environment()
application = get_wsgi_application()
