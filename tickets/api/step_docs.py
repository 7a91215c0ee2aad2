"""What the API's documentation says about steps."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view, inline_serializer
from rest_framework import serializers

from tickets.api.docs import FORBIDDEN, KEY, OTHER_CONTENT, UNKNOWN, WRONG
from tickets.api.shapes import StepShape
from web.api_docs import NOT_SIGNED_IN, answers

TAGS = ["Steps"]
A_STEP: dict[str, Any] = {
    "slug": "decide",
    "title": "Approve or decline",
    "type": "confirmed",
    "state": "waiting",
    "note": "",
    "data": {"facts": [], "changes": [], "link": "", "picture": ""},
    "due": "2026-11-24T17:00:00Z",
    "form": {"fields": [{"name": "what", "label": "Decision", "type": "choice", "required": True,
                         "choices": [{"value": "approve", "label": "Approve"}], "initial": "approve"}]},
    "waits_for": "desk",
    "problem": "",
    "why": "",
    "by": None,
    "by_hand": False,
    "shadow": False,
    "undo_asked": None,
    "undone": None,
    "ready": "2026-11-20T08:12:03Z",
    "started": "2026-11-20T08:12:03Z",
    "finished": None,
}  # fmt: skip


def _verb(name: str, summary: str, description: str, request: Any, example: dict[str, Any]) -> Any:
    return extend_schema_view(
        post=extend_schema(
            operation_id=f"steps_{name}",
            tags=TAGS,
            summary=summary,
            description=description,
            parameters=[KEY],
            request=request,
            examples=[
                OpenApiExample("Example", value=example, request_only=True),
                OpenApiExample("Answer", value=A_STEP, response_only=True, status_codes=["200"]),
            ],
            responses=answers({200: StepShape}, WRONG, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN, OTHER_CONTENT),
        )
    )


STEPS = extend_schema_view(
    get=extend_schema(
        operation_id="steps_list",
        tags=TAGS,
        summary="Read the steps of a ticket's procedure, in their order",
        description="Of the procedure it has now, if its type has one. `form` is there where somebody has to decide.",
        examples=[OpenApiExample("Example", value=[A_STEP], response_only=True, status_codes=["200"])],
        responses=answers({200: StepShape(many=True)}, NOT_SIGNED_IN, UNKNOWN),
    )
)
CONFIRM = _verb(
    "confirm",
    "Decide a step",
    "Takes the fields of the step's `form`. Decided already, or not its turn: 422 with the reason.",
    OpenApiTypes.OBJECT,
    {"what": "approve"},
)
RETRY = _verb("retry", "Try a step again, now", "Or look again for what it waits for.", None, {})
SKIP = _verb(
    "skip",
    "Skip a step",
    "With a reason; the next one has the turn.",
    inline_serializer("SkipInput", {"why": serializers.CharField(max_length=2000)}),
    {"why": "The partner has withdrawn the request."},
)
BY_HAND = _verb(
    "done_by_hand",
    "Say that a step was done by hand",
    "And how; the next one has the turn.",
    inline_serializer("DoneByHandInput", {"how": serializers.CharField(max_length=2000)}),
    {"how": "Approved in DocuSign by Legal's own account."},
)
UNDO = _verb(
    "undo",
    "Take back what a step wrote at a vendor",
    "What was written after it is taken back first. A worker does it: `undone` says when.",
    None,
    {},
)
GO_BACK = _verb(
    "go_back",
    "Do an automatic step again, and what followed it",
    "With a reason; refused while something that was written or decided since still stands.",
    inline_serializer("GoBackInput", {"why": serializers.CharField(max_length=2000)}),
    {"why": "The Deal ID was misread."},
)
