"""The pages for what went wrong: one clear sentence, what is safe, what to do; problem+json for the API."""

from __future__ import annotations

import errno
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_INSECURE_REFERER
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from web.words import filesize

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

logger = logging.getLogger(__name__)

API_ROOT = "/api/"
NEVER_SHOWN = ("csrfmiddlewaretoken", "password", "token", "secret")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0, what=_("The text you sent"))
    if isinstance(exception, TooManyFilesSent):
        words = _("You sent more than %(count)d files at once.") % {"count": settings.DATA_UPLOAD_MAX_NUMBER_FILES}
        return _page(request, 400, words + " " + _("Nothing was saved. Go back and send fewer."))
    if isinstance(exception, TooManyFieldsSent):
        return _page(request, 400, _("The form had more fields than this page takes. Nothing was saved."))
    return _page(request, 400, _("We could not read what your browser sent. Nothing was changed."))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return _page(request, 403, _("Your account may not open this page. Nothing was changed."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return _page(request, 404, _("There is nothing at this address, or you may not see it."))


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500, _("Something broke on our side, and we have noted it."))


def not_now(request: HttpRequest) -> HttpResponse:
    """Redis is away: what must be counted first (signing in, resetting a password) is refused, not let through."""
    return _page(request, 503, _("A part of the desk does not answer. Nothing was changed. Try again in a minute."))


def no_room(request: HttpRequest) -> HttpResponse:
    return _page(request, 507, no_room_words())


def no_room_words() -> str:
    return _("There is no room for files just now, and we have noted it. Send it without files, or try again later.")


def is_full(error: BaseException) -> bool:
    """Whether a disk, or our share of it, has no room left."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def too_large(request: HttpRequest, *, limit: int | None = None, what: str = "") -> HttpResponse:
    size = filesize(limit if limit is not None else settings.MAX_BODY_BYTES)
    words = _("%(what)s is larger than %(size)s, the most this page takes at once. Nothing was saved.")
    return _page(request, 413, words % {"what": what or _("What you sent"), "size": size})


def length_required(request: HttpRequest) -> HttpResponse:
    return _page(request, 411, _("The size of the request was not announced. Send it with a Content-Length."))


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form posted after sign-out or too late: nothing is done, and everything typed is given back."""
    logger.warning("A form was refused: %s", reason)
    foreign = reason == REASON_INSECURE_REFERER or reason.startswith(REASON_BAD_ORIGIN.partition("%")[0])
    if foreign:
        words = _("This form came from another site. Nothing was sent.")
    elif _signed_in(request):
        words = _("This page was open too long. Nothing was sent.")
    else:
        return signed_out(request)
    return _not_sent(request, words, kept=[] if foreign else _typed(request))


def signed_out(request: HttpRequest) -> HttpResponse:
    """A form posted after its sign-in had ended."""
    words = _("You were signed out while this page was open. Nothing was sent.")
    return _not_sent(request, words, kept=_typed(request))


def _not_sent(request: HttpRequest, words: str, *, kept: list[tuple[str, str]]) -> HttpResponse:
    return _page(request, 403, words, template="403_csrf.html", more={"kept": kept, "back": _back(request)})


def _back(request: HttpRequest) -> str:
    """The page the form stood on, when it was ours."""
    referer = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()})
    return referer if safe else "/"


def _page(
    request: HttpRequest,
    status: int,
    words: _StrOrPromise,
    *,
    template: str | None = None,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    if f"{request.path_info}/".startswith(API_ROOT):
        return problem(status, str(words))
    context = {"words": words, "status": status, "signed_in": _signed_in(request), **(more or {})}
    try:
        return render(request, template or _template(status), context, status=status)
    except Exception:  # a broken page about a broken page must still be a page
        logger.exception("The error page could not be drawn")
        return HttpResponse(str(words), status=status, content_type="text/plain; charset=utf-8")


def problem(status: int, detail: str) -> JsonResponse:
    """RFC 9457, as every answer of the API that is not the thing asked for."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _template(status: int) -> str:
    if status == HTTPStatus.INSUFFICIENT_STORAGE:
        return "503.html"
    return f"{status}.html" if status in {400, 403, 404, 413, 500, 503} else "400.html"


def _signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The text fields of the refused form, without passwords and tokens."""
    try:
        posted = request.POST
    except (UnreadablePostError, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return []
    return [
        (name.replace("_", " ").strip().capitalize(), value)
        for name, values in posted.lists()
        for value in values
        if value.strip() and not any(word in name.lower() for word in NEVER_SHOWN)
    ]
