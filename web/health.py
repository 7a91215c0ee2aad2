"""Pages for load balancers and monitoring; answered before the Host is checked, a probe knows only an address."""

from __future__ import annotations

import logging
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from web.metrics import exposition

logger = logging.getLogger(__name__)

OK = "ok"


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process is up; nothing else is asked."""
    return JsonResponse({"status": OK})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """Whether this process can serve: 503 with what is missing."""
    checks = {"database": _database(), "redis": _redis(), "migrations": _migrations()}
    ready = all(word == OK for word in checks.values())
    answer = JsonResponse({"status": OK if ready else "not ready", "checks": checks}, status=200 if ready else 503)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  what is missing is logged above
    return answer


@require_safe
@never_cache
def metrics(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


PAGES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}


class HealthMiddleware:
    """Answers the three pages itself: no session, no policy, no Host needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return PAGES.get(request.path_info, self.get_response)(request)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("The database does not answer: %s", error)
        return "unreachable"
    return OK


def _redis() -> str:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
    except redis.RedisError as error:
        logger.warning("Redis does not answer: %s", error)
        return "unreachable"
    return OK


class _Migrations:
    """Asked until all are applied, then remembered: a running process meets no new ones."""

    applied = False

    def missing(self) -> int:
        if self.applied:
            return 0
        executor = MigrationExecutor(connection)
        count = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        self.applied = count == 0
        return count


_known = _Migrations()


def _migrations() -> str:
    try:
        missing = _known.missing()
    except DatabaseError:
        return "unknown"
    return f"{missing} not applied" if missing else OK
