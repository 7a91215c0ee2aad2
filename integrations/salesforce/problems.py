"""What Salesforce means by an answer that is none of success: classified by its error code, worded for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import requests
from django.utils.translation import gettext as _

from integrations.calls import Measured
from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor

LOCKED: Final = re.compile(r"UNABLE_TO_LOCK_ROW|EDIT_LOCK|ENTITY_IS_LOCKED|PRECONDITION_FAILED|CONFLICT")
BUSY: Final = frozenset(
    {"SERVER_UNAVAILABLE", "SERVICE_UNAVAILABLE", "QUERY_TIMEOUT", "REQUEST_RUNNING_TOO_LONG", "TOO_MANY_REQUESTS"}
)
SESSION: Final = frozenset({"INVALID_SESSION_ID", "INVALID_AUTH_HEADER", "INVALID_LOGIN"})
LIMIT: Final = "REQUEST_LIMIT_EXCEEDED"
DUPLICATES: Final = "DUPLICATES_DETECTED"
USAGE: Final = re.compile(r"\bapi-usage=(\d+)/(\d+)")
LONGEST: Final = 500


def judge(response: requests.Response) -> VendorError | None:
    """None for 2xx. Whatever else is no word of Salesforce's own is taken for a server that is not well."""
    status = response.status_code
    if status < requests.codes.multiple_choices:
        return None
    code, message = _said(response)
    kind = kind_of(code, message, status=status)
    return VendorError(
        Vendor.SALESFORCE, kind, code, words_of(code, message, kind), status=status, retry_after=_retry_after(response)
    )


def kind_of(code: str, message: str, *, status: int) -> ErrorClass:
    """The code decides; the status only where there is none."""
    if code == LIMIT:  # the same code says “too many at once”, which is over in a moment
        return ErrorClass.BUSY if "concurrent" in message.lower() else ErrorClass.LIMIT
    if LOCKED.search(code) or status == requests.codes.precondition_failed:
        return ErrorClass.LOCK
    if code in SESSION or status == requests.codes.unauthorized:
        return ErrorClass.AUTH
    if code in BUSY or status == requests.codes.too_many_requests or status >= requests.codes.server_error or not code:
        return ErrorClass.BUSY
    return ErrorClass.AUTH if code in OAUTH else ErrorClass.PERMANENT


def words_of(code: str, message: str, kind: ErrorClass) -> str:
    """One sentence, with Salesforce's own message where a person can do something about it."""
    own = " ".join(message.split())[:LONGEST].rstrip(".")
    if code == DUPLICATES:
        return _("Salesforce suspects a duplicate: %(own)s. A person decides.") % {"own": own}
    match kind:
        case ErrorClass.AUTH:
            return _("Salesforce does not let the desk sign in: %(own)s.") % {"own": own or code or "401"}
        case ErrorClass.LOCK:
            return _("Somebody else is changing this record in Salesforce right now.")
        case ErrorClass.LIMIT:
            return _("Today's limit of calls to Salesforce is reached.")
        case ErrorClass.PERMANENT:
            return _("Salesforce refuses it: %(own)s.") % {"own": own or code}
        case _:
            return _("Salesforce is not available right now.")


def row_error(error: Mapping[str, Any]) -> VendorError:
    """What one row of many was told."""
    code, message = str(error.get("statusCode") or error.get("errorCode") or ""), str(error.get("message", ""))
    kind = kind_of(code, message, status=400)
    return VendorError(Vendor.SALESFORCE, kind, code, words_of(code, message, kind))


def watch(headers: Mapping[str, str], measured: Measured) -> None:
    """How much of the day's calls is used, as each answer says."""
    found = USAGE.search(headers.get("Sforce-Limit-Info", ""))
    if found:
        measured.limit_used, measured.limit_total = int(found[1]), int(found[2])


def _said(response: requests.Response) -> tuple[str, str]:
    """Code and message of `[{"errorCode", "message"}]` or of OAuth's `{"error", "error_description"}`."""
    try:
        found = response.json()
    except ValueError:
        return "", ""
    if response.status_code == requests.codes.multiple_choices:
        return "NOT_UNIQUE", _("several records have this key")
    first = found[0] if isinstance(found, list) and found else found
    if not isinstance(first, Mapping):
        return "", ""
    code = str(first.get("errorCode") or first.get("error") or "")
    fields = first.get("fields")
    message = str(first.get("message") or first.get("error_description") or "")
    return code, f"{message} ({', '.join(map(str, fields))})" if isinstance(fields, list) and fields else message


def _retry_after(response: requests.Response) -> float | None:
    """Seconds, or a date."""
    given = response.headers.get("Retry-After", "").strip()
    if given.isdigit():
        return float(given)
    try:
        return max(0.0, (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds()) if given else None
    except (ValueError, TypeError):
        return None


OAUTH: Final = frozenset(
    {"invalid_grant", "invalid_client", "invalid_client_id", "inactive_user", "inactive_org", "unauthorized_client"}
    | {"invalid_app_access", "invalid_request", "unsupported_grant_type", "invalid_assertion", "access_denied"}
)
