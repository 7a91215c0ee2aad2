"""Gates in front of every page: the wider policy of included apps, the size of what is sent to us, the last slash."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpResponsePermanentRedirect, UnreadablePostError
from django.middleware.common import CommonMiddleware
from redis.exceptions import RedisError

from web.errors import is_full, length_required, no_room, not_now, too_large

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)
PIECE = 256 * 1024

# Own pages need no exemption; these included ones do (Alpine in the admin, a cosmetic style in Swagger UI).
WIDER_POLICIES: dict[str, dict[str, list[str]]] = {
    "/admin/": {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]},
    "/api/docs/": {"style-src": [UNSAFE_INLINE]},
}


class CacheAwayMiddleware:
    """A page that cannot do without Redis says so; the others never get here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not isinstance(exception, RedisError):
            return None
        logger.error("Redis did not answer: %s", exception)
        return not_now(request)


class NoRoomMiddleware:
    """Where the disk is full, that is said, and everything without a file works on (F-10)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not is_full(exception):
            return None
        logger.error("There is no room for files: %s", exception)
        return no_room(request)


class AdminPolicyMiddleware:
    """Stands directly inside CSPMiddleware and widens the policy by path."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for start, policy in WIDER_POLICIES.items():
            if request.path_info.startswith(start):
                response._csp_update = policy  # type: ignore[attr-defined]  # noqa: SLF001 - django-csp's own door
        return response


class BodyLimitMiddleware:
    """Refuses by the announced length; a refused body is still taken off the line, or the answer would be cut off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.answer(request)
        read_the_rest(request)
        return response

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or ""
        if not announced and request.META.get("HTTP_TRANSFER_ENCODING"):
            return length_required(request)
        if announced.isdigit() and int(announced) > settings.MAX_BODY_BYTES:
            return too_large(request)
        return self.get_response(request)


def read_the_rest(request: HttpRequest) -> None:
    """Up to twice the limit: a client that is still sending reads no answer, and closing now would reset its line."""
    announced = request.META.get("CONTENT_LENGTH") or ""
    left = min(int(announced), 2 * settings.MAX_BODY_BYTES) if announced.isdigit() else 0
    try:
        while left > 0 and (piece := request.read(min(left, PIECE))):
            left -= len(piece)
    except (UnreadablePostError, ValueError):  # the client has gone, or the body was closed after it was read
        return


class SameRequestRedirect(HttpResponsePermanentRedirect):
    """308: a POST stays a POST and keeps its body."""

    status_code = 308


class SlashMiddleware(CommonMiddleware):
    """An address without its last slash is sent on as it was asked; 301 would make a GET of a POST."""

    response_redirect_class = SameRequestRedirect
