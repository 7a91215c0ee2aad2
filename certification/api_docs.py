"""What the API's documentation says about certification reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers

from tickets.api import docs
from web.api_docs import NOT_SIGNED_IN, a_problem, answers, problem

F = TypeVar("F", bound=Callable[..., Any])
TAGS: Final = ["Certification reports"]
A_REPORT: Final[dict[str, Any]] = {
    "id": 12,
    "partner": {"id": 7, "name": "Northwind DevOps GmbH"},
    "ticket": "PHD-1178",
    "as_of": "2026-11-27",
    "file": "northwind-users.csv",
    "table": "Northwind-Devops-Gmbh-certifications-2026-11-27.csv",
    "rows": 18,
    "counts": {"Solution Architect Core Training": 3, "Sales Core Training": 6},
    "remarks": [],
    "flagged": 1,
    "flagged_is": "",
    "may_be_sent": False,
    "why_not": "1 row looks like another company's. Say first whether it belongs here.",
    "made_by": "Nadia Okafor",
    "withdrawn": None,
    "created": "2026-11-27T09:30:11Z",
}
MORE: Final[dict[str, Any]] = {
    "foreign": [
        {
            "line": 9,
            "name": "Omar Reyes",
            "email": "omar@bluepeak.example.com",
            "why": "bluepeak.example.com is known as Bluepeak Systems Inc.'s.",
        }
    ]
}
WRONG_FILTER = problem(
    "A filter nobody knows",
    a_problem(
        400, "Bad Request", "Nothing was changed. Look at: stage.", errors={"stage": ["There is no such filter."]}
    ),
)
NO_EXPORT = problem(
    "No export",
    a_problem(
        400, "Bad Request", "Nothing was changed. Look at: file.",
        errors={"file": ["The column “User: PSE Certified 2021” is missing."]},
    ),
)  # fmt: skip
REFUSED = problem("Not now", a_problem(409, "Conflict", "This report was withdrawn."))
FORBIDDEN = problem("Not the desk", a_problem(403, "Forbidden", "Certification reports are for the desk."))
UNKNOWN = problem("Not there", a_problem(404, "Not Found", "There is no such report, or you may not see it."))
EXAMPLE: Final = OpenApiExample("Example", value={**A_REPORT, **MORE}, response_only=True)


def list_of(shape: type[serializers.Serializer[Any]]) -> Callable[[F], F]:
    return extend_schema(
        operation_id="certification_reports_list",
        tags=TAGS,
        summary="List certification reports, newest first",
        parameters=[
            OpenApiParameter(
                "show", OpenApiTypes.STR, description="`open` (rows to decide), `nobody` or `withdrawn`; else the rest."
            ),
            OpenApiParameter("partner", OpenApiTypes.STR, description="Id of a partner."),
            OpenApiParameter(
                "q", OpenApiTypes.STR, description="Words of the partner or the file, or a ticket's reference."
            ),
        ],
        examples=[OpenApiExample("Example", value=A_REPORT, response_only=True)],
        responses=answers({200: shape(many=True)}, WRONG_FILTER, NOT_SIGNED_IN, FORBIDDEN),
    )


def make(given: type[serializers.Serializer[Any]], shape: type[serializers.Serializer[Any]]) -> Callable[[F], F]:
    return extend_schema(
        operation_id="certification_reports_make",
        tags=TAGS,
        summary="Make the table of an export of the partner portal",
        description="Columns may be spelled and sorted in any way; the table has the handbook's fifteen. Whose it is: "
        "`partner`, else the ticket's partner, else as the addresses say. On a ticket its procedure goes on. The same "
        "file twice is the same report.",
        parameters=[docs.KEY],
        request={"multipart/form-data": given},
        examples=[EXAMPLE],
        responses=answers({201: shape}, NO_EXPORT, NOT_SIGNED_IN, FORBIDDEN, docs.OTHER_CONTENT),
    )


def detail_of(shape: type[serializers.Serializer[Any]]) -> Callable[[F], F]:
    return extend_schema(
        operation_id="certification_reports_read",
        tags=TAGS,
        summary="Read a certification report",
        description="With its counts, what was odd, and the rows that look like another company's.",
        examples=[EXAMPLE],
        responses=answers({200: shape}, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN),
    )


FILE = extend_schema(
    operation_id="certification_reports_file",
    tags=TAGS,
    summary="Download the table",
    description="UTF-8 CSV without a byte order mark; the one of the page has it, for Excel. 409 while rows of another "
    "company are to be decided, or when it is withdrawn.",
    responses=answers({(200, "text/csv"): OpenApiTypes.BINARY}, REFUSED, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN),
)


def act(
    name: str, summary: str, given: type[serializers.Serializer[Any]], shape: type[serializers.Serializer[Any]]
) -> Callable[[F], F]:
    return extend_schema(
        operation_id=f"certification_reports_{name}",
        tags=TAGS,
        summary=summary,
        parameters=[docs.KEY],
        request=given,
        examples=[EXAMPLE],
        responses=answers({200: shape}, REFUSED, docs.WRONG, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN, docs.OTHER_CONTENT),
    )
