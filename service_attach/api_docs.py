"""What the API's documentation says about proofs of execution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers

from tickets.api import docs
from web.api_docs import NOT_SIGNED_IN, a_problem, answers, problem

F = TypeVar("F", bound=Callable[..., Any])
TAGS: Final = ["Proofs of execution"]
A_PROOF: Final[dict[str, Any]] = {
    "id": 4,
    "ticket": "PHD-1178",
    "stage": "asked",
    "stage_since": "2026-11-20T09:41:02Z",
    "partner": {"id": 7, "name": "Northwind DevOps GmbH"},
    "partner_name": "Northwind DevOps GmbH",
    "customer_name": "Havelland Klinik AG",
    "deal_id": "",
    "signed": True,
    "signed_on": "2026-11-18",
    "services_start": None,
    "services_end": "2027-01-20",
    "missing": ["deal_id"],
    "quarter": "",
    "services": 0,
    "tier": None,
    "net_arr": None,
    "channel_manager": "",
    "won": None,
    "created": "2026-11-20T09:30:11Z",
}
MORE: Final[dict[str, Any]] = {
    "facts": {
        "customer_name": [
            {
                "value": "Havelland Klinik AG",
                "source": "SOW_Havelland-Klinik_signed.pdf, p. 1",
                "quote": "Customer: Havelland Klinik AG",
                "sure": 0.95,
                "link": "/tickets/PHD-1178/files/31/pages/1/?words=Havelland%20Klinik%20AG",
                "page": 1,
            }
        ]
    },
    "corrected": [],
    "documents": [{"id": 9, "name": "SOW_Havelland-Klinik_signed.pdf", "sha256": "5e1f…", "proves": True}],
    "registration": {},
    "opportunity": {},
    "checks": [],
}
NO_SUCH_STAGE = {"stage": ["This is none of: reading, missing, asked, checking, …"]}
WRONG = problem(
    "A filter nobody knows",
    a_problem(400, "Bad Request", "Nothing was changed. Look at: stage.", errors=NO_SUCH_STAGE),
)
FORBIDDEN = problem("A partner's own sign-in", a_problem(403, "Forbidden", "Proofs are for colleagues here."))
UNKNOWN = problem("Not there", a_problem(404, "Not Found", "There is no such proof, or you may not see it."))


def _query(name: str, says: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=says)


def list_of(shape: type[serializers.Serializer[Any]]) -> Callable[[F], F]:
    return extend_schema(
        operation_id="service_attach_list",
        tags=TAGS,
        summary="List proofs of execution, newest first",
        description="A channel manager gets those of their partners.",
        parameters=[
            _query(
                "stage",
                "One or several, separated by commas: `reading`, `missing`, `asked`, `checking`, `deciding`, "
                "`writing`, `won`, `taken_back`, `ended`.",
            ),
            _query("quarter", "The fiscal quarter in which the licence deal closed: `2023-4`, or `unknown`."),
            _query(
                "tier", "`first`, `second`, `third`, or `none`: what the partner's services of the quarter come to."
            ),
            _query("region", "`AMER`, `EMEA`, `APAC`, `US PubSec` or `unknown`."),
            _query("manager", "Id of a channel manager, `me` or `nobody`."),
            _query("partner", "Id of a partner."),
            _query("q", "Words of the partner, the customer or the Deal ID, or a ticket's reference."),
        ],
        examples=[OpenApiExample("Example", value=A_PROOF, response_only=True)],
        responses=answers({200: shape(many=True)}, WRONG, NOT_SIGNED_IN, FORBIDDEN),
    )


def detail_of(shape: type[serializers.Serializer[Any]]) -> Callable[[F], F]:
    return extend_schema(
        operation_id="service_attach_read",
        tags=TAGS,
        summary="Read a proof of execution",
        description="With every value that was read and where it stands, the documents, and what was checked.",
        examples=[OpenApiExample("Example", value={**A_PROOF, **MORE}, response_only=True)],
        responses=answers({200: shape}, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN),
    )


CORRECT = extend_schema_view(
    post=extend_schema(
        operation_id="service_attach_correct",
        tags=TAGS,
        summary="Say what a proof really says",
        description="Fields that are not given stay as they are; an empty one was looked for in vain. `signed` is "
        "`yes`, `no` or empty, `proves` the ids of the documents that go to the channel manager. Refused once it is in "
        "Salesforce.",
        parameters=[docs.KEY],
        request=OpenApiTypes.OBJECT,
        examples=[
            OpenApiExample("Example", value={"deal_id": "GL-0048213", "why": "By telephone."}, request_only=True),
            OpenApiExample("Answer", value={**A_PROOF, **MORE}, response_only=True, status_codes=["200"]),
        ],
        responses=answers(
            {200: OpenApiTypes.OBJECT}, docs.WRONG, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN, docs.OTHER_CONTENT
        ),
    )
)
