"""Stands where the library keeps its connections, and decides what counts as an answer (vendors.md §2.2).

The library repeats requests, sleeps through Retry-After, follows redirects with the token in hand, takes a page for an
empty model and waits as long as a server drips. Below it, all that is cured: one request goes out, within its time, to
a host that was agreed on; what is not a whole, plain answer is raised as a `VendorError` before the library sees it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3
from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError

from integrations import calls
from integrations.docusign import answers
from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor

ONCE: Final = urllib3.Retry(total=0, connect=0, read=0, redirect=0, status=0, other=0, respect_retry_after_header=False)
MOST_BYTES: Final = 64 * 1024 * 1024
SLICE: Final = 1 << 16
DOCUMENT: Final = re.compile(r".*/documents/[^/]+")
NEVER_SENT: Final = (
    urllib3.exceptions.ConnectTimeoutError,
    NewConnectionError,
    NameResolutionError,
    urllib3.exceptions.SSLError,
    urllib3.exceptions.ProxyError,
)
SIGN_IN: Final = {"/oauth/token": "login", "/oauth/userinfo": "userinfo"}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the library reads of a response."""

    status: int
    reason: str
    data: bytes
    headers: Mapping[str, str]


class Transport:
    """Takes the place of the library's `pool_manager`; `origins` are the only hosts it speaks to."""

    def __init__(self, pool: urllib3.PoolManager, *, origins: frozenset[str]) -> None:
        self.pool, self.origins = pool, origins
        pool.connection_pool_kw["retries"] = ONCE

    def request(self, method: str, url: str, **wishes: Any) -> Answer:
        """One request. The library's wishes for body, fields and headers count, those for time and reading do not."""
        doing = calls.current(method)
        path = urlsplit(url).path
        self._check_address(url)
        with calls.record(Vendor.DOCUSIGN, method=method, operation=SIGN_IN.get(path, "")) as measured:
            try:
                response = self.pool.request(
                    method,
                    url,
                    **{
                        name: wishes[name]
                        for name in ("body", "fields", "headers", "encode_multipart")
                        if name in wishes
                    },
                    preload_content=False,
                    redirect=False,
                    retries=ONCE,
                    timeout=urllib3.Timeout(connect=doing.patience.connect, read=doing.patience.read),
                )
                measured.status = response.status
                measured.trace = response.headers.get("X-DocuSign-TraceToken") or ""
                measured.limit_used, measured.limit_total = answers.limits(response.headers)
                data = _read_all(response, until=time.monotonic() + doing.patience.total)
                measured.received = len(data)
            except (HTTPError, OSError) as problem:
                raise _silence(problem, doing=doing, status=measured.status) from None
            answer = Answer(status=response.status, reason=response.reason or "", data=data, headers=response.headers)
            _check(answer, doing=doing, document=method == "GET" and bool(DOCUMENT.fullmatch(path)))
        return answer

    def _check_address(self, url: str) -> None:
        """The library would speak to production where nothing else is said (vendors.md §1)."""
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" not in self.origins:
            words = _("A request to %(host)s was stopped: it is not the host that was agreed on.")
            raise answers.error(ErrorClass.PERMANENT, "WRONG_HOST", words % {"host": parts.hostname or "?"})


def _check(answer: Answer, *, doing: calls.Doing, document: bool) -> None:
    problem = answers.problem_of(answer.status, answer.data, answer.headers)
    if problem is not None:
        if doing.changes and problem.kind is ErrorClass.BUSY and answer.status not in {429, 503}:
            problem.kind = ErrorClass.AMBIGUOUS  # it broke while it worked on our change
        problem.trace = answer.headers.get("X-DocuSign-TraceToken") or ""
        raise problem
    named = (answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if document and not named.endswith("json"):
        return
    if named and not named.endswith("json"):
        words = _("DocuSign answered with a page instead of data.")
        raise _unclear("NOT_JSON", words, doing=doing, status=answer.status)
    try:
        json.loads(answer.data)
    except (ValueError, RecursionError):
        words = _("DocuSign's answer is cut off.")
        raise _unclear("BROKEN_ANSWER", words, doing=doing, status=answer.status) from None


def _read_all(response: urllib3.BaseHTTPResponse, *, until: float) -> bytes:
    """All bytes, however slowly they drip, but neither for ever nor without measure."""
    try:
        content = b"".join(_slices(response, until=until))
    except BaseException:
        response.close()  # half an answer still lies in the connection
        raise
    response.release_conn()
    return content


def _slices(response: urllib3.BaseHTTPResponse, *, until: float) -> Iterator[bytes]:
    size = 0
    while part := response.read1(SLICE, decode_content=True):
        yield part
        size += len(part)
        if time.monotonic() > until:
            raise TimeoutError
        if size > MOST_BYTES:
            msg = "too many bytes"
            raise HTTPError(msg)


def _silence(problem: Exception, *, doing: calls.Doing, status: int | None) -> VendorError:
    """No answer, or not all of one. What was never sent cannot have been done."""
    reason = getattr(problem, "reason", None) or problem
    if status is None and isinstance(reason, NEVER_SENT):
        return answers.error(ErrorClass.BUSY, "NOT_REACHED", _("DocuSign cannot be reached."))
    if isinstance(reason, urllib3.exceptions.TimeoutError | TimeoutError):
        return _unclear("TIMEOUT", _("DocuSign does not answer in time."), doing=doing, status=status)
    return _unclear("DROPPED", _("DocuSign broke off while answering."), doing=doing, status=status)


def _unclear(code: str, words: str, *, doing: calls.Doing, status: int | None) -> VendorError:
    kind = ErrorClass.AMBIGUOUS if doing.changes else ErrorClass.BUSY
    return answers.error(kind, code, words, status=status)
