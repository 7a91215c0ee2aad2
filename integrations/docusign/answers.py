"""What an answer of DocuSign means that is not the thing asked for: by its code, else by its status (vendors.md §6)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor

Headers = Mapping[str, str]
CONSENT: Final = "consent_required"
NO_USER: Final = "user_not_found"
SCOPES: Final = ("signature", "impersonation")
AFTER_BURST: Final = 30.0  # the window of the burst limit
AFTER_POLLING: Final = 900.0  # one look at an envelope in fifteen minutes
HOURLY: Final = "HOURLY_APIINVOCATION_LIMIT_EXCEEDED"
WAITS: Final = {
    "BURST_APIINVOCATION_LIMIT_EXCEEDED": AFTER_BURST,
    "HOURLY_ENVELOPE_POLLING_LIMIT_EXCEEDED": AFTER_POLLING,  # of this envelope only: the others may go on
}
NO_RIGHT: Final = ("USER_LACKS", "USER_NOT", "USER_DOES_NOT", "ACCOUNT_LACKS")  # said with 401, but no new token helps
BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


def problem_of(status: int, body: bytes, headers: Headers) -> VendorError | None:
    """None for an answer of success."""
    if 200 <= status <= 299:
        return None
    code, message = _said(body)
    asked = retry_after(headers)
    if message == NO_USER:
        words = _("DocuSign knows no user with the id that DOCUSIGN_APPROVER_USER_ID or DOCUSIGN_SENDER_USER_ID names.")
        return error(ErrorClass.PERMANENT, NO_USER, words, status=status)
    if code == CONSENT:
        return error(ErrorClass.PERMANENT, CONSENT, consent_words(), status=status)
    if code == HOURLY:
        words = _("DocuSign's limit of calls an hour is reached.")
        return error(ErrorClass.LIMIT, code, words, status=status, retry_after=limit_reset(headers) or asked)
    if code.startswith("EDIT_LOCK"):
        return error(ErrorClass.LOCK, code, _("Somebody has the envelope open in DocuSign."), status=status)
    return _by_status(status, code, message, asked)


def error(
    kind: ErrorClass, code: str, words: str, *, status: int | None = None, retry_after: float | None = None
) -> VendorError:
    return VendorError(Vendor.DOCUSIGN, kind, code, words, status=status, retry_after=retry_after)


def consent_words() -> str:
    """What an operator has to do, once."""
    return _("DocuSign wants an administrator's consent, once. Open %(url)s and accept.") % {"url": consent_url()}


def consent_url() -> str:
    """DocuSign's own page; the address it sends back to must be one of the app's redirect URIs."""
    asked = {
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "client_id": settings.DOCUSIGN.integration_key,
        "redirect_uri": settings.PUBLIC_URL,
    }
    return f"https://{settings.DOCUSIGN.oauth_host}/oauth/auth?{urlencode(asked)}"


def retry_after(headers: Headers) -> float | None:
    """Seconds; DocuSign may name a number or a date."""
    value = (headers.get("Retry-After") or "").strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()) if value else None
    except (ValueError, TypeError):
        return None


def limit_reset(headers: Headers) -> float | None:
    """Seconds until the count of the hour begins anew."""
    value = (headers.get("X-RateLimit-Reset") or "").strip()
    return max(1.0, int(value) - time.time()) if value.isascii() and value.isdecimal() else None


def limits(headers: Headers) -> tuple[int | None, int | None]:
    """Used and allowed calls of this hour, where DocuSign says so."""
    total, left = (headers.get(f"X-RateLimit-{name}") or "" for name in ("Limit", "Remaining"))
    if not (total.isdecimal() and left.isdecimal()):
        return None, None
    return max(0, int(total) - int(left)), int(total)


def _by_status(status: int, code: str, message: str, asked: float | None) -> VendorError:
    if (status == 401 and not code.startswith(NO_RIGHT)) or (
        status == 400 and code in {"invalid_grant", "invalid_client", "issuer_not_found"}
    ):
        words = _("DocuSign does not accept our sign-in.")
        return error(ErrorClass.AUTH, code or "UNAUTHORIZED", words, status=status)
    if status in BUSY or status >= 500 or code in WAITS:
        words = _("DocuSign asks us to slow down.") if code in WAITS else _("DocuSign is not available.")
        asked = max(asked or 0.0, WAITS[code]) if code in WAITS else asked
        return error(ErrorClass.BUSY, code or f"HTTP_{status}", words, status=status, retry_after=asked)
    if 300 <= status <= 399:
        words = _("DocuSign sends us elsewhere instead of answering.")
        return error(ErrorClass.BUSY, "REDIRECT", words, status=status)
    words = _("DocuSign says no: %(message)s") % {"message": message or code or f"HTTP {status}"}
    return error(ErrorClass.PERMANENT, code or f"HTTP_{status}", words, status=status)


def _said(body: bytes) -> tuple[str, str]:
    """The code and the words; OAuth says `error` and `error_description`."""
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(said, dict):
        return "", ""
    code, message = said.get("errorCode") or said.get("error"), said.get("message") or said.get("error_description")
    return (code if isinstance(code, str) else ""), (message[:500] if isinstance(message, str) else "")
