"""Times are shown in the reader's zone."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from people.models import User


class ReaderMiddleware:
    """Activates the time zone of who reads; a visitor reads in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/healthz", "/metrics", "/static/")):
            return self.get_response(request)
        name = request.user.time_zone if isinstance(request.user, User) or request.user.is_authenticated else "UTC"
        with timezone.override(zoneinfo.ZoneInfo(name)):
            return self.get_response(request)
