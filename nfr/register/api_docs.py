"""What the API's documentation says about NFR licences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers

from tickets.api import docs
from web.api_docs import NOT_SIGNED_IN, a_problem, answers, problem

F = TypeVar("F", bound=Callable[..., Any])
Shape = type[serializers.Serializer[Any]]
TAGS: Final = ["NFR licences"]
A_LICENCE: Final[dict[str, Any]] = {
    "id": 12,
    "state": "in_force",
    "partner": {"id": 7, "name": "Northwind DevOps GmbH", "track": "Select", "region": "EMEA"},
    "partner_name": "",
    "type": "saas",
    "tier": "ultimate",
    "seats": 25,
    "seats_allowed": 25,
    "seats_used": 19,
    "seats_counted": "2026-11-20T09:41:02Z",
    "over_seat": False,
    "namespace": "northwind-devops",
    "licence_ref": "",
    "contact_name": "Katrin Vogel",
    "contact_email": "katrin@northwind.example",
    "starts": "2026-06-30",
    "ends": "2027-06-30",
    "ended": None,
    "support_ticket": "401188",
    "exception": "",
    "exception_by": "",
    "note": "",
    "replaces": None,
    "renewed_by": None,
    "ticket": "PHD-1178",
    "source": "desk",
    "changed": "2026-11-20T09:41:02Z",
    "created": "2026-06-30T09:30:11Z",
}
MORE: Final[dict[str, Any]] = {"counts": [{"used": 19, "counted": "2026-11-20T09:41:02Z", "source": "support"}]}
WRONG = problem(
    "A filter nobody knows",
    a_problem(
        400,
        "Bad Request",
        "Nothing was changed. Look at: state.",
        errors={"state": ["This is none of: in_force, expiring, over_seat, …"]},
    ),
)
FORBIDDEN = problem("A partner's own sign-in", a_problem(403, "Forbidden", "Licences are for colleagues here."))
UNKNOWN = problem("Not there", a_problem(404, "Not Found", "There is no such licence, or you may not see it."))
FIELDS: Final = (
    "`partner` (an id or a name), `type` (`saas`, `self_managed`), `tier` (`premium`, `ultimate`), `seats`, "
    "`seats_allowed`, `namespace`, `licence_ref`, `contact_name`, `contact_email`, `starts`, `ends`, `support_ticket`, "
    "`exception` with `exception_by`, `note`. A namespace may be a whole address; subgroups are cut. Never send a key."
)


def _query(name: str, says: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=says)


def list_of(shape: Shape) -> Callable[[F], F]:
    return extend_schema(
        operation_id="nfr_licences_list",
        tags=TAGS,
        summary="List NFR licences, newest first",
        description="A channel manager gets those of their partners.",
        parameters=[
            _query(
                "state",
                "`in_force`, `expiring` (within 60 days, without a renewal), `over_seat`, `coming`, `exceptions`, "
                "`partner_unknown`, `ended` or `all`, which is the default.",
            ),
            _query("track", "As Salesforce has it, such as `Select`, or `unknown`."),
            _query("region", "`AMER`, `EMEA`, `APAC`, `US PubSec` or `unknown`."),
            _query("type", "`saas` or `self_managed`."),
            _query("manager", "Id of a channel manager, `me` or `nobody`."),
            _query("partner", "Id of a partner."),
            _query("q", "Words of the partner, the namespace, the licence id, the contact, or a ticket's reference."),
        ],
        examples=[OpenApiExample("Example", value=A_LICENCE, response_only=True)],
        responses=answers({200: shape(many=True)}, WRONG, NOT_SIGNED_IN, FORBIDDEN),
    )


def detail_of(shape: Shape) -> Callable[[F], F]:
    return extend_schema(
        operation_id="nfr_licences_read",
        tags=TAGS,
        summary="Read an NFR licence",
        description="With its counts of seats, the newest first.",
        examples=[OpenApiExample("Example", value={**A_LICENCE, **MORE}, response_only=True)],
        responses=answers({200: shape}, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN),
    )


def add_of(shape: Shape) -> Callable[[F], F]:
    return extend_schema(
        operation_id="nfr_licences_add",
        tags=TAGS,
        summary="Add an NFR licence",
        description=f"{FIELDS} With `replaces` (the id of a licence) it is the renewal of that one.",
        parameters=[docs.KEY],
        request=OpenApiTypes.OBJECT,
        examples=[
            OpenApiExample(
                "Example",
                value={
                    "partner": 7,
                    "type": "saas",
                    "seats": 25,
                    "namespace": "northwind-devops",
                    "ends": "2027-06-30",
                },
                request_only=True,
            ),
            OpenApiExample("Answer", value={**A_LICENCE, **MORE}, response_only=True, status_codes=["201"]),
        ],
        responses=answers({201: shape}, docs.WRONG, NOT_SIGNED_IN, FORBIDDEN, docs.OTHER_CONTENT),
    )


def change_of(shape: Shape) -> Callable[[F], F]:
    return extend_schema(
        operation_id="nfr_licences_correct",
        tags=TAGS,
        summary="Correct an NFR licence",
        description=f"Fields that are not given stay as they are; null empties one. {FIELDS} `why` says why.",
        request=OpenApiTypes.OBJECT,
        examples=[
            OpenApiExample("Example", value={"seats": 20, "why": "Typed wrongly."}, request_only=True),
            OpenApiExample("Answer", value={**A_LICENCE, **MORE}, response_only=True, status_codes=["200"]),
        ],
        responses=answers({200: shape}, docs.WRONG, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN),
    )


def _verb(name: str, summary: str, says: str, example: dict[str, Any]) -> Callable[[F], F]:
    return extend_schema_view(
        post=extend_schema(
            operation_id=f"nfr_licences_{name}",
            tags=TAGS,
            summary=summary,
            description=says,
            parameters=[docs.KEY],
            request=OpenApiTypes.OBJECT,
            examples=[
                OpenApiExample("Example", value=example, request_only=True),
                OpenApiExample("Answer", value={**A_LICENCE, **MORE}, response_only=True, status_codes=["200"]),
            ],
            responses=answers(
                {200: OpenApiTypes.OBJECT}, docs.WRONG, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN, docs.OTHER_CONTENT
            ),
        )
    )


COUNT = _verb(
    "count",
    "Say how many seats are in use",
    "`used`, `source` (`support`, `partner`, `desk`) and `counted`, the day; today where it is not given.",
    {"used": 13, "source": "support"},
)
END = _verb("end", "End an NFR licence early", "`on`, the day, and `why`.", {"on": "2026-12-01", "why": "Given back."})
