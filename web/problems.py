"""What went wrong, as RFC 9457 says it: `application/problem+json` with `errors` by field, for every API answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from math import ceil
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from web.errors import is_full, no_room_words
from web.words import filesize

MEDIA_TYPE = "application/problem+json"
Errors = Mapping[str, list[str]]


class Problem(exceptions.APIException):
    """A status with one sentence, optionally sentences by field and more members of the answer."""

    def __init__(
        self, status: int, sentence: str, *, errors: Errors | None = None, wait: int | None = None, **more: Any
    ) -> None:
        super().__init__(sentence)
        self.wait = wait
        self.status_code = status
        self.errors = dict(errors or {})
        self.more = more


def wrong_fields(errors: Errors) -> Problem:
    """400: these fields cannot be taken as they are."""
    return Problem(400, _summary(errors), errors=errors)


def handler(error: Exception, context: Mapping[str, Any]) -> Response | None:  # noqa: ARG001 - DRF's signature
    """DRF's exception handler; None for what nobody foresaw, which becomes the 500 of web.errors."""
    known = _known(error)
    if known is None:
        return None
    body = {
        "type": "about:blank",
        "title": HTTPStatus(known.status_code).phrase,
        "status": known.status_code,
        "detail": _storable(str(known.detail)),
        **({"errors": _storable_errors(known.errors)} if known.errors else {}),
        **known.more,
    }
    return Response(body, status=known.status_code, headers=_headers(error), content_type=MEDIA_TYPE)


def _known(error: Exception) -> Problem | None:
    match error:
        case Problem():
            return error
        case exceptions.ValidationError():
            return wrong_fields(dict(_by_field(error.detail)))
        case exceptions.APIException():
            return Problem(error.status_code, _sentence(error))
        case Http404():
            return Problem(
                404, str(error) if error.args else _("There is nothing at this address, or you may not see it.")
            )
        case PermissionDenied():
            return Problem(403, str(error) or _("Your account may not do this. Nothing was changed."))
        case _:
            return _unreadable(error)


def _unreadable(error: Exception) -> Problem | None:
    """What Django refuses while it reads a body, and a disk while it is written."""
    match error:
        case RequestDataTooBig():
            return too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
        case TooManyFilesSent() | TooManyFieldsSent():
            return Problem(400, _("There are more fields or files in it than one request may have."))
        case UnreadablePostError():
            return Problem(400, _("The request broke off before all of it had arrived."))
        case OSError() if is_full(error):
            return Problem(507, no_room_words())
        case _:
            return None


def too_large(limit: int) -> Problem:
    words = _("The request is larger than %(size)s, the most this address takes. Nothing was saved.")
    return Problem(413, words % {"size": filesize(limit)})


def _sentence(error: exceptions.APIException) -> str:
    words = str(error.detail)
    if words.startswith("CSRF Failed"):
        return _("Send the header X-CSRFToken with the value of the cookie csrftoken. Nothing was changed.")
    if isinstance(error, exceptions.NotAuthenticated):
        return _("Sign in, or send a token: Authorization: Token YOUR-TOKEN.")
    return words


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(ceil(wait))
    return headers


def _summary(errors: Errors) -> str:
    names = [name for name in errors if name != "non_field_errors"]
    if not names:
        return " ".join(errors.get("non_field_errors", []))
    return _("Nothing was changed. Look at: %(names)s.") % {"names": ", ".join(names)}


def _by_field(detail: Any, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """DRF's nested details as dotted names: "requester.email", "to.1"."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _by_field(inner, f"{prefix}.{name}".lstrip("."))
    elif isinstance(detail, list) and all(isinstance(one, str) for one in detail):
        yield prefix or "non_field_errors", [str(one) for one in detail]
    elif isinstance(detail, list):
        for at, inner in enumerate(detail):
            yield from _by_field(inner, f"{prefix}.{at}".lstrip("."))
    else:
        yield prefix or "non_field_errors", [str(detail)]


def _storable_errors(errors: Errors) -> dict[str, list[str]]:
    return {_storable(name): [_storable(sentence) for sentence in found] for name, found in errors.items()}


def _storable(text: str) -> str:
    """What a caller sent comes back in sentences; half a sign of Unicode cannot be written."""
    return text.encode("utf-8", "replace").decode()
