"""Refusals as the vendor words them: a list of objects with `errorCode` and `message`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


class Problem(Exception):  # noqa: N818 - it is an answer, not a failure of ours
    """`fields` is part of the answer for writes only."""

    def __init__(
        self, code: str, message: str, *, status: int = 400, fields: Sequence[str] | None = None, **more: Any
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = None if fields is None else list(fields)
        self.more = more

    def body(self) -> list[dict[str, Any]]:
        """As the whole answer to a request."""
        fields = {} if self.fields is None else {"fields": self.fields}
        return [{**self.more, "message": self.message, "errorCode": self.code, **fields}]

    def of_row(self) -> dict[str, Any]:
        """As the answer about one row of many."""
        return {"statusCode": self.code, "message": self.message, "fields": self.fields or []}


FAULTS = {
    "401": Problem("INVALID_SESSION_ID", "Session expired or invalid", status=401),
    "403": Problem("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", status=403, fields=[]),
    "403-limit": Problem("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403),
    "404": Problem("NOT_FOUND", "The requested resource does not exist", status=404),
    "412": Problem("PRECONDITION_FAILED", "The record has been modified since the date that was given.", status=412),
    "429": Problem("TOO_MANY_REQUESTS", "Too many concurrent requests.", status=429),
    "500": Problem("UNKNOWN_EXCEPTION", "An unexpected error occurred. Error ID: 1180-22 (sandbox)", status=500),
    "503": Problem("SERVER_UNAVAILABLE", "Unable to process the request. The server is too busy.", status=503),
    "lock": Problem("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record", fields=[]),
    "validation": Problem("FIELD_CUSTOM_VALIDATION_EXCEPTION", "A validation rule refuses this change.", fields=[]),
    "duplicates": Problem(
        "DUPLICATES_DETECTED",
        "Use one of these records?",
        duplicateResult={
            "allowSave": True,
            "duplicateRule": "Standard_Account_Duplicate_Rule",
            "duplicateRuleEntityType": "Account",
            "errorMessage": "Use one of these records?",
            "matchResults": [],
        },
    ),
}


def fault_body(mode: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of a fault of the switchboard; one that the vendor has no words for is its 500."""
    problem = FAULTS.get(mode, FAULTS["500"])
    return problem.status, json.dumps(problem.body()).encode(), {"Content-Type": "application/json;charset=UTF-8"}
