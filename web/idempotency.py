"""`Idempotency-Key` on a POST: the same key and the same content get the first answer, for 24 hours.

The key's row, the work and the answer are one transaction. A second request with the key waits at the row until the
first is done; when the first fails, nothing of it is left and the second does the work.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.errors import LockNotAvailable
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from web.clients import client_ip
from web.models import IdempotencyKey
from web.problems import Problem, wrong_fields

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LIFE = timedelta(hours=24)
MAX_LENGTH = 200
WAIT_SECONDS = 10
_KEPT_HEADERS = ("Location", "ETag")
_NOT_KEPT = frozenset({401, 403, 429})

P = ParamSpec("P")
V = TypeVar("V", bound=APIView)
Post = Callable[Concatenate[V, Request, P], HttpResponseBase]


def idempotent(post: Post[V, P]) -> Post[V, P]:
    """Makes a view's `post` honour the header."""

    @wraps(post)
    def once(view: V, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        key = request.headers.get(HEADER)
        if key is None:
            return post(view, request, *args, **kwargs)
        _check(key)
        with transaction.atomic():
            row = _claim(_owner(request), key, _fingerprint(request))
            if row.status:
                return _replay(row)
            response = _work(view, lambda: post(view, request, *args, **kwargs))
            _keep(row, response)
            return response

    return once


def forget_old() -> int:
    """Removes keys whose day is over; returns how many."""
    return IdempotencyKey.objects.filter(created__lt=timezone.now() - LIFE).delete()[0]


def _check(key: str) -> None:
    if not (0 < len(key) <= MAX_LENGTH and key.isascii() and key.isprintable()):
        raise wrong_fields({HEADER: [_("Send 1 to %(most)d printable characters.") % {"most": MAX_LENGTH}]})


def _claim(owner: str, key: str, fingerprint: str) -> IdempotencyKey:
    """The key's row: a new one to work under, or the answered one of an earlier request."""
    IdempotencyKey.objects.filter(owner=owner, key=key, created__lt=timezone.now() - LIFE).delete()
    _insert(IdempotencyKey(owner=owner, key=key, fingerprint=fingerprint))
    row = IdempotencyKey.objects.select_for_update().get(owner=owner, key=key)
    if row.fingerprint != fingerprint:
        raise Problem(422, _("This Idempotency-Key was used with other content before. Take a new key."))
    return row


def _insert(row: IdempotencyKey) -> None:
    """Waits while another request with the key is at work, but not for ever."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])
            IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Problem(
                409, _("The first request with this Idempotency-Key is still at work. Try again in a moment.")
            ) from error
        raise


def _work(view: APIView, post: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer, whether it is the thing asked for or a problem; what nobody foresaw goes up and undoes all."""
    try:
        with transaction.atomic():
            return post()
    except Exception as error:  # noqa: BLE001 - handle_exception raises again what it does not know
        return view.handle_exception(error)


def _keep(row: IdempotencyKey, response: HttpResponseBase) -> None:
    if response.status_code >= 500 or response.status_code in _NOT_KEPT:
        transaction.set_rollback(True)
        return
    row.status = response.status_code
    row.headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    row.headers["Content-Type"] = _media_type(response)
    row.body = _text(response)
    row.save(update_fields=["status", "headers", "body"])


def _media_type(response: HttpResponseBase) -> str:
    kept = response.content_type if isinstance(response, Response) else response.headers.get("Content-Type")
    return kept or "application/json"


def _text(response: HttpResponseBase) -> str:
    if isinstance(response, Response):
        return JSONRenderer().render(response.data).decode()
    return response.content.decode() if isinstance(response, HttpResponse) else ""


def _replay(row: IdempotencyKey) -> HttpResponse:
    return HttpResponse(row.body, status=row.status, headers={**row.headers, REPLAYED: "true"})


def _owner(request: Request) -> str:
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"ip:{client_ip(request)}"


def _fingerprint(request: Request) -> str:
    """What the caller sent: address and content; a multipart body by its fields and files, not by its boundary."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for line in _lines(request):
        digest.update(hashlib.sha256(line).digest())
    return digest.hexdigest()


def _lines(request: Request) -> Iterator[bytes]:
    if not isinstance(request.data, QueryDict):
        yield json.dumps(request.data, sort_keys=True).encode("utf-8", "surrogatepass")
        return
    for name, values in sorted(request.data.lists()):
        for value in values:
            content = _file_digest(value) if isinstance(value, UploadedFile) else f"={value}"
            yield f"{name}{content}".encode("utf-8", "surrogatepass")


def _file_digest(file: UploadedFile[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return f"@{file.name}:{digest.hexdigest()}"
