"""`/api/v1/service-attach/` (contract §5): proofs for colleagues' scripts, through the pages' own door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api import Colleagues, user_of
from service_attach import access, api_docs, correcting, rebates
from service_attach.board import asked as asking
from service_attach.board.listing import quarter_of
from service_attach.forms import Sent
from service_attach.models import Proof, ProofDocument
from tickets.api.steps import checked, given
from tickets.api.views import DeskApi
from web.idempotency import idempotent
from web.problems import wrong_fields
from web.rest import Api, Pages, UtcTime

OTHER_PARAMETERS = frozenset({"cursor", "limit", "format"})
FILTERS = ("stage", "quarter", "tier", "region", "manager", "partner", "q")


class ProofPartnerShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ProofDocumentShape(serializers.Serializer[ProofDocument]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    sha256 = serializers.CharField()
    proves = serializers.BooleanField(help_text="Whether it is what the channel manager gets.")


class ProofShape(serializers.Serializer[Proof]):
    """A proof. Empty and null mean that it is not known, never no."""

    id = serializers.IntegerField()
    ticket = serializers.CharField(source="ticket.reference")
    stage = serializers.CharField()
    stage_since = UtcTime()
    partner = serializers.SerializerMethodField()
    partner_name = serializers.CharField(help_text="As it stands in the document.")
    customer_name = serializers.CharField()
    deal_id = serializers.CharField()
    signed = serializers.BooleanField(allow_null=True)
    signed_on = serializers.DateField(allow_null=True)
    services_start = serializers.DateField(allow_null=True)
    services_end = serializers.DateField(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())
    quarter = serializers.SerializerMethodField()
    services = serializers.IntegerField(help_text="Proofs of this partner that are Closed-Won in that quarter.")
    tier = serializers.SerializerMethodField()
    net_arr = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    channel_manager = serializers.CharField(source="manager_name")
    won = UtcTime(allow_null=True)
    created = UtcTime()

    @extend_schema_field(ProofPartnerShape(allow_null=True))
    def get_partner(self, row: Proof) -> dict[str, Any] | None:
        return {"id": row.account.pk, "name": row.account.name} if row.account else None

    @extend_schema_field(serializers.CharField())
    def get_quarter(self, row: Proof) -> str:
        return quarter_of(row)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_tier(self, row: Any) -> str | None:
        tier = rebates.tier_of(row.services) if row.fiscal_year else None
        return tier.slug if tier else None


class ProofDetailShape(ProofShape):
    """With every value that was read, where it stands, the documents, and what was checked."""

    facts = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))
    corrected = serializers.ListField(child=serializers.CharField())
    documents = ProofDocumentShape(many=True)
    registration = serializers.DictField()
    opportunity = serializers.DictField()
    checks = serializers.ListField(child=serializers.DictField())


class ProofsApi(Api):
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated, Colleagues]


class Proofs(ProofsApi):
    pagination_class = Pages

    @api_docs.list_of(ProofShape)
    def get(self, request: Request) -> Response:
        pages = Pages()
        rows: Any = pages.paginate_queryset(_filtered(request), request, view=self)
        return pages.get_paginated_response(ProofShape(rows, many=True).data)


class ProofDetail(ProofsApi):
    @api_docs.detail_of(ProofDetailShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_detail(request, pk))


@api_docs.CORRECT
class CorrectProof(DeskApi):
    """What the correction form does; fields that are not given stay as they are."""

    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated, Colleagues]

    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        user = user_of(request)
        if not access.may_correct(user):
            raise PermissionDenied(_("Your account reads proofs; it may not correct them. Nothing was changed."))
        row = access.proof_for(user, pk)
        sent = given(request)
        form = checked(Sent, sent)
        values = {name: form[name] for name in form if name in sent and name != "why"}
        correcting.correct(row, values, by=user, why=form.get("why", ""))
        return Response(_detail(request, pk))


def _detail(request: Request, pk: int) -> Any:
    user = user_of(request)
    row: Any = access.proof_for(user, pk)
    counted: Any = asking.with_services(Proof.objects.filter(pk=pk)).get()
    row.services = counted.services
    return ProofDetailShape(row).data


def _filtered(request: Request) -> QuerySet[Proof]:
    """Narrowed by the parameters; a name or value nobody knows is an error, never an unfiltered list."""
    given_so, errors = request.query_params, {}
    for name in given_so:
        if name not in OTHER_PARAMETERS and name not in FILTERS:
            known = ", ".join(FILTERS)
            errors[name[:80]] = [_("There is no such filter. The filters are: %(names)s.") % {"names": known}]
    stages = [one.strip() for one in given_so.get("stage", "").split(",") if one.strip()]
    if not set(stages) <= set(Proof.Stage.values):
        errors["stage"] = [_("This is none of: %(known)s.") % {"known": ", ".join(Proof.Stage.values)}]
    if errors:
        raise wrong_fields(errors)
    rows = asking.proofs(asking.asked_for(given_so), user_of(request)).select_related("account", "ticket")
    return rows.filter(stage__in=stages) if stages else rows
