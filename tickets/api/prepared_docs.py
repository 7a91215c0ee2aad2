"""What the API's documentation says about prepared replies."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view, inline_serializer
from rest_framework import serializers

from tickets.api.docs import FORBIDDEN, KEY, OTHER_CONTENT, UNKNOWN, WRONG
from tickets.api.prepared_shape import PreparedShape
from web.api_docs import NOT_SIGNED_IN, answers

TAGS = ["Prepared replies"]
A_REPLY: dict[str, Any] = {
    "id": 61,
    "state": "offered",
    "step": "answer",
    "response": "poe-submitted",
    "body": "Hello Katrin,\n\nyour proof of execution for Havelland Klinik AG is submitted.\n\nNadia Okafor",
    "unresolved": [],
    "variables": {"contact_first_name": "Katrin", "customer": "Havelland Klinik AG"},
    "to": [{"name": "Katrin Vogel", "email": "katrin@northwind.example", "role": ""}],
    "cc": [{"name": "Sofia Marchetti", "email": "sofia.marchetti@example.com", "role": "channel manager"}],
    "files": [{"id": 12, "filename": "po.pdf", "content_type": "application/pdf", "size": 48213, "fits": True}],
    "warnings": [],
    "then": "pending_partner",
    "created": "2026-11-20T09:30:11Z",
}
_ANSWER = OpenApiExample("Answer", value=A_REPLY, response_only=True, status_codes=["200"])

READ = extend_schema_view(
    get=extend_schema(
        operation_id="prepared_reply_read",
        tags=TAGS,
        summary="Read the reply that the procedure has prepared",
        description="404 where none is offered. Send it with POST `messages/`: `prepared` is its `id`, and the rest"
        " what you make of it.",
        examples=[_ANSWER],
        responses=answers({200: PreparedShape}, NOT_SIGNED_IN, UNKNOWN),
    )
)
WITHDRAW = extend_schema_view(
    post=extend_schema(
        operation_id="prepared_reply_withdraw",
        tags=TAGS,
        summary="Withdraw the prepared reply",
        description="With a reason. Its step then waits for a reply of your own.",
        parameters=[KEY],
        request=inline_serializer("WithdrawInput", {"why": serializers.CharField(max_length=2000)}),
        examples=[OpenApiExample("Example", value={"why": "We telephoned."}, request_only=True), _ANSWER],
        responses=answers({200: PreparedShape}, WRONG, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN, OTHER_CONTENT),
    )
)
