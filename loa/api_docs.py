"""What the API's documentation says about requests for letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers

from tickets.api import docs
from web.api_docs import NOT_SIGNED_IN, a_problem, answers, problem

F = TypeVar("F", bound=Callable[..., Any])
TAGS: Final = ["Letters of Authorization"]
A_REQUEST: Final[dict[str, Any]] = {
    "id": 12,
    "ticket": "PHD-1042",
    "envelope": "5f6f2c1e-8b1d-4a7e-9a54-0d7a7d7a6c11",
    "stage": "phd_review",
    "stage_since": "2026-11-20T09:30:11Z",
    "source": "connect",
    "mode": "human_view",
    "company": "Sahel Tech",
    "requester": {"name": "Aïssatou Diallo", "email": "a.diallo@saheltech.example"},
    "partner": {"id": 7, "name": "Sahel Tech Sarl"},
    "region": "EMEA",
    "track": "Open",
    "proposal": "decline",
    "checked": "2026-11-20T09:30:14Z",
    "requested": "2026-11-20T09:30:11Z",
    "due": "2026-11-24T09:30:11Z",
    "ended": None,
    "reason": "",
    "letter": None,
}
NO_SUCH_STAGE = {"stage": ["This is none of: requested, phd_review, legal_review, completed, declined, …"]}
WRONG = problem(
    "A filter nobody knows",
    a_problem(400, "Bad Request", "Nothing was changed. Look at: stage.", errors=NO_SUCH_STAGE),
)
FORBIDDEN = problem("A partner's own sign-in", a_problem(403, "Forbidden", "Letters are for colleagues here."))
UNKNOWN = problem(
    "Not there", a_problem(404, "Not Found", "There is no such request for a letter, or you may not see it.")
)
CHECK: Final[dict[str, Any]] = {
    "slug": "requirements",
    "title": "Open Reqs Met?",
    "verdict": "missing",
    "words": "Sales Core 1 of 2, SA Core 1 of 1.",
    "how": "One more person passes Sales Core.",
    "value": "No",
    "source": "Certification dashboard",
    "at": "2026-11-20T09:27:02+00:00",
    "link": "",
}


def _query(name: str, says: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=says)


def list_of(shape: type[serializers.Serializer[Any]]) -> Callable[[F], F]:
    return extend_schema(
        operation_id="loa_requests_list",
        tags=TAGS,
        summary="List requests for letters, newest first",
        description="A channel manager gets those of their partners.",
        parameters=[
            _query(
                "stage",
                "One or several, separated by commas: `requested`, `phd_review`, `legal_review`, `completed`, "
                "`declined`, `legal_declined`, `voided`, `withdrawn`.",
            ),
            _query("region", "`AMER`, `EMEA`, `APAC`, `US PubSec` or `unknown`."),
            _query("manager", "Id of a channel manager, `me` or `nobody`."),
            _query("partner", "Id of a partner."),
            _query("q", "Words of the company, the requester or the end customer, or a ticket's reference."),
        ],
        examples=[OpenApiExample("Example", value=A_REQUEST, response_only=True)],
        responses=answers({200: shape(many=True)}, WRONG, NOT_SIGNED_IN, FORBIDDEN),
    )


def detail_of(shape: type[serializers.Serializer[Any]]) -> Callable[[F], F]:
    return extend_schema(
        operation_id="loa_requests_read",
        tags=TAGS,
        summary="Read a request for a letter",
        description="With what was checked, where and when, and every decision.",
        examples=[
            OpenApiExample("Example", value={**A_REQUEST, "checks": [CHECK], "decisions": []}, response_only=True)
        ],
        responses=answers({200: shape}, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN),
    )


def _verb(name: str, summary: str, description: str, example: dict[str, Any]) -> Any:
    return extend_schema_view(
        post=extend_schema(
            operation_id=f"loa_requests_{name}",
            tags=TAGS,
            summary=summary,
            description=description,
            parameters=[docs.KEY],
            request=OpenApiTypes.OBJECT,
            examples=[
                OpenApiExample("Example", value=example, request_only=True),
                OpenApiExample(
                    "Answer",
                    value={**A_REQUEST, "checks": [CHECK], "decisions": []},
                    response_only=True,
                    status_codes=["200"],
                ),
            ],
            responses=answers(
                {200: OpenApiTypes.OBJECT}, docs.WRONG, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN, docs.OTHER_CONTENT
            ),
        )
    )


DECIDE = _verb(
    "decide",
    "Decide about a letter",
    "`what` is `approve`, `decline` or `hold`. A decline takes both texts (`reason_text`; `to`, `cc`, `subject`, "
    "`body`) and, with `void` and `sure`, ends the envelope for everybody. Nothing is clicked in DocuSign by this.",
    {"what": "hold", "why": "The requester's address is another partner's."},
)
ACCOUNT = _verb(
    "account",
    "Say which partner a letter is for",
    "It is checked again. `remember`: whoever calls themselves so is that partner from now on.",
    {"partner": 7, "remember": False},
)
CHECK_AGAIN = _verb("check_again", "Check a letter again", "A worker asks Salesforce once more.", {})
RECALL = _verb(
    "recall",
    "Recall the letter that came of a request",
    "The requester reads the reason, and the letter counts no more.",
    {"why": "The partner agreement has ended."},
)
