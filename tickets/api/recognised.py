"""Why a ticket is of its kind, over HTTP: every candidate with the words that spoke for it, and who has decided."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tickets import access, recognition
from tickets.api.docs import UNKNOWN
from tickets.api.views import DeskApi, user_of
from tickets.models import Recognition
from web.api_docs import NOT_SIGNED_IN, answers
from web.rest import UtcTime


class KindSignShape(serializers.Serializer[Any]):
    where = serializers.ChoiceField(choices=("subject", "text", "file", "document"))
    source = serializers.CharField(help_text="The file's name, where a document says it.")  # type: ignore[assignment]  # as the page calls it; DRF's own stays
    attachment = serializers.IntegerField(help_text="Its attachment, else 0.")
    before = serializers.CharField()
    words = serializers.CharField()
    after = serializers.CharField()


class KindCandidateShape(serializers.Serializer[Any]):
    kind = serializers.CharField()
    topic = serializers.CharField()
    score = serializers.IntegerField(min_value=0, max_value=100)
    because = serializers.CharField()
    signs = KindSignShape(many=True)


class RecognitionShape(serializers.Serializer[Recognition]):
    """The surest candidate first. What a person has said stands, whatever the words say."""

    kind = serializers.CharField(source="ticket.kind", help_text="What the ticket is now.")
    topic = serializers.CharField(source="ticket.topic")
    candidates = KindCandidateShape(source="ranked", many=True)
    documents_read = serializers.BooleanField(source="papers")
    read = UtcTime()
    corrected_by = serializers.EmailField(source="corrected_by.email", allow_null=True)
    corrected = UtcTime(allow_null=True, help_text="When a person said what it is.")


A_RECOGNITION: dict[str, Any] = {
    "kind": "purchase_order",
    "topic": "",
    "candidates": [
        {
            "kind": "purchase_order",
            "topic": "",
            "score": 87,
            "because": "The subject says “po 4711”.",
            "signs": [
                {
                    "where": "subject",
                    "source": "",
                    "attachment": 0,
                    "before": "",
                    "words": "PO 4711",
                    "after": " for Globex",
                }
            ],
        }
    ],
    "documents_read": True,
    "read": "2026-11-20T08:12:40Z",
    "corrected_by": None,
    "corrected": None,
}


@extend_schema_view(
    get=extend_schema(
        operation_id="recognition_read",
        tags=["Tickets"],
        summary="Read why a ticket was taken for its kind",
        description="For colleagues. A ticket whose words spoke for nothing has no candidates. To correct it, PATCH"
        " the ticket's `kind`.",
        examples=[OpenApiExample("Answer", value=A_RECOGNITION, response_only=True, status_codes=["200"])],
        responses=answers({200: RecognitionShape}, NOT_SIGNED_IN, UNKNOWN),
    )
)
class RecognitionDetail(DeskApi):
    def get(self, request: Request, reference: str) -> Response:
        user = user_of(request)
        ticket = access.ticket_for(user, reference)
        if not user.is_colleague:
            raise Http404(_("There is no such address."))
        found = recognition.of(ticket) or Recognition(ticket=ticket, read=ticket.created)
        return Response(RecognitionShape(found).data)
