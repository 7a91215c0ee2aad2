"""`/api/v1/loa-requests/` (contract §5): requests for letters for colleagues' scripts, through the pages' own door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from loa import access, api_docs
from loa.board import asking
from loa.models import Letter, LetterDecision, LetterRequest
from partners.api import Colleagues, user_of
from web.problems import wrong_fields
from web.rest import Api, Pages, UtcTime

OTHER_PARAMETERS = frozenset({"cursor", "limit", "format"})
FILTERS = ("stage", "region", "manager", "partner", "q")


class LetterPartnerShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class LetterCheckShape(serializers.Serializer[Any]):
    """`verdict` is met, missing, unknown or note."""

    slug = serializers.CharField()
    title = serializers.CharField()
    verdict = serializers.CharField()
    words = serializers.CharField()
    how = serializers.CharField(default="")
    value = serializers.CharField(default="")
    source = serializers.CharField(default="")  # type: ignore[assignment]  # where it stands, as the page says it
    at = serializers.CharField(default=None, allow_null=True)
    link = serializers.CharField(default="")


class LetterDecisionShape(serializers.Serializer[LetterDecision]):
    what = serializers.CharField()
    how = serializers.CharField()
    state = serializers.CharField()
    by = serializers.SerializerMethodField()
    why = serializers.CharField()
    created = UtcTime()
    settled = UtcTime(allow_null=True)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_by(self, decision: LetterDecision) -> str | None:
        return str(decision.by) if decision.by else None


class LetterShape(serializers.Serializer[Letter]):
    id = serializers.IntegerField()
    dated = serializers.DateField()
    valid_until = serializers.DateField()
    state = serializers.CharField(
        help_text="in_force, superseded or recalled; whether it has expired, its last day says."
    )
    sha256 = serializers.CharField()


class LetterRequestShape(serializers.Serializer[LetterRequest]):
    """A request. Empty and null mean that it is not known, never no."""

    id = serializers.IntegerField()
    ticket = serializers.SerializerMethodField()
    envelope = serializers.SerializerMethodField()
    stage = serializers.CharField()
    stage_since = UtcTime()
    source = serializers.CharField()  # type: ignore[assignment]  # what it came by
    mode = serializers.CharField()
    company = serializers.CharField(help_text="As it stands on the letter.")
    requester = serializers.SerializerMethodField()
    partner = serializers.SerializerMethodField()
    region = serializers.CharField()
    track = serializers.CharField()
    proposal = serializers.CharField()
    checked = UtcTime(allow_null=True)
    requested = UtcTime()
    due = UtcTime(allow_null=True)
    ended = UtcTime(allow_null=True)
    reason = serializers.CharField()
    letter = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_ticket(self, row: LetterRequest) -> str | None:
        return row.ticket.reference if row.ticket else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_envelope(self, row: LetterRequest) -> str | None:
        return row.envelope.envelope_id if row.envelope else None

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_requester(self, row: LetterRequest) -> dict[str, str]:
        return {"name": row.requester_name, "email": row.requester_email}

    @extend_schema_field(LetterPartnerShape(allow_null=True))
    def get_partner(self, row: LetterRequest) -> dict[str, Any] | None:
        return {"id": row.account.pk, "name": row.account.name} if row.account else None

    @extend_schema_field(LetterShape(allow_null=True))
    def get_letter(self, row: LetterRequest) -> Any:
        letter: Letter | None = getattr(row, "letter", None)
        return LetterShape(letter).data if letter is not None else None


class LetterRequestDetailShape(LetterRequestShape):
    """With what was checked and what was decided."""

    end_customer = serializers.CharField()
    country = serializers.CharField()
    purpose = serializers.CharField()
    checks = LetterCheckShape(many=True)
    decisions = LetterDecisionShape(many=True)


class LetterRequestsApi(Api):
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated, Colleagues]


class LetterRequests(LetterRequestsApi):
    pagination_class = Pages

    @api_docs.list_of(LetterRequestShape)
    def get(self, request: Request) -> Response:
        pages = Pages()
        rows: Any = pages.paginate_queryset(_filtered(request), request, view=self)
        return pages.get_paginated_response(LetterRequestShape(rows, many=True).data)


class LetterRequestDetail(LetterRequestsApi):
    @api_docs.detail_of(LetterRequestDetailShape)
    def get(self, request: Request, pk: int) -> Response:
        row = access.request_for(user_of(request), pk)
        return Response(LetterRequestDetailShape(row).data)


def _filtered(request: Request) -> QuerySet[LetterRequest]:
    """Narrowed by the parameters; a name or value nobody knows is an error, never an unfiltered list."""
    asked, errors = request.query_params, {}
    for name in asked:
        if name not in OTHER_PARAMETERS and name not in FILTERS:
            known = ", ".join(FILTERS)
            errors[name[:80]] = [_("There is no such filter. The filters are: %(names)s.") % {"names": known}]
    stages = [one.strip() for one in asked.get("stage", "").split(",") if one.strip()]
    if not set(stages) <= set(LetterRequest.Stage.values):
        errors["stage"] = [_("This is none of: %(known)s.") % {"known": ", ".join(LetterRequest.Stage.values)}]
    if errors:
        raise wrong_fields(errors)
    rows = asking.requests(asking.asked_for(asked), user_of(request))
    rows = rows.filter(stage__in=stages) if stages else rows
    return rows.select_related("account", "ticket", "envelope", "letter")
