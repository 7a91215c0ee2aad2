"""How DocuSign says no: `{"errorCode", "message"}`, with the code and the words its documentation gives."""

from __future__ import annotations

import json

from sandbox.docusign.store import new_id
from sandbox.web import Response

FAULTS = {
    "401": (401, "AUTHORIZATION_INVALID_TOKEN", "The access token provided is expired, revoked or malformed."),
    "403-limit": (
        429,
        "HOURLY_APIINVOCATION_LIMIT_EXCEEDED",
        "The maximum number of hourly API invocations has been exceeded.",
    ),
    "429": (
        429,
        "BURST_APIINVOCATION_LIMIT_EXCEEDED",
        "The maximum number of burst API invocations has been exceeded.",
    ),
    "500": (500, "UNSPECIFIED_ERROR", "An unexpected error occurred."),
    "503": (503, "SERVICE_UNAVAILABLE", "The service is unavailable."),
    "lock": (400, "EDIT_LOCK_ENVELOPE_LOCKED", "The envelope is locked."),
    "validation": (400, "INVALID_REQUEST_BODY", "The request body is missing or improperly formatted."),
    "duplicates": (400, "INVALID_REQUEST_PARAMETER", "The request contained at least one invalid parameter."),
}


class Refused(Exception):  # noqa: N818 - an answer, not an accident
    """DocuSign's no."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status

    def response(self) -> Response:
        body = json.dumps({"errorCode": self.code, "message": self.message}).encode()
        return Response(body=body, content_type="application/json; charset=utf-8", status=self.status)


def invalid(detail: str) -> Refused:
    return Refused("INVALID_REQUEST_PARAMETER", f"The request contained at least one invalid parameter. {detail}")


def fault_body(mode: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of a fault as DocuSign words it; KeyError for one that has no answer of its own."""
    status, code, message = FAULTS[mode]
    body = json.dumps({"errorCode": code, "message": message}).encode()
    return status, body, {"Content-Type": "application/json; charset=utf-8", "X-DocuSign-TraceToken": new_id()}
