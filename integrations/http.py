"""The one session to a vendor that speaks through `requests`: it decides what counts as an answer.

The vendors' libraries have no timeouts, follow redirects and take a maintenance page for success (vendors.md §2.1).
All of that is cured here, below them: what is not a whole, plain answer of the vendor is raised as a `VendorError`
before the library sees it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from io import BytesIO
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

import requests
import urllib3
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NewConnectionError

from integrations import calls
from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor

MOST_BYTES: Final = 64 * 1024 * 1024
SLICE: Final = 1 << 16
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PAGES: Final = frozenset({"text/html", "application/xhtml+xml", "application/json"})  # no vendor sends a file so
NEVER_SENT: Final = (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)

# Says what an answer that is not one of success means; None: it is one.
Judge = Callable[[requests.Response], VendorError | None]
# Fills in what the vendor says about itself: its trace token, its limits.
Watch = Callable[[Mapping[str, str], calls.Measured], None]


def session(vendor: Vendor, *, judge: Judge, watch: Watch, origin: str = "") -> requests.Session:
    """For one thread. `origin` replaces the vendor's own host; nothing of the environment, no cookie is used."""
    made = requests.Session()
    made.trust_env = False  # else HTTPS_PROXY and ~/.netrc apply, and the latter would replace the token
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = VendorAdapter(vendor, judge=judge, watch=watch, origin=origin)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


class VendorAdapter(HTTPAdapter):
    """Sends once, within its time, and answers only with what the vendor itself said, whole."""

    def __init__(self, vendor: Vendor, *, judge: Judge, watch: Watch, origin: str = "") -> None:
        self.vendor, self.judge, self.watch = vendor, judge, watch
        self.origin: SplitResult | None = urlsplit(origin) if origin else None
        super().__init__(max_retries=urllib3.Retry(total=0, read=False), pool_maxsize=4)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ARG002 - the caller's wishes do not count here
        method = request.method or "GET"
        doing = calls.current(method)
        request.url = self._address(request.url or "")
        request.body = _in_pieces(request.body)
        with calls.record(self.vendor, method=method) as measured:
            try:
                response = super().send(
                    request,
                    stream=True,
                    timeout=(doing.patience.connect, doing.patience.read),
                    verify=kwargs.get("verify", True),
                    cert=kwargs.get("cert"),
                )
                measured.status = response.status_code
                self.watch(response.headers, measured)
                measured.received = _read_all(response, until=time.monotonic() + doing.patience.total)
            except (requests.RequestException, HTTPError, OSError) as problem:
                raise self._silence(problem, doing=doing, status=measured.status) from None
            self._check(response, doing=doing)
        return response

    def _address(self, url: str) -> str:
        """HTTPS, or another server that the settings name; plain HTTP only where they allow it, on this machine."""
        parts = urlsplit(url)
        if self.origin:
            parts = parts._replace(scheme=self.origin.scheme, netloc=self.origin.netloc)
        if parts.scheme != "https" and not (self.origin and self.origin.scheme == "http"):
            msg = f"{self.vendor.label} is spoken to by HTTPS only."
            raise VendorError(self.vendor, ErrorClass.PERMANENT, "NOT_HTTPS", msg)
        return urlunsplit(parts._replace(fragment=""))

    def _check(self, response: requests.Response, *, doing: calls.Doing) -> None:
        if response.status_code in REDIRECTS:
            words = _("%(vendor)s sends us elsewhere instead of answering.") % {"vendor": self.vendor.label}
            raise self._unclear("REDIRECT", words, doing=doing, status=response.status_code)
        problem = self.judge(response)
        if problem is not None:
            if doing.changes and problem.kind is ErrorClass.BUSY and response.status_code not in {429, 503}:
                problem.kind = ErrorClass.AMBIGUOUS  # it broke while it worked on our change
            raise problem
        named = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if doing.file and named not in PAGES:
            return
        if response.status_code != requests.codes.no_content:
            self._check_json(response, doing=doing)

    def _check_json(self, response: requests.Response, *, doing: calls.Doing) -> None:
        try:
            json.loads(response.content)
        except (ValueError, RecursionError):
            code, words = "BROKEN_ANSWER", _("%(vendor)s's answer is cut off.")
            if response.content.lstrip()[:1] not in {b"{", b"["}:
                code, words = "NOT_JSON", _("%(vendor)s answered with something else than data.")
            said = words % {"vendor": self.vendor.label}
            raise self._unclear(code, said, doing=doing, status=response.status_code) from None

    def _silence(self, problem: Exception, *, doing: calls.Doing, status: int | None) -> VendorError:
        """No answer, or not all of one. What was never sent cannot have been done."""
        if isinstance(problem, NEVER_SENT) or _not_connected(problem):
            words = _("%(vendor)s cannot be reached.") % {"vendor": self.vendor.label}
            return VendorError(self.vendor, ErrorClass.BUSY, "NOT_REACHED", words)
        slow = isinstance(problem, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError | TimeoutError)
        if slow:
            words = _("%(vendor)s does not answer in time.") % {"vendor": self.vendor.label}
        else:
            words = _("%(vendor)s broke off while answering.") % {"vendor": self.vendor.label}
        return self._unclear("TIMEOUT" if slow else "DROPPED", words, doing=doing, status=status)

    def _unclear(self, code: str, words: str, *, doing: calls.Doing, status: int | None) -> VendorError:
        kind = ErrorClass.AMBIGUOUS if doing.changes else ErrorClass.BUSY
        return VendorError(self.vendor, kind, code, words, status=status)


def _in_pieces(body: Any) -> Any:
    """A large body in pieces: the time for a connection is also that of each write, too short for a whole file."""
    content = body.encode() if isinstance(body, str) else body
    return BytesIO(content) if isinstance(content, bytes) and len(content) > SLICE else body


def _read_all(response: requests.Response, *, until: float) -> int:
    """All bytes, however slowly they drip, but neither for ever nor without measure."""
    try:
        content = b"".join(_slices(response.raw, until=until))
    except BaseException:
        response.raw.close()  # half an answer still lies in the connection
        raise
    response._content = content  # noqa: SLF001 - as `Response.content` keeps it
    response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001
    return len(content)


def _slices(raw: urllib3.HTTPResponse, *, until: float) -> Iterator[bytes]:
    size = 0
    while True:
        part = raw.read1(SLICE, decode_content=True)
        if not part and raw.closed:
            return
        yield part
        size += len(part)
        if time.monotonic() > until:
            raise requests.exceptions.ReadTimeout
        if size > MOST_BYTES:
            raise requests.exceptions.ContentDecodingError


def _not_connected(problem: BaseException | None) -> bool:
    reason = getattr(problem.args[0], "reason", None) if problem and problem.args else None
    return isinstance(reason, NewConnectionError)
