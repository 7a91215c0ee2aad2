"""Two gates in front of every page: the wider policy of included apps, and the size of what is sent to us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings

from web.errors import length_required, too_large

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

# Own pages need no exemption; these included ones do (Alpine in the admin, a cosmetic style in Swagger UI).
WIDER_POLICIES: dict[str, dict[str, list[str]]] = {
    "/admin/": {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]},
    "/api/docs/": {"style-src": [UNSAFE_INLINE]},
}


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
    """Refuses by the announced length, before a byte of the body is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or ""
        if not announced and request.META.get("HTTP_TRANSFER_ENCODING"):
            return length_required(request)
        if announced.isdigit() and int(announced) > settings.MAX_BODY_BYTES:
            return too_large(request)
        return self.get_response(request)
