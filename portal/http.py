"""What every page behind the partner's door has: the reader's own zone, nothing kept by caches or search engines."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from people.http import DeskRequest
from people.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
ZONE_COOKIE = "time_zone"
# Referrer-Policy stays same-origin (settings): with no-referrer a browser posts forms with "Origin: null", which the
# CSRF check has to refuse; to other sites nothing is told either way.
_UNLISTED = "noindex, nofollow, noarchive"


def for_reader(view: View[P]) -> View[P]:
    """A visitor's times are those of their own clock, told by a cookie the page sets; caches keep nothing."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with timezone.override(_zone_of(request)):
            response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return shown


def unlisted(view: View[P]) -> View[P]:
    """No search engine lists it."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = _UNLISTED
        return response

    return shown


def user_of(request: HttpRequest) -> User | None:
    """Who has signed in, or nobody."""
    return cast("DeskRequest", request).user if request.user.is_authenticated else None


def _zone_of(request: HttpRequest) -> Any:
    named = unquote(request.COOKIES.get(ZONE_COOKIE, ""))
    if request.user.is_authenticated or not named or len(named) > 60:
        return timezone.get_current_timezone()
    try:
        return zoneinfo.ZoneInfo(named)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return timezone.get_current_timezone()
